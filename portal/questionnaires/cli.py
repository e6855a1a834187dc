"""`flask questionnaires …`: check and list the questionnaires shipped as files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from portal.core.errors import Refused
from portal.questionnaires import catalogue
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.rules.composition import PackRule
from portal.questionnaires.rules.sharing import shared_keys
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
            click.echo(_sound(catalogue.load(folder)))
    raise SystemExit(1 if found else 0)


@cli.command("list")
@folder_argument
@json_option
def list_all(folder: Path, *, as_json: bool) -> None:
    """List the questionnaires: key, version, title, size, questions asked in others too, digest."""
    try:
        shipped = catalogue.load(folder)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    shared = shared_keys(shipped.values())
    rules = {rule.questionnaire: rule for rule in catalogue.composition_rules(folder)}
    rows: list[dict[str, Any]] = [
        {
            "key": questionnaire.key,
            "version": questionnaire.version,
            "title": questionnaire.title.fr,
            "title_en": questionnaire.title.en,
            "sections": len(questionnaire.sections),
            "questions": len(questionnaire.questions),
            "shared": [question.key for question in questionnaire.questions if question.key in shared],
            "asked": _when_asked(rules.get(questionnaire.key)),
            "sha256": questionnaire.sha256,
        }
        for questionnaire in shipped.values()
    ]
    if not as_json:
        rows = [{**row, "shared": len(row["shared"])} for row in rows]
    show(rows, ("key", "version", "title", "questions", "shared", "asked", "sha256"), as_json=as_json)


def _when_asked(rule: PackRule | None) -> str:
    """`all` vendors, those whose services call for it (`facts`), or chosen by hand alone (`hand`)."""
    if rule is None or not (rule.is_for_all or rule.conditions):
        return "hand"
    return "all" if rule.is_for_all else "facts"


def _sound(found: Mapping[str, Questionnaire]) -> str:
    """« 3 questionnaires, aucun défaut ; 2 questions communes. »."""
    said = "1 questionnaire, aucun défaut" if len(found) == 1 else f"{len(found)} questionnaires, aucun défaut"
    shared = len(shared_keys(found.values()))
    if not shared:
        return f"{said}."
    return f"{said} ; 1 question commune." if shared == 1 else f"{said} ; {shared} questions communes."
