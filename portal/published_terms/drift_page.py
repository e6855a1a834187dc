"""What the pages of published terms show: changes in words, with their passages and what the contract says of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.paper.snapshot import thaw_document
from portal.published_terms.frozen_facts import FrozenChange, thaw_change
from portal.published_terms.models import PublishedReading
from portal.published_terms.rules.comparing import TermChange, TermEffect
from portal.published_terms.rules.contract_words import ContractStanding
from portal.published_terms.rules.passages import passages_apart
from portal.published_terms.wording import change_words, raw_value_words


@dataclass(frozen=True)
class ContractLine:
    """What one contract says of a change."""

    contract_id: int
    title: str
    value: str
    quote: str
    refers: bool
    prevails: bool


@dataclass(frozen=True)
class ChangeCard:
    """A change as a page shows it."""

    title: str
    """Name of its class, to be translated."""
    words: str
    effect: TermEffect
    before: str
    after: str
    standing: ContractStanding
    contract: tuple[ContractLine, ...]
    names_company: bool
    """Whether it is a sub-processor that comes or goes."""


def change_cards(frozen: Iterable[Mapping[str, Any]], language: Language) -> list[ChangeCard]:
    """Changes as they were found, the harsher first."""
    cards = [_card(thaw_change(one), language) for one in frozen]
    order = (TermEffect.HARSHER, TermEffect.OPEN, TermEffect.KINDER)
    return sorted(cards, key=lambda card: order.index(card.effect))


def _card(found: FrozenChange, language: Language) -> ChangeCard:
    change = found.change
    return ChangeCard(
        change.kind.label, change_words(change, language), change.effect,
        change.before.quote if change.before else "", change.after.quote if change.after else "", found.standing,
        tuple(
            ContractLine(one.contract_id, one.title, raw_value_words(change.kind, one.value, _aspect(change), language),
                         one.quote, one.refers, one.prevails)
            for one in found.said
        ),
        change.kind == "subprocessor",
    )  # fmt: skip


def _aspect(change: TermChange) -> str:
    moved = change.after or change.before
    return moved.aspect if moved else ""


@dataclass(frozen=True)
class PassagesApart:
    """What only one of two readings says, word for word."""

    before: list[str]
    after: list[str]
    before_language: str
    after_language: str


def passages_of(before: PublishedReading | None, after: PublishedReading) -> PassagesApart | None:
    """The passages of two readings that are not in the other; none for a first reading."""
    if before is None or not before.document or not after.document:
        return None
    old, new = thaw_document(before.document), thaw_document(after.document)
    gone, come = passages_apart((one.text for one in old.paragraphs), (one.text for one in new.paragraphs))
    return PassagesApart(gone, come, old.language.value, new.language.value)
