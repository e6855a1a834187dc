"""`flask clauses …`: check and list the clause library shipped as files."""

from pathlib import Path
from typing import Any

import click

from portal.contracts import library
from portal.contracts.fact_sources.stored_facts import is_bound
from portal.contracts.rules.fact_catalogue import FACTS, FactDefinition, FactKind
from portal.contracts.rules.operative_words import library_coverage
from portal.core.errors import Refused
from portal.questionnaires import catalogue
from portal.web.command import json_option, problem, show, show_json

cli = click.Group("clauses", help="La bibliothèque de clauses.")

folder_argument = click.argument("folder", type=click.Path(path_type=Path), default=library.FOLDER)


@cli.command("check")
@folder_argument
@click.option("--questionnaires", type=click.Path(path_type=Path), default=catalogue.FOLDER, show_default=False)
@json_option
def check(folder: Path, questionnaires: Path, *, as_json: bool) -> None:
    """Print every defect of the clause library; exit 1 when there is one.

    Each requirement must lead to a clause, and to a question and a proof of the questionnaire it goes with.
    """
    found, defects = library.read(folder)
    defects = (*defects, *library.broken_links(found, catalogue.read(questionnaires)[0]))
    if as_json:
        show_json(
            [{"file": str(folder / d.path), "where": d.where, **problem(d.line, d.column, d.message)} for d in defects]
        )
    else:
        for defect in defects:
            place = ":".join(str(p) for p in (folder / defect.path, defect.line, defect.column) if p is not None)
            said = f"{defect.where} — {defect.message}" if defect.where else str(defect.message)
            click.echo(f"{place}: {said}")
        if not defects:
            click.echo(f"{len(found.clauses)} clauses, {len(found.templates)} modèle(s), aucun défaut.")
    raise SystemExit(1 if defects else 0)


@cli.command("list")
@folder_argument
@json_option
def list_all(folder: Path, *, as_json: bool) -> None:
    """List the clauses: id, version, title, obligations covered, digest."""
    try:
        shipped = library.load(folder)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    rows = [
        {
            "key": clause.key,
            "version": clause.version,
            "title": clause.title.fr,
            "title_en": clause.title.en,
            "position": clause.position,
            "covers": list(clause.covers) if as_json else ", ".join(clause.covers),
            "sha256": clause.sha256,
        }
        for clause in shipped.clauses
    ]
    show(rows, ("key", "version", "title", "covers", "sha256"), as_json=as_json)


@cli.command("coverage")
@folder_argument
@json_option
def coverage(folder: Path, *, as_json: bool) -> None:
    """Print the table clause × obligation × position × language; exit 1 when a line has lost its words.

    `paragraphs` says where the words of the obligation stand, `missing` which of them no marked paragraph says.
    """
    found, _defects = library.read(folder)
    lines = library_coverage(found)
    rows = [
        {
            "clause": line.clause,
            "obligation": line.obligation,
            "position": line.position.value,
            "language": line.language.value,
            "paragraphs": list(line.paragraphs) if as_json else ", ".join(map(str, line.paragraphs)),
            "missing": list(line.missing) if as_json else " ; ".join(line.missing),
        }
        for line in lines
    ]
    show(rows, ("clause", "obligation", "position", "language", "paragraphs", "missing"), as_json=as_json)
    raise SystemExit(1 if not all(line.is_proven for line in lines) else 0)


@cli.command("facts")
@json_option
def list_facts(*, as_json: bool) -> None:
    """List the facts a clause may show or test: key, kind, labels, codes, columns of tables.

    With --json, what « flask contracts draft --facts » takes for each: a text, a list of texts, a list of codes, or
    a list of rows with these columns. Where `by_language` is true, a text or a list may also be an object with `fr` and
    `en`; a plain one is in the language of the contract. Dates, places and capacities are written in either language.
    """
    if as_json:
        show_json([_described(fact) for fact in FACTS.values()])
        return
    rows = [
        {
            "key": fact.key,
            "kind": fact.kind.value,
            "label": fact.label.fr,
            "codes": ", ".join((*fact.choices, *(column.key for column in fact.columns))),
        }
        for fact in FACTS.values()
    ]
    show(rows, ("key", "kind", "label", "codes"), as_json=False)


def _described(fact: FactDefinition) -> dict[str, Any]:
    return {
        "key": fact.key,
        "kind": fact.kind.value,
        "label": fact.label.fr,
        "label_en": fact.label.en,
        "codes": list(fact.choices),
        "choices": [{"code": code, "label": said.fr, "label_en": said.en} for code, said in fact.choices.items()],
        "by_language": fact.kind is not FactKind.ROWS and is_bound(fact.key),
        "nature": None if fact.kind in {FactKind.CODES, FactKind.ROWS} else fact.nature.value,
        "several": fact.several or fact.kind in {FactKind.LIST, FactKind.ROWS},
        "columns": [
            {
                "key": column.key,
                "label": column.label.fr,
                "label_en": column.label.en,
                "optional": column.optional,
                "printed": column.printed,
                "by_language": is_bound(fact.key, column.key),
                "nature": column.nature.value,
            }
            for column in fact.columns
        ],
        "none": fact.none.fr if fact.none else None,
        "none_en": fact.none.en if fact.none else None,
    }
