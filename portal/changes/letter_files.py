"""A letter as a file, made in a child process."""

from portal.core.documents.printing import PrintingError, print_in_child, write_in_child
from portal.core.documents.tree import Document
from portal.core.files import Unavailable
from portal.core.language import say

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SECONDS = 60


def letter_file(tree: Document, kind: str) -> tuple[bytes, str]:
    """The bytes and the media type of a letter, as `docx` or `pdf`; raises Unavailable when the printer is away."""
    try:
        made = print_in_child(tree, SECONDS) if kind == "pdf" else write_in_child(tree, b"", SECONDS)
    except PrintingError as failure:
        raise Unavailable(say("L'impression n'a pas abouti : réessayez dans quelques minutes.")) from failure
    return made, "application/pdf" if kind == "pdf" else DOCX
