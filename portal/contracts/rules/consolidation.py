"""What holds today of a contract and its amendments, and which document each figure comes from; pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import Enum, auto

from portal.contracts.rules.life import OVER, UNSIGNED, ContractState, CopyReading
from portal.core.dataclass import dataclass
from portal.core.language import Language


class Weight(Enum):
    """Whether a document counts in what holds today."""

    HOLDS = auto()
    TO_COME = auto()
    """Signed and read; its day of effect is still to come."""
    UNREAD = auto()
    """Signed, but nobody has read the copy: nothing shows what it changes."""
    UNSIGNED = auto()
    OVER = auto()


@dataclass(frozen=True)
class ChainedDocument:
    """A contract, or an amendment to it, as its register row says."""

    id: int
    is_amendment: bool
    state: ContractState
    reading: CopyReading | None
    effective_on: date | None

    @property
    def weight(self) -> Weight:
        """Whether it counts: an unsigned amendment never does, nor one whose copy nobody has read."""
        if self.state in UNSIGNED:
            return Weight.UNSIGNED
        if self.state in OVER:
            return Weight.OVER
        if self.reading is None or not self.reading.is_known:
            return Weight.UNREAD
        return Weight.HOLDS if self.state is ContractState.IN_FORCE else Weight.TO_COME


def in_order(documents: Iterable[ChainedDocument]) -> list[ChainedDocument]:
    """The contract first, then its amendments by day of effect; one without a day comes last."""
    return sorted(documents, key=lambda one: (one.is_amendment, one.effective_on or date.max, one.id))


@dataclass(frozen=True)
class SaidFigure:
    """Something that a document says, in words."""

    key: str
    """What it is, whatever the language of the document."""
    name: str
    text: str
    spoken: Language | None = None
    """The language of the text, that of the document; none for what is in that of the reader."""
    named_in: Language | None = None
    """The language of the name, likewise."""


@dataclass(frozen=True)
class HeldFigure:
    """Something that holds, and the document that it comes from."""

    said: SaidFigure
    document_id: int


def holding(said: Sequence[tuple[ChainedDocument, Sequence[SaidFigure]]]) -> Iterator[HeldFigure]:
    """Each figure as the last document that counts says it, in the order they first appear.

    `said` holds the documents in order, each with what it says; a document that does not count says nothing.

    >>> kept = ChainedDocument(1, False, ContractState.IN_FORCE, CopyReading.READ, None)
    >>> draft = ChainedDocument(2, True, ContractState.DRAFT, None, None)
    >>> told = [(kept, [SaidFigure("breach", "délai", "24 h")]), (draft, [SaidFigure("breach", "delay", "72 h")])]
    >>> [one.said.text for one in holding(told)]
    ['24 h']
    """
    found: dict[str, HeldFigure] = {}
    for document, figures in said:
        if document.weight is Weight.HOLDS:
            found.update({one.key: HeldFigure(one, document.id) for one in figures if one.text})
    yield from found.values()
