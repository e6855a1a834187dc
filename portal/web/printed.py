"""A document written for one request: as Word or PDF, in a child process, always attached."""

from flask import Response

from portal.core.documents.printing import PrintingError, print_in_child, write_in_child
from portal.core.documents.tree import Document
from portal.core.files import Unavailable
from portal.core.language import say
from portal.web.downloads import attached

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PRINTING_SECONDS = 60


def printed(tree: Document, kind: str, name: str) -> Response:
    """The document as a file of this kind, `docx` or `pdf`; raises Unavailable when the printer does not answer."""
    try:
        made = print_in_child(tree, PRINTING_SECONDS) if kind == "pdf" else write_in_child(tree, b"", PRINTING_SECONDS)
    except PrintingError as failure:
        raise Unavailable(say("L'impression n'a pas abouti : réessayez dans quelques minutes.")) from failure
    media = "application/pdf" if kind == "pdf" else DOCX
    return attached(Response(made, mimetype=media), f"{name}.{kind}")
