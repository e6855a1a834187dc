"""`flask clauses …`: check and list the clause library shipped as files."""

from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from portal.authz.context import Context
from portal.contracts import library, library_editions
from portal.contracts.fact_sources.stored_facts import is_bound
from portal.contracts.rules.fact_catalogue import FACTS, FactDefinition, FactKind
from portal.contracts.rules.model import ClauseLibrary, LibraryDefect
from portal.contracts.rules.operative_words import library_coverage
from portal.contracts.services import language_defects
from portal.core.dataclass import dataclass
from portal.core.language import number_of
from portal.questionnaires import catalogue
from portal.web.command import working
from portal.web.command_output import json_option, problem, show, show_json
from portal.web.edge import settings

cli = AppGroup("clauses", help="La bibliothèque de clauses.")

folder_argument = click.argument("folder", type=click.Path(path_type=Path), required=False)


@dataclass(frozen=True)
class UsedLibrary:
    """The library that a command looks at: files alone, or with what was approved over them."""

    folder: Path
    library: ClauseLibrary
    defects: tuple[LibraryDefect, ...]
    approved: tuple[str, ...] = ()
    """Clauses whose text was approved here."""
    retired: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    """Clauses of which the file has changed since a text was approved over it."""

    @property
    def sound(self) -> ClauseLibrary:
        """The library, when nothing is wrong in it."""
        if self.defects:
            raise click.ClickException(str(library.defective(self.defects)))
        return self.library


def _used(folder: Path | None) -> UsedLibrary:
    """The files of a folder; without one, the library as it is really used: the files and what was approved."""
    if folder is not None:
        return UsedLibrary(folder, *library.read(folder))
    with working(write=False) as ctx:
        return _with_approved(ctx, settings().clauses_dir)


def _with_approved(ctx: Context, folder: Path) -> UsedLibrary:
    files, defects = library.read(folder)
    stamps = library_editions.stamps(ctx)
    if defects or not stamps:
        return UsedLibrary(folder, files, defects)
    texts, known = library_editions.texts_of_today(ctx), library_editions.known_digests(ctx)
    made, defects = library.written_over(files, {key: texts[key] if sha256 else None for key, sha256 in stamps})
    return UsedLibrary(
        folder,
        made,
        defects,
        tuple(key for key, sha256 in stamps if sha256),
        tuple(key for key, sha256 in stamps if not sha256),
        tuple(key for key, _ in stamps if key in files.clause and files.clause[key].sha256 not in known),
    )


@cli.command(
    "check",
    help="Écrire chaque défaut de la bibliothèque telle qu'elle sert, textes approuvés compris ; code 1 s'il y en "
    "a un.\n\n"
    "Avec un dossier, ses seuls fichiers. Chaque texte est dans sa langue ; chaque exigence mène à une "
    "clause, et à une question et une preuve du questionnaire qui l'accompagne.",
)
@folder_argument
@click.option(
    "--questionnaires",
    type=click.Path(path_type=Path),
    default=catalogue.FOLDER,
    show_default=False,
    help="Questionnaires qui accompagnent ces clauses ; sinon ceux du portail.",
)
@json_option
def check(folder: Path | None, questionnaires: Path, *, as_json: bool) -> None:
    """Print every defect of the clause library as it is used, approved texts included; exit 1 when there is one.

    With a folder, its files alone. Each text is in its language; each requirement leads to a clause, and to a question
    and a proof of the questionnaire it goes with.
    """
    used = _used(folder)
    found = used.library
    told = (one for clause in found.clauses for one in language_defects(clause))
    defects = (*used.defects, *told, *library.broken_links(found, catalogue.read(questionnaires)[0]))
    if as_json:
        show_json(
            [
                {"file": str(used.folder / d.path), "where": d.where, **problem(d.line, d.column, d.message)}
                for d in defects
            ]
        )
    else:
        for defect in defects:
            place = ":".join(str(p) for p in (used.folder / defect.path, defect.line, defect.column) if p is not None)
            said = f"{defect.where} — {defect.message}" if defect.where else str(defect.message)
            click.echo(f"{place}: {said}")
        if not defects:
            templates = number_of(len(found.templates), "modèle", "modèles")
            click.echo(f"{number_of(len(found.clauses), 'clause', 'clauses')}, {templates}, aucun défaut.")
        if used.approved or used.retired:
            click.echo(
                f"Approuvées ici : {', '.join(used.approved) or '–'}. Retirées : {', '.join(used.retired) or '–'}."
            )
        for key in used.outdated:
            click.echo(f"{key} : le texte approuvé tient lieu du fichier, qui a changé depuis.", err=True)
    raise SystemExit(1 if defects else 0)


@cli.command("list", help="Lister les clauses : identifiant, version, titre, obligations couvertes, empreinte.")
@folder_argument
@json_option
def list_all(folder: Path | None, *, as_json: bool) -> None:
    """List the clauses: id, version, title, obligations covered, digest."""
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
        for clause in _used(folder).sound.clauses
    ]
    show(rows, ("key", "version", "title", "covers", "sha256"), as_json=as_json)


@cli.command(
    "coverage",
    help="Écrire le tableau clause × obligation × position × langue ; code 1 si une ligne a perdu ses mots.\n\n"
    "`paragraphs` dit où se trouvent les mots de l'obligation, `missing` lesquels aucun paragraphe marqué ne "
    "dit.",
)
@folder_argument
@json_option
def coverage(folder: Path | None, *, as_json: bool) -> None:
    """Print the table clause × obligation × position × language; exit 1 when a line has lost its words.

    `paragraphs` says where the words of the obligation stand, `missing` which of them no marked paragraph says.
    """
    lines = library_coverage(_used(folder).library)
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


@cli.command(
    "export",
    help="Écrire les textes approuvés en fichiers d'une bibliothèque, pour qu'ils soient livrés avec elle ; nommer "
    "les retirés.\n\n"
    "Un fichier est écrit sous DOSSIER/clauses/, octet pour octet tel qu'approuvé. Posé dans le dossier de la "
    "bibliothèque, il ne change rien : c'est ce qui sert déjà.",
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def export(folder: Path) -> None:
    """Write the approved texts as files of a library, so that they become shipped ones; name what was retired.

    A file is written under FOLDER/clauses/, byte for byte as it was approved. Put in the library's own folder, it
    changes nothing: it is what is used already.
    """
    with working(write=False) as ctx:
        used = _with_approved(ctx, settings().clauses_dir)
        texts = library_editions.texts_of_today(ctx)
    for key in used.approved:
        path = folder / used.library.clause[key].path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(texts[key].encode())
        click.echo(str(path))
    for key in used.retired:
        click.echo(f"{key} : retirée, à ôter des modèles et de {library.THEMES}", err=True)


@cli.command(
    "facts",
    help="Lister les faits qu'une clause peut montrer ou éprouver : clé, genre, libellés, codes, colonnes des "
    "tableaux.\n\n"
    "Avec --json, ce que « flask contracts draft --facts » prend pour chacun : un texte, une liste de textes, "
    "une liste de codes, ou une liste de lignes à ces colonnes. Où `by_language` est vrai, un texte ou une "
    "liste peut aussi être un objet à `fr` et `en` ; seul, il est dans la langue du contrat. Dates, lieux et "
    "qualités s'écrivent dans l'une ou l'autre langue.",
)
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
