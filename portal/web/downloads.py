"""Files on their way to a browser: always attached, under their own name, never shown in the portal's own pages."""

from unicodedata import normalize
from urllib.parse import quote

from flask import Response

from portal.core import process, rehearsing
from portal.core.stored import StoredFile, blob_of

_POLICY = "default-src 'none'; sandbox"
"""For the browser that would open the file all the same: nothing in it may run or call."""


def download(stored: StoredFile) -> Response:
    """A stored file, streamed piece by piece whatever its size; raises Damaged or Unavailable.

    A file that was altered breaks off rather than pass for whole.
    """
    response = Response(process.store().open(blob_of(stored)), mimetype=stored.media_type)
    response.content_length = stored.size
    return attached(response, stored.filename)


def attached(response: Response, name: str) -> Response:
    """Have a browser save this answer under a name; one that was made in a drill says so for ever."""
    response.headers["Content-Disposition"] = disposition(f"EXERCICE-{name}" if rehearsing.is_on() else name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def disposition(name: str) -> str:
    r"""The header that names an attachment, whatever its letters (RFC 6266, RFC 8187).

    A header holds ASCII alone: whoever cannot read the exact name gets it without its accents.

    >>> disposition("accord.pdf")
    'attachment; filename="accord.pdf"'
    >>> disposition('été "1".pdf')
    'attachment; filename="ete _1_.pdf"; filename*=UTF-8\'\'%C3%A9t%C3%A9%20%221%22.pdf'
    """
    bare = "".join(c for c in normalize("NFKD", name) if not 0x300 <= ord(c) <= 0x36F)
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%;' else "_" for c in bare)
    named = f'attachment; filename="{plain}"'
    return named if plain == name else f"{named}; filename*=UTF-8''{quote(name, safe='')}"
