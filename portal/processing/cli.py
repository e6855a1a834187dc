"""`flask register`: the register of processing written to a file, and read from one."""

from dataclasses import asdict
from datetime import date
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.core.errors import Refused
from portal.core.language import Language, number_of
from portal.processing.files import WRITERS, RegisterExport, read_register, write_register
from portal.processing.importing import ImportReport, import_register
from portal.processing.queries import ActivityFilter, every_line
from portal.processing.tables import RefusedLine
from portal.web.command import working
from portal.web.command_output import DAY, json_option, language_option, problem, show_json

register = AppGroup("register", help="Le registre des traitements (RGPD art. 30).")


@register.command("export", help="Écrire dans un fichier le registre de chaque entité.")
@click.option("--format", "kind", type=click.Choice(list(WRITERS)), required=True, help="Format du fichier.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Fichier à écrire.")
@language_option
@click.option("--on", "on", type=DAY, default=None, help="Tel qu'il était ce jour-là.")
def export(kind: str, out: Path, language: Language, on: date | None) -> None:
    """Write the register of every entity to a file."""
    with working(write=False) as ctx:
        lines = every_line(ctx, ActivityFilter(on=on))
        content = write_register(kind, RegisterExport(lines, language, ctx.now, on or ctx.today))
    out.write_bytes(content)
    click.echo(f"{number_of(len(lines), 'fiche écrite', 'fiches écrites')} dans {out}.")


@register.command(
    "import",
    help="Lire un registre (XLSX, ODS, CSV ou JSON), entier ou pas du tout ; sinon code 1, avec chaque problème.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def import_file(file: Path, as_json: bool) -> None:
    """Read a register (XLSX, ODS, CSV or JSON), whole or not at all; exit 1, with every problem, when it cannot be."""
    try:
        filed = read_register(file.read_bytes(), file.name)
    except Refused as refusal:
        _say(ImportReport(refused=(RefusedLine(None, refusal.sentence),)), as_json=as_json)
        raise SystemExit(1) from refusal
    with working() as ctx:
        report = import_register(ctx, filed)
    _say(report, as_json=as_json)
    if report.refused:
        raise SystemExit(1)


def _say(report: ImportReport, *, as_json: bool) -> None:
    refused = [problem(one.line, None, one.told) for one in report.refused]
    if as_json:
        show_json({**asdict(report), "refused": refused})
        return
    for one in refused:
        click.echo(f"ligne {one['line']} : {one['message']}" if one["line"] else one["message"], err=True)
    if not refused:
        told = (
            number_of(report.created, "fiche entrée", "fiches entrées"),
            number_of(report.changed, "modifiée", "modifiées"), number_of(report.unchanged, "inchangée", "inchangées"),
        )  # fmt: skip
        click.echo(f"{', '.join(told)}.")
