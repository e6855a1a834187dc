"""A stored file sent to a browser: piece by piece, always as an attachment, never interpreted."""

from urllib.parse import quote

from flask import Response

from portal.core import process
from portal.core.stored import StoredFile, blob_of


def download(stored: StoredFile) -> Response:
    """The file, streamed; raises Damaged when it cannot be given back whole."""
    response = Response(process.store().open(blob_of(stored)), mimetype=stored.media_type)
    response.headers["Content-Disposition"] = _attachment(stored.filename)
    response.headers["Content-Length"] = str(stored.size)
    return response


def _attachment(name: str) -> str:
    """The header that names a file, whatever its letters (RFC 6266).

    >>> _attachment('été "1".pdf')
    'attachment; filename="_t_ _1_.pdf"; filename*=UTF-8\\'\\'%C3%A9t%C3%A9%20%221%22.pdf'
    """
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%;' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
