"""Read a document in a child process: the door for files that people hand in."""

from portal.core.reading import ChildReader
from portal.documents_in.document import SourceDocument

SECONDS = 30.0
"""A contract of 500 pages takes four, starting the child and waiting for one's turn included."""

_child = ChildReader("portal.documents_in.reading_child", SECONDS)


def read_document_apart(data: bytes, name: str) -> SourceDocument:
    """The document a file holds; raises UnreadableDocument, or NotRead when its reading had to be stopped."""
    found: SourceDocument = _child.read("read_document", data, name)
    return found
