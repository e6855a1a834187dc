"""`flask answers …`: a questionnaire that somebody else wrote, filled from what a vendor has signed."""

from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.answer_book.filling import fill
from portal.answer_book.queries import signed_answers
from portal.authz.policy import Permission
from portal.core import process
from portal.core.errors import NotFound
from portal.questionnaires import catalogue
from portal.vendors.queries import vendor_by_key
from portal.web.command import working
from portal.web.command_output import json_option, show

answers = AppGroup("answers", help="Le livre de réponses.")
_COLUMNS = ("sheet", "row", "key", "value", "age_days", "question")


@answers.command(
    "fill", help="Remplir un XLSX ou un DOCX avec les réponses signées du sous-traitant ; ce qu'on ignore reste vide."
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--vendor", "key", required=True, help="La clé du sous-traitant, comme dans « flask vendors list ».")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Le formulaire rempli.")
@json_option
def fill_file(file: Path, key: str, out: Path, *, as_json: bool) -> None:
    """Fill an XLSX or a DOCX from the vendor's own signed answers; what is unknown stays empty."""
    with working(write=False) as ctx:
        try:
            vendor = vendor_by_key(ctx, key, to=Permission.VENDOR_VIEW)
        except NotFound as error:
            raise click.ClickException(f"Aucun sous-traitant n'a la clé « {key} ».") from error
        signed = signed_answers(ctx, vendor.id, to=Permission.AUDIT_VIEW)
        questionnaires = catalogue.load(process.settings().questionnaires_dir, ctx.session)
        filled = fill(file.read_bytes(), questionnaires, signed, ctx.today)
    try:
        out.write_bytes(filled.content)
    except OSError as error:
        raise click.ClickException(f"« {out} » ne peut pas être écrit : {error.strerror}.") from error
    show([asdict(row) for row in filled.rows], _COLUMNS, as_json=as_json)
