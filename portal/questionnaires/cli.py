"""`flask questionnaires …`: check and list the questionnaires shipped as files."""

from pathlib import Path

import click

from portal.core.errors import Refused
from portal.questionnaires import catalogue
from portal.web.command import json_option, problem, show, show_json

cli = click.Group("questionnaires", help="Les questionnaires.")

folder_argument = click.argument("folder", type=click.Path(path_type=Path), default=catalogue.FOLDER)


@cli.command("check")
@folder_argument
@json_option
def check(folder: Path, *, as_json: bool) -> None:
    """Print every defect of every questionnaire file; exit 1 when there is one."""
    found = catalogue.all_defects(folder)
    if as_json:
        show_json(
            [
                {"file": str(path), "where": defect.where, **problem(defect.line, defect.column, defect.message)}
                for path, defect in found
            ]
        )
    else:
        for path, defect in found:
            place = ":".join(str(part) for part in (path, defect.line, defect.column) if part is not None)
            click.echo(f"{place}: {defect.where} — {defect.message}" if defect.where else f"{place}: {defect.message}")
        if not found:
            count = len(catalogue.load(folder))
            click.echo("1 questionnaire, aucun défaut." if count == 1 else f"{count} questionnaires, aucun défaut.")
    raise SystemExit(1 if found else 0)


@cli.command("list")
@folder_argument
@json_option
def list_all(folder: Path, *, as_json: bool) -> None:
    """List the questionnaires: key, version, title, size, digest."""
    try:
        shipped = catalogue.load(folder)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    rows = [
        {
            "key": questionnaire.key,
            "version": questionnaire.version,
            "title": questionnaire.title.fr,
            "title_en": questionnaire.title.en,
            "sections": len(questionnaire.sections),
            "questions": len(questionnaire.questions),
            "sha256": questionnaire.sha256,
        }
        for questionnaire in shipped.values()
    ]
    show(rows, ("key", "version", "title", "questions", "sha256"), as_json=as_json)
