"""A stored file sent to a browser: piece by piece, always as an attachment, never interpreted."""

from flask import Response
from werkzeug.http import dump_options_header

from portal.core import process
from portal.core.stored import StoredFile, blob_of


def download(stored: StoredFile) -> Response:
    """The file, streamed; raises Damaged when it cannot be given back whole."""
    response = Response(process.store().open(blob_of(stored)), mimetype=stored.media_type)
    response.headers["Content-Disposition"] = dump_options_header("attachment", {"filename": stored.filename})
    response.headers["Content-Length"] = str(stored.size)
    return response
