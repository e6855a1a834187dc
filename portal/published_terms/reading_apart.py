"""The readings of `portal.published_terms.reading`, in a child process: what somebody else wrote stops nothing here."""

from portal.core.reading import ChildReader
from portal.documents_in.document import SourceDocument
from portal.published_terms.reading import ReadPage
from portal.published_terms.rules.stated_facts import StatedFact

SECONDS = 120.0
"""Of one text, starting the child and waiting for one's turn included."""
_child = ChildReader("portal.published_terms.reading_child", SECONDS)


def read_page_apart(data: bytes, name: str) -> ReadPage:
    """A page and what it states; raises UnreadableDocument, or NotRead when it had to be stopped."""
    found: ReadPage = _child.read("read_page", data, name)
    return found


def facts_apart(document: SourceDocument) -> tuple[StatedFact, ...]:
    """What a contract states; raises NotRead."""
    found: tuple[StatedFact, ...] = _child.read("facts_of", document)
    return found
