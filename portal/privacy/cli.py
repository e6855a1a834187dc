"""`flask privacy`: where somebody stands, what is held of them, and their erasure."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from portal.core.language import number_of
from portal.privacy.declared import declaration, faults
from portal.privacy.erasing import Erasure, erase_person, foresee
from portal.privacy.exporting import excerpt, export_person, requests_of
from portal.privacy.looking import mentions
from portal.privacy.people import KnownPerson, person_at
from portal.privacy.rules import Fate, SoughtPerson
from portal.privacy.table import declaration_text
from portal.web.command import working
from portal.web.command_output import cell, json_option, show_json

privacy = AppGroup("privacy", help="Les données personnelles du portail : trouver, remettre, effacer.")
MOST_LISTED = 500
_NAME = click.option("--name", "names", multiple=True, help="Un autre nom sous lequel elle est connue.")


@privacy.command("find", help="Dire dans quelles lignes se trouve une adresse ou un nom, textes libres compris.")
@click.argument("words", nargs=-1, required=True)
@json_option
def find(words: tuple[str, ...], as_json: bool) -> None:
    """Say in which rows an address or a name stands, free texts included."""
    sought = SoughtPerson(names=frozenset({" ".join(words)}))
    with working(write=False) as ctx:
        found = [
            {"table": one.table, "row": one.number, "column": one.column, "fate": one.fate.value,
             "text": excerpt(one.value, sought)}
            for one in mentions(ctx, sought, set(Fate))
        ]  # fmt: skip
        # Who asks is sealed: opened one after the other, and only its row is told.
        found += [
            {"table": "person_request", "row": str(row.id), "column": "sealed", "fate": Fate.SEALED.value, "text": ""}
            for row in requests_of(ctx, sought)
        ]
    if as_json:
        show_json(found)
        return
    for one in found[:MOST_LISTED]:
        click.echo(f"{one['table']} n° {one['row']}, {one['column']} : {cell(one['text'])}")
    if more := _unlisted(found):
        click.echo(more)
    counted = number_of(len(found), "mention", "mentions")
    click.echo(f"{counted}. Ni ce que le journal scelle ni les fichiers du coffre ne sont lus.")


@privacy.command("export", help="Écrire tout ce qui est gardé d'une personne (RGPD, articles 15 et 20).")
@click.argument("email")
@_NAME
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Archive à écrire.")
@json_option
def export(email: str, names: tuple[str, ...], out: Path, as_json: bool) -> None:
    """Write everything held of one person (RGPD art. 15 and 20)."""
    with working() as ctx:
        counts = export_person(ctx, person_at(ctx, email, names), out)
    if as_json:
        show_json(counts)
    else:
        lines = number_of(sum(counts.values()), "ligne", "lignes")
        click.echo(f"{out} : {lines} de {number_of(len(counts), 'table', 'tables')}.")


@privacy.command(
    "erase",
    help="Effacer une personne (RGPD, article 17) : dire ce qui part, ce qui reste et pourquoi ; n'écrit qu'avec "
    "--yes.",
)
@click.argument("email")
@_NAME
@click.option("--yes", is_flag=True, help="Effacer ; sans cela, rien n'est écrit.")
@json_option
def erase(email: str, names: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Erase one person (RGPD art. 17): say what goes, what is kept and why; write only with --yes."""
    with working(write=yes) as ctx:
        person = person_at(ctx, email, names)
        found = erase_person(ctx, person) if yes else foresee(ctx, person)
        told = _told(found, person) | {"requests": [row.reference for row in requests_of(ctx, person.sought)]}
    if as_json:
        show_json({"done": yes, **told})
        return
    click.echo("Effacé." if yes else "Rien n'est écrit : voici ce que --yes ferait.")
    for line in _lines(told):
        click.echo(line)


@privacy.command(
    "table", help="Écrire le tableau des données personnelles ; code 1 s'il n'est pas ce que sont les tables."
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Fichier Markdown à écrire.")
def table(out: Path | None) -> None:
    """Write the table of personal data; exit 1 when it is not what the tables are."""
    if out is None:
        click.echo(declaration_text())
    else:
        out.write_text(declaration_text(), encoding="utf-8")
    found = faults()
    for one in found:
        click.echo(one, err=True)
    raise SystemExit(1 if found else 0)


def _told(found: Erasure, person: KnownPerson) -> dict[str, Any]:
    purposes, tables = declaration().purposes, declaration().tables
    kept = {
        column: {"rows": count, "base": purposes[tables[column.partition(".")[0]].purpose]["base"]}
        for column, count in sorted(found.frozen.items())
    }
    return {
        "number": found.number, "removed": {k: v for k, v in found.removed.items() if v},
        "replaced": dict(found.replaced), "keys": found.keys, "letters": found.letters, "kept": kept,
        "free": [
            {"table": one.table, "row": one.number, "column": one.column, "text": excerpt(one.value, person.sought)}
            for one in found.free
        ],
        "unsealed": {
            "count": len(found.unsealed), "first": found.unsealed[0] if found.unsealed else None,
            "last": found.unsealed[-1] if found.unsealed else None,
        },
        "homonyms": found.homonyms,
    }  # fmt: skip


def _unlisted(found: Sequence[Any]) -> str:
    """What is said of those that are not listed; nothing when all are."""
    more = len(found) - MOST_LISTED
    return f"… et {number_of(more, 'autre', 'autres')} : --json les donne toutes." if more > 0 else ""


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [f"Lignes supprimées, {name} : {count}" for name, count in told["removed"].items()]
    lines += [f"Remplacé, {column} : {count}" for column, count in told["replaced"].items()]
    lines.append(f"Clés du journal détruites : {told['keys']} ; messages en fichier supprimés : {told['letters']}.")
    if told["homonyms"]:
        others = number_of(told["homonyms"], "autre personne porte", "autres personnes portent")
        lines.append(f"{others} ce nom : un nom seul n'est jamais remplacé.")
    lines += [
        f"Gardé, {column} : {number_of(one['rows'], 'ligne', 'lignes')} ({one['base']})"
        for column, one in told["kept"].items()
    ]
    if told["unsealed"]["count"]:
        one = told["unsealed"]
        lines.append(
            f"Gardé, journal d'avant le chiffrement : {number_of(one['count'], 'écriture', 'écritures')}, "
            f"du n° {one['first']} au n° {one['last']} (RGPD art. 5(2), 17(3)(e))."
        )
    lines += [f"Gardé, demande {number} : effacée à sa date (RGPD art. 12, 17(3)(e))" for number in told["requests"]]
    lines += [
        f"À lire : {one['table']} n° {one['row']}, {one['column']} : {cell(one['text'])}"
        for one in told["free"][:MOST_LISTED]
    ]
    if more := _unlisted(told["free"]):
        lines.append(more)
    lines.append("Les fichiers du coffre (preuves, contrats signés) restent entiers : RGPD art. 17(3)(b) et (e).")
    return lines
