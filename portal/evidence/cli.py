"""`flask evidence …`: the file of kinds of proof, and what a document handed in as proof says of itself."""

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from portal.core.config import ROOT
from portal.core.language import Sentence, number_of
from portal.core.late import late
from portal.documents_in.errors import UnreadableDocument
from portal.evidence.kinds import FILE, file_problems, read_kinds
from portal.evidence.proving import rule_problems
from portal.questionnaires import catalogue
from portal.web.command_output import cell, json_option, show_json

if TYPE_CHECKING:
    from portal.documents_in import reader
    from portal.evidence.reading import document_reading
else:
    document_reading = late("portal.evidence.reading.document_reading")
    reader = late("portal.documents_in.reader")

evidence = AppGroup("evidence", help="Les preuves des sous-traitants.")


@evidence.command(
    "check",
    help="Écrire chaque défaut de `preuves.toml`, des genres de preuves et de leur validité ; code 1 s'il y en a un.",
)
@click.argument("folder", type=click.Path(path_type=Path), default=ROOT / "questionnaires")
@json_option
def check(folder: Path, as_json: bool) -> None:
    """Print every defect of `preuves.toml`, the kinds of proof and their validity; exit 1 when there is one."""
    found = [str(problem) for problem in (*file_problems(folder), *_rule_problems(folder))]
    if as_json:
        show_json([{"file": str(folder / FILE), "message": message} for message in found])
    else:
        for message in found:
            click.echo(f"{folder / FILE}: {message}")
        if not found:
            kinds = number_of(len(read_kinds(folder)), "nature de preuve", "natures de preuve")
            click.echo(f"{kinds}, aucun défaut.")
    raise SystemExit(1 if found else 0)


def _rule_problems(folder: Path) -> list[Sentence]:
    try:
        raw = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
        kinds = read_kinds(folder)
    except (OSError, ValueError):
        return []  # said by `file_problems`
    if not raw.get("proves"):
        return []
    asked = {question.key for one in catalogue.load(folder).values() for question in one.questions}
    return list(rule_problems(raw, kinds, asked))


@evidence.command(
    "read",
    help="Écrire ce qu'un document dit de lui-même comme preuve, chaque chose avec son passage ; sans base de "
    "données.\n\n"
    "Un document qui ne prouve rien est du genre `none`, ce qui n'est pas un échec ; code 1 si le fichier ne "
    "peut être lu.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def read(file: Path, as_json: bool) -> None:
    """Print what a document says of itself as a proof, each thing with its passage; needs no database.

    A document that proves nothing is of the kind `none`, which is no failure; exit 1 when the file cannot be read.
    """
    try:
        found = document_reading.read_evidence(reader.read_document(file.read_bytes(), file.name)).as_json()
    except UnreadableDocument as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        show_json(found)
        return
    for name, said in found.items():
        for one in said if isinstance(said, list) else [said] if said else []:
            click.echo("\t".join([name, cell(one["value"]), cell(one["quote"])]))
