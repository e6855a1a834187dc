"""`flask published compare`: two versions of a text, beside a contract when one is given; no database."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal.core.clock import legal_date, now
from portal.core.language import N_, Language
from portal.core.late import late
from portal.core.translation import translate
from portal.paper import batch_files
from portal.paper.check_cli import exit_on_refusal
from portal.published_terms.frozen_facts import freeze_changes, thaw_change
from portal.published_terms.reading import changes_between, facts_of
from portal.published_terms.rules.contract_words import ContractSide, ContractStatement
from portal.published_terms.rules.watching import says_too_little
from portal.published_terms.services import EMPTY
from portal.published_terms.wording import STANDINGS, change_words, raw_value_words
from portal.web.command_output import json_option, language_option, show_json

if TYPE_CHECKING:
    from portal.documents_in import reader
else:
    reader = late("portal.documents_in.reader")

_NOTHING = N_("Aucun changement sur les points surveillés.")
EMPTY_STATUS = 2
"""Exit status when one of the texts says nothing that could be compared, as for one that cannot be read."""
_file = click.Path(path_type=Path, dir_okay=False)


@click.group("published", help="Les textes que les sous-traitants publient : ce qui y change.")
def published() -> None:
    """Texts that vendors publish: what moves in them."""


@published.command(
    "compare",
    help="Comparer deux versions d'un texte publié ; sans base de données.\n\n"
    "Rien ne quitte la machine. Un texte illisible, ou qui ne dit rien, est refusé par une phrase et le code "
    "2 : ce n'est jamais « aucun changement ».",
)
@click.argument("old", type=_file, metavar="ANCIEN")
@click.argument("new", type=_file, metavar="NOUVEAU")
@click.option("--contract", type=_file, help="Le contrat en vigueur, pour dire ce qu'il dit de chaque changement.")
@language_option
@json_option
def compare(old: Path, new: Path, contract: Path | None, language: Language, *, as_json: bool) -> None:
    """Compare two versions of a published text; needs no database.

    Nothing leaves the machine. A text that cannot be read, or says nothing, is refused with a sentence and status 2: it
    is never « no change ».
    """
    with exit_on_refusal(language):
        before, after = _read(old, language), _read(new, language)
        side = ContractSide()
        if contract is not None:
            side = ContractSide((ContractStatement(0, contract.name, _read(contract, language)),))
    changes = freeze_changes(changes_between(before, after, on=legal_date(now())), side)
    if as_json:
        show_json({"old": old.name, "new": new.name, "changes": changes})
        return
    for line in _lines(changes, language, with_contract=contract is not None):
        click.echo(line)


def _read(path: Path, language: Language) -> Any:
    """What a file states; a file that says too little ends the command."""
    document = reader.read_document(batch_files.load_file(path), path.name)
    facts = facts_of(document)
    if says_too_little(document.text, len(facts), None):
        click.echo(f"{path.name} : {translate(EMPTY, language)}", err=True)
        raise SystemExit(EMPTY_STATUS)
    return facts


def _lines(changes: list[dict[str, Any]], language: Language, *, with_contract: bool) -> Iterator[str]:
    if not changes:
        yield translate(_NOTHING, language)
    for frozen in changes:
        found = thaw_change(frozen)
        change = found.change
        effect = translate(change.effect.label, language)
        yield f"{translate(change.kind.label, language)} : {change_words(change, language)} ({effect})"
        yield from (f"    {mark} {one.quote}" for mark, one in (("-", change.before), ("+", change.after)) if one)
        if with_contract:
            said = [raw_value_words(change.kind, one.value, "", language) for one in found.said]
            yield f"    = {translate(STANDINGS[found.standing], language)} {', '.join(said)}".rstrip()
