"""Whether a file is plain text: decodable from end to end, with no control character and no active content."""

import codecs
import re
from typing import IO

from portal.core.expressions import expression

BLOCK = 64 * 1024
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
CONTROL = expression("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
ACTIVE = expression(
    rb"\A\s*(?:<!doctype|<\?xml|<!--|<(?:html|head|body|svg|script|iframe|object|embed|style|meta|link|base)\b"
    rb"|#!|%!ps|%pdf|\{\\rtf)",
    re.IGNORECASE,
)


def is_plain_text(file: IO[bytes]) -> bool:
    """Read the file once or twice; UTF-8, UTF-16 with its mark, or what a French spreadsheet writes (cp1252)."""
    file.seek(0)
    head = file.read(4)
    marked = next((encoding for bom, encoding in BOMS if head.startswith(bom)), None)
    candidates = (marked,) if marked else ("utf-8", "cp1252")
    return any(_decodes(file, encoding) for encoding in candidates)


def _decodes(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    first = True
    try:
        while block := file.read(BLOCK):
            text = decoder.decode(block)
            if CONTROL.search(text) or (first and is_active(text.encode("utf-8", "ignore"))):
                return False
            first = False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def is_active(head: bytes) -> bool:
    r"""Whether a browser or an interpreter would take this beginning for something to run.

    >>> is_active(b"\n <SVG onload=x>"), is_active(b"#!/bin/sh"), is_active(b"Nom;Pays")
    (True, True, False)
    """
    return ACTIVE.match(head) is not None
