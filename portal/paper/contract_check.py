"""Read and check one contract from its bytes, without the database, which is released meanwhile."""

from functools import lru_cache
from typing import TYPE_CHECKING

from portal.core.dataclass import dataclass
from portal.core.late import late
from portal.core.reading import ChildReader
from portal.documents_in.document import SourceDocument
from portal.paper import snapshot
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import Check

if TYPE_CHECKING:
    from portal.documents_in import reader
    from portal.paper.rules import checking
else:
    checking = late("portal.paper.rules.checking")
    reader = late("portal.documents_in.reader")

AT_ONCE_BYTES = 30_000
"""A plain text up to this size (some ten pages) is read while the person waits; anything else by a job."""
SECONDS = 120.0
"""Of one contract, starting the child and waiting for one's turn included; one of 500 pages takes some ten."""
_child = ChildReader("portal.paper.reading_child", SECONDS)
_PLAIN = frozenset({"txt", "text", "md"})


@dataclass(frozen=True)
class CheckedContract:
    """A contract as it was read, its check, and the digest of the readings used."""

    document: SourceDocument
    check: Check
    rulebook_sha256: str


def read_and_check(data: bytes, name: str) -> CheckedContract:
    """Read a file and check it against every requirement; raises UnreadableDocument."""
    document = reader.read_document(data, name)
    return CheckedContract(document, checking.check_contract(document, load_rulebook()), current_readings_digest())


def read_and_check_apart(data: bytes, name: str) -> CheckedContract:
    """The same in a child process, for a file that somebody else made.

    The readings look for words at a distance from one another: a text made to hurt them costs a hundred times an honest
    one of its length. Raises UnreadableDocument, or NotRead when it had to be stopped.
    """
    found: CheckedContract = _child.read("read_and_check", data, name)
    return found


@lru_cache(maxsize=1)
def current_readings_digest() -> str:
    """The digest of the readings that this process checks with; they are read once, and so is it."""
    return snapshot.rulebook_digest(load_rulebook())


def is_checked_at_once(name: str, size: int) -> bool:
    """Whether it costs so little that the page may wait for it.

    >>> is_checked_at_once("accord.txt", 9_000), is_checked_at_once("accord.txt", 900_000)
    (True, False)
    >>> is_checked_at_once("accord.pdf", 9_000)
    False
    """
    return size <= AT_ONCE_BYTES and name.lower().rpartition(".")[2] in _PLAIN
