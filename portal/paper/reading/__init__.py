"""Reading a contract of the other side, whatever its format: one structured document, or a refusal in words."""

from portal.paper.reading import text
from portal.paper.reading.refusals import Unreadable
from portal.paper.rules.document import Document

__all__ = ["Unreadable", "read"]


def read(data: bytes, name: str) -> Document:
    """The document a file holds; raises Unreadable with what is wrong and where."""
    return text.read(data)
