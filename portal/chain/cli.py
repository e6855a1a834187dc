"""`flask register chain import` and `flask register what-if`: the chain filled and questioned without a page."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from portal.chain import queries, services
from portal.chain.queries import ChainWorld, NamedThing
from portal.chain.what_if_answer import Question, WhatIf, answer_of, persons_words
from portal.core.errors import Refused
from portal.core.language import number_of
from portal.web.command import working
from portal.web.command_output import cell, json_option, show_json

register = AppGroup("register", help="Le registre des traitements, et la chaîne de ceux qui y concourent.")
chain = AppGroup("chain", help="La chaîne de sous-traitance.")
register.add_command(chain)


@chain.command(
    "import",
    help="Importer une liste « qui engage qui » ; une ligne qui ne dit rien de sûr est refusée, les autres "
    "entrent.\n\n"
    "Code 1 si le fichier entier ne peut être lu ; rien n'est alors écrit.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def import_chain(file: Path, as_json: bool) -> None:
    """Import a list « who engages whom »; a line that says nothing sound is refused, the others are entered.

    Exit 1 when the file as a whole cannot be read; nothing is then written.
    """
    report: dict[str, Any] = {"nodes": 0, "edges": 0, "refused": []}
    try:
        # Before anything else: a file that is no list is refused without a database.
        found = services.read_chain_file(file)
    except Refused as error:
        report["refused"] = [{"line": None, "message": str(error)}]
        _say_import(report, None, as_json=as_json)
        raise SystemExit(1) from error
    with working() as ctx:
        entered = services.enter_chain(ctx, found)
    report |= {
        "nodes": entered.nodes,
        "edges": entered.edges,
        "refused": [{"line": row.line, "message": str(row.message)} for row in found.refused],
    }
    _say_import(report, entered, as_json=as_json)


def _say_import(report: dict[str, Any], entered: services.ChainEntered | None, *, as_json: bool) -> None:
    if as_json:
        show_json(report)
        return
    for row in report["refused"]:
        click.echo(f"ligne {row['line']} : {row['message']}" if row["line"] else row["message"])
    if entered is not None:
        companies = number_of(entered.nodes, "société", "sociétés")
        new = number_of(entered.new_nodes, "nouvelle", "nouvelles"), number_of(entered.new_edges, "nouveau", "nouveaux")
        links = number_of(entered.edges, "lien", "liens")
        refused = number_of(len(report["refused"]), "ligne refusée", "lignes refusées")
        click.echo(f"{companies} ({new[0]}) et {links} ({new[1]}) ; {refused}.")


@register.command(
    "what-if",
    help="Dire qui est atteint : sous-traitants, sociétés de la chaîne, activités, contrats en vigueur. Rien n'est "
    "écrit.",
)
@click.option("--stop", "stopped", metavar="SOCIÉTÉ", help="Cette société s'arrête : clé, ou nom tel qu'importé.")
@click.option("--breach", "breached", metavar="SOCIÉTÉ", help="Une violation de données chez cette société.")
@click.option("--no-adequacy", "country", metavar="PAYS", help="Ce pays n'est plus adéquat (code à deux lettres).")
@click.option("--law", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Un fichier de droit (TOML).")
@json_option
def what_if(stopped: str | None, breached: str | None, country: str | None, law: Path | None, as_json: bool) -> None:
    """Say who is reached: vendors, companies of the chain, activities, contracts in force. Nothing is written."""
    asked = [value for value in (stopped, breached, country, law) if value is not None]
    if len(asked) != 1:
        raise click.UsageError("Donnez une question, et une seule : --stop, --breach, --no-adequacy ou --law.")
    with working(write=False) as ctx:
        world = queries.chain_world(ctx)
        answer = answer_of(ctx, world, _question(ctx, world, stopped or breached, country, law, as_json=as_json))
    _say_answer(answer, as_json=as_json)


def _question(
    ctx: Any, world: ChainWorld, node: str | None, country: str | None, law: Path | None, *, as_json: bool
) -> Question:
    if node is None:
        return Question(country=country or "", law=law.read_bytes() if law else None)
    found = queries.node_named(ctx, world, node)
    if not found.nodes and found.vendor_id is None:
        _refuse(node, found.candidates, as_json=as_json)
    return Question(
        knots=frozenset(one.knot for one in found.nodes),
        vendor_ids=frozenset([found.vendor_id] if found.vendor_id is not None else []),
    )


def _refuse(text: str, candidates: Iterable[NamedThing], *, as_json: bool) -> None:
    known = [asdict(candidate) for candidate in candidates]
    if as_json:
        show_json({"candidates": known})
    sentence = f"« {text} » ne désigne pas une société de la chaîne, et une seule."
    lines = [f"{one['key']}\t{one['name']}" for one in known]
    click.echo("\n".join([sentence, *(["Voulez-vous dire :"] if lines else []), *lines]), err=True)
    raise SystemExit(1)


def _say_answer(answer: WhatIf, *, as_json: bool) -> None:
    for note in answer.notes:
        click.echo(str(note), err=True)
    found = {
        "vendors": answer.vendors, "nodes": answer.nodes, "activities": answer.activities,
        "contracts": answer.contracts, "contracts_without_fallback": answer.without_fallback,
    }  # fmt: skip
    if as_json:
        lists = {name: [asdict(one) for one in things] for name, things in found.items()}
        show_json({**lists, "persons": asdict(answer.persons)})
        return
    for name, things in found.items():
        click.echo(f"{_TITLES[name]} : {len(things)}")
        for one in things:
            click.echo(f"\t{cell(one.key)}\t{cell(one.name)}")
    click.echo(str(persons_words(answer.persons)))


_TITLES = {
    "vendors": "Sous-traitants", "nodes": "Sociétés de la chaîne", "activities": "Traitements",
    "contracts": "Contrats en vigueur", "contracts_without_fallback": "Dont sans repli noté",
}  # fmt: skip
