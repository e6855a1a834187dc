"""What a reader hands over before anything is understood: pieces of text in reading order, with what their file says.

Standard library only.
"""

from dataclasses import dataclass

from portal.paper.rules.document import Kind


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of text, without line ends; a reader states only what its file states."""

    text: str
    kind: Kind | None = None
    """None where the format does not say: the words then decide."""
    level: int = 0
    number: str | None = None
    """Number known by the format (`4.2`); None to read it off the text, where it stands in most formats."""
    page: int | None = None
    apart: bool = True
    """Whether white space separates it from the block before."""
    strong: bool = False
    """Whether all of it is set to stand out (bold, larger)."""
