"""From bytes to text: which encoding a CSV was saved in, always the same answer for the same bytes."""

from typing import TYPE_CHECKING

from portal.core.expressions import expression
from portal.core.files import BOMS, CONTROL
from portal.core.language import say
from portal.core.late import late
from portal.core.spreadsheets.table import Unreadable

if TYPE_CHECKING:
    import charset_normalizer
else:
    charset_normalizer = late("charset_normalizer")

BINARY = expression(rb"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
LEGACY = ("cp1252", "mac_roman", "cp850")
"""What a French spreadsheet writes when it does not write Unicode: Windows first, then an old Mac, then MS-DOS."""
SAMPLE = 64 * 1024
UNREAD = "\ufffd"


def decode_text(data: bytes) -> tuple[str, str]:
    """The text and its encoding; raises Unreadable when it is no text.

    A file in UTF-8 with a few damaged bytes stays UTF-8: each comes out as UNREAD, for the reader to say where.

    >>> decode_text("Bénin".encode("cp1252"))
    ('Bénin', 'cp1252')
    >>> decode_text(b"B\\xc3\\xa9nin; \\xc3\\xa9t\\xc3\\xa9; \\xc3\\xa0; \\xc3\\xa7; \\xc3\\xa9; \\xff")[1]
    'utf-8'
    """
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _marked(data, encoding), encoding
    if BINARY.search(data):
        raise _no_text()
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "replace")
    if len(text) - len(text.encode("ascii", "ignore")) > 5 * text.count(UNREAD):
        return text, "utf-8"
    encoding = _legacy(data)
    return data.decode(encoding), encoding


def _marked(data: bytes, encoding: str) -> str:
    text = data.decode(encoding, "replace")
    if CONTROL.search(text) or (encoding == "utf-16" and text.count(UNREAD) > 0):
        raise _no_text()
    return text


def _legacy(data: bytes) -> str:
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:SAMPLE]
    found = {match.encoding: match for match in charset_normalizer.from_bytes(telling, cp_isolation=list(LEGACY))}
    best = min(found.values(), key=lambda match: (match.chaos, -match.coherence), default=None)
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return best.encoding if best and best.encoding != "cp1252" else "mac_roman"
    # A few accents prove nothing, and Windows is by far the likeliest: another answer needs a language recognised.
    if best is None or ("cp1252" in found and found["cp1252"].chaos <= best.chaos):
        return "cp1252"
    return best.encoding if best.coherence > 0 else "cp1252"


def _no_text() -> Unreadable:
    return Unreadable(say("Ce fichier n'est pas du texte : enregistrez le tableau en CSV ou en XLSX, puis réessayez."))
