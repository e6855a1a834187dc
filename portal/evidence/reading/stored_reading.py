"""What a sealed file says of itself, read once when it is handed in."""

from typing import TYPE_CHECKING, Any

from portal.core.files import Blob, Store
from portal.core.late import late
from portal.documents_in.errors import UnreadableDocument
from portal.evidence.reading.applicability import applicability
from portal.evidence.reading.document_kind import NONE
from portal.evidence.reading.document_reading import read_evidence

if TYPE_CHECKING:
    from portal.documents_in import reader
else:
    reader = late("portal.documents_in.reader")

READ = (".pdf", ".docx")


def read_blob(store: Store, blob: Blob) -> dict[str, Any] | None:
    """The reading of a PDF or DOCX, as it is kept; None for another file or an unreadable one, which its vendor types.

    Raises Damaged or Unavailable as the store does.
    """
    if not blob.filename.lower().endswith(READ) or blob.size > reader.MAX_BYTES:
        return None
    try:
        document = reader.read_document(b"".join(store.open(blob)), blob.filename)
    except UnreadableDocument:
        return None
    found = read_evidence(document).as_json()
    return (applicability(document) or found) if found["kind"]["value"] == NONE else found
