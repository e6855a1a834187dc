"""Pieces of text in reading order, as a format's reader gives them before titles, lists and annexes are told.

Standard library only.
"""

from portal.core.dataclass import dataclass
from portal.documents_in.document import ParagraphKind


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of text, without line ends; a reader states only what its file states."""

    text: str
    kind: ParagraphKind | None = None
    """None where the format does not say: the words then decide."""
    level: int = 0
    """Depth of a heading where the format says it; how far a list item is set in, in any unit."""
    label: str | None = None
    """Number or mark the format prints before the text (`4.2.`, `(a)`); None when it stands in the text, if any."""
    page: int | None = None
    apart: bool = True
    """Whether white space separates it from the block before."""
    strong: bool = False
    """Whether all of it is set to stand out (bold, larger)."""
