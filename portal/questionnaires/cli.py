"""`flask questionnaires …`: check and list the questionnaires shipped as files."""

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import click

from portal.core.errors import Refused
from portal.core.language import french
from portal.questionnaires import catalogue
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.importing.importing import GivenFile, ImportedDraft, ImportReport
from portal.questionnaires.importing.losses import KIND_LABELS, ImportLoss
from portal.questionnaires.importing.reading import import_apart, under_key
from portal.questionnaires.importing.source import MOST_BYTES
from portal.questionnaires.rules.composition import PackRule
from portal.questionnaires.rules.sharing import shared_keys
from portal.web.command_output import json_option, problem, show, show_json

cli = click.Group("questionnaires", help="Les questionnaires.")

folder_argument = click.argument("folder", type=click.Path(path_type=Path), default=catalogue.FOLDER)


@cli.command(
    "check",
    help="Écrire chaque défaut de chaque questionnaire (d'un dossier, ou d'un fichier) ; code 1 s'il y en a un.",
)
@folder_argument
@click.option("--draft", is_flag=True, help="Accepter ce qui n'empêche que de publier : langue, raison, article.")
@json_option
def check(folder: Path, *, draft: bool, as_json: bool) -> None:
    """Print every defect of every questionnaire file (of a folder, or one file); exit 1 when there is one."""
    sound, found = catalogue.read_drafts(folder) if draft else catalogue.read(folder)
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
            click.echo(_sound(sound))
    raise SystemExit(1 if found else 0)


@cli.command(
    "list", help="Lister les questionnaires : clé, version, titre, taille, questions posées aussi ailleurs, empreinte."
)
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


@cli.command(
    "import",
    help="Lire un questionnaire d'un autre outil en brouillons (.toml), et nommer chaque perte ; code 2 si le "
    "fichier est refusé.\n\n"
    "Sans --to, rien n'est écrit. Un fichier qui existe n'est jamais écrasé : le brouillon prend un autre "
    "nom.",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Le dossier où écrire les brouillons."
)
@click.option(
    "--with", "companions", multiple=True, type=click.Path(path_type=Path), help="Un fichier qui complète le premier."
)
@json_option
def import_file(file: Path, folder: Path | None, companions: tuple[Path, ...], *, as_json: bool) -> None:
    """Read a questionnaire of another tool into drafts (.toml), and name every loss; exit 2 when the file is refused.

    Without --to, nothing is written. A file that is there is never written over: the draft takes another name.
    """
    try:
        report = import_apart(_given(file), tuple(map(_given, companions)))
        written = _write(report, folder) if folder else {draft.key: "" for draft in report.drafts}
    except Refused as refusal:
        click.echo(str(refusal), err=True)
        if as_json:
            show_json({"refused": str(refusal)})
        raise SystemExit(2) from refusal
    if as_json:
        show_json(_report(report, written))
        return
    click.echo(report.format_label)
    for draft, path in zip(report.drafts, written.values(), strict=True):
        counted = f"{draft.questions} questions, {draft.choices} choix, {draft.conditions} conditions"
        click.echo(f"{path or draft.key} : {draft.title} ({counted})")
    _tell(report.lost, "Ce qui n'est pas repris")
    _tell(report.missing, "Ce qui manque avant de publier")
    if not folder:
        click.echo(french("Rien n'est écrit : ajoutez --to DOSSIER."))


def _given(path: Path) -> GivenFile:
    try:
        with path.open("rb") as file:
            return GivenFile(path.name, file.read(MOST_BYTES + 1))
    except OSError as error:
        raise Refused("Ce fichier ne peut pas être lu : %(reason)s.", reason=error.strerror or error) from error


def _write(report: ImportReport, folder: Path) -> dict[str, str]:
    """Write the drafts, each under a name that is free, or that holds the very same text."""
    written: dict[str, str] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for draft in report.drafts:
            key = _free_name(folder, draft)
            path = folder / f"{key}.toml"
            path.write_text(under_key(draft, key), encoding="utf-8", newline="\n")
            written[key] = str(path)
    except OSError as error:
        raise Refused("Ce dossier ne peut pas être écrit : %(reason)s.", reason=error.strerror or error) from error
    return written


def _free_name(folder: Path, draft: ImportedDraft) -> str:
    """The draft's key, or the first after it whose file is not there, or is this very draft."""
    for number in count(1):
        key = draft.key if number == 1 else f"{draft.key}-{number}"
        path = folder / f"{key}.toml"
        if path.name in catalogue.NOT_QUESTIONNAIRES:
            continue
        if not path.exists() or path.read_bytes() == under_key(draft, key).encode():
            break
    return key


def _tell(losses: tuple[ImportLoss, ...], title: str) -> None:
    click.echo(french(f"{title} : {sum(len(loss.places) for loss in losses)}"))
    for loss in losses:
        click.echo(french(f"  {KIND_LABELS[loss.kind]} — {loss.message} ({len(loss.places)})"))
        click.echo(f"    {', '.join(loss.places)}")


def _report(report: ImportReport, written: dict[str, str]) -> dict[str, object]:
    return {
        "format": report.format_name,
        "questionnaires": [
            {
                "key": key,
                "file": path or None,
                "title": draft.title,
                "sections": draft.sections,
                "questions": draft.questions,
                "choices": draft.choices,
                "conditions": draft.conditions,
                "scored": draft.scored,
            }
            for draft, (key, path) in zip(report.drafts, written.items(), strict=True)
        ],
        "losses": [
            {
                "kind": loss.kind.value,
                "message": str(loss.message),
                "places": list(loss.places),
                "stops_publication": loss.kind.stops_publication,
            }
            for loss in report.losses
        ],
    }
