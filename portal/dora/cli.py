"""`flask dora`: the register of information written as a package, and checked, ours or one from outside."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from portal.core.errors import NotFound, Refused
from portal.core.language import Language, number_of
from portal.core.translation import translate
from portal.dora.package import MOST_BYTES, read_package, write_package
from portal.dora.reference import structure
from portal.dora.register_page import RegisterReport, register_report
from portal.dora.rules.defects import DoraDefect
from portal.dora.rules.lint import defects_of
from portal.dora.wording import RULE_NAMES
from portal.web.command import working
from portal.web.command_output import DAY, json_option, language_option, show_json

dora = AppGroup("dora", help="Le registre d'information de DORA (règlement (UE) 2022/2554, art. 28-3).")
_OFF = "Aucune entité ne tient de registre DORA : dites-le sur la fiche de l'entité."


@dora.command("export", help="Écrire l'archive du registre ; ce qui lui manque est compté, et `check` le dit.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Archive à écrire.")
@click.option(
    "--on", type=DAY, default=None,
    help="Date de référence, aujourd'hui sinon : prestations, contrats et audits sont ceux de ce jour ; la chaîne et "
    "ce que le registre demande en propre, ceux d'aujourd'hui.",
)  # fmt: skip
def export(out: Path, on: date | None) -> None:
    """Write the package of the register; what it lacks is counted, and `check` says it."""
    with working(write=False) as ctx:
        report = _report(ctx, on)
        name, content = write_package(structure(), report.built.rows, ctx.now)
    out.write_bytes(content)
    click.echo(f"{name} : {_counted(report.rows, len(report.defects))}.")


def _report(ctx: Any, on: date | None = None) -> RegisterReport:
    try:
        return register_report(ctx, on)
    except NotFound as error:
        raise click.ClickException(_OFF) from error
    except Refused as error:
        raise click.ClickException(str(error.sentence)) from error


@dora.command(
    "check",
    help="Dire ce qui ne va pas dans le registre, ou dans une archive venue d'ailleurs ; code 1 s'il y a quelque "
    "chose.",
)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@language_option
@json_option
def check(file: Path | None, language: Language, as_json: bool) -> None:
    """Say what is wrong with the register, or with a package from outside; exit 1 when something is."""
    with working(write=False) as ctx:
        if file is None:
            report = _report(ctx)
            defects, rows = report.defects, report.rows
        else:
            with file.open("rb") as opened:
                # One byte too many is refused, and no more is read.
                content = opened.read(MOST_BYTES + 1)
            try:
                read = read_package(structure(), content)
            except Refused as error:
                raise click.ClickException(translate(error.sentence, language)) from error
            defects = [*read.defects, *defects_of(structure(), read.rows, ctx.today)]
            rows = sum(len(one) for one in read.rows.values())
    _say(defects, rows, language, as_json=as_json)
    if defects:
        raise SystemExit(1)


def _say(defects: Sequence[DoraDefect], rows: int, language: Language, *, as_json: bool) -> None:
    told = [_plain(one, language) for one in defects]
    if as_json:
        show_json({"rows": rows, "defects": told})
        return
    for one in told:
        where = " · ".join(str(part) for part in (one["table"], one["column"], one["row"]) if part)
        line = f", l. {one['line']}" if one["line"] else ""
        click.echo(f"{where}{line} : {one['message']}")
    refused = sum(one.refuses for one in defects)
    grave = number_of(refused, "qui fait refuser", "qui font refuser")
    click.echo(f"{_counted(rows, len(defects))}, dont {grave} le paquet.")


def _counted(rows: int, defects: int) -> str:
    return f"{number_of(rows, 'ligne', 'lignes')}, {number_of(defects, 'défaut', 'défauts')}"


def _plain(one: DoraDefect, language: Language) -> dict[str, Any]:
    table = structure().tables.get(one.table)
    title = table.column(one.column).words.read(language) if table and one.column else ""
    return {
        "rule": one.rule.value, "name": translate(RULE_NAMES[one.rule], language), "refuses": one.refuses,
        "table": one.table, "table_title": table.words.read(language) if table else "", "row": one.row,
        "line": one.line, "column": one.column, "column_title": title,
        "message": translate(one.sentence, language),
        "mend": {"what": one.mend[0], "id": one.mend[1]} if one.mend else None,
    }  # fmt: skip
