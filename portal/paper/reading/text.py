"""Plain text: decoded, cut into lines, its pages known by form feeds; Markdown marks pasted in it are understood."""

import re
from dataclasses import replace

from portal.core.language import Sentence, say
from portal.core.spreadsheets import decoding
from portal.core.spreadsheets.table import Unreadable as NoText
from portal.paper.reading import glyphs, running, structure, wrapping
from portal.paper.reading.refusals import Unreadable, check_length
from portal.paper.rules.document import Document

ENDS = re.compile("\r\n|[\r\x85\u2028\u2029\v]")
_QUOTED = re.compile(r"^(\s*)(?:>\s?)+")
_PRINTED = bytes(code for code in range(256) if code not in range(9) and code not in range(14, 32) and code != 127)
BLANKS = 2
"""Line ends for one printed line, at most, in a text worth reading."""
MOST_STRAYS = 20
"""One control character in so many bytes, at most, is an accident; more is no text."""
_FENCE = re.compile(r"^\s*(?:```|~~~)\w*\s*$")


def read(data: bytes) -> Document:
    """A text file; raises Unreadable when it is not text."""
    return from_text(*decoded(data))


def decoded(data: bytes) -> tuple[str, tuple[Sentence, ...]]:
    """The text of a file, whatever it was saved in, and what was mended; raises Unreadable when it is not text."""
    check_length(len(data) // 4, data.count(b"\n") // BLANKS)
    if b"\0" not in data and (turned := glyphs.turned_back(data.decode("utf-8", "replace"))):
        return turned, (glyphs.MENDED,)
    try:
        return decoding.decode(_without_strays(data))[0], ()
    except NoText as failure:
        raise Unreadable(
            say("Ce fichier n'est pas du texte : enregistrez le contrat en DOCX, en PDF ou en texte.")
        ) from failure


def _without_strays(data: bytes) -> bytes:
    """Text that a PDF was turned into keeps a few controls of its fonts: they are no reason to refuse it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        return data
    strays = data.translate(None, _PRINTED)
    if strays and len(strays) * MOST_STRAYS <= len(data):
        return data.translate(None, strays)
    return data


def from_text(text: str, remarks: tuple[Sentence, ...] = ()) -> Document:
    """A document from text whose lines may have been cut to a width."""
    text = ENDS.sub("\n", text)
    check_length(len(text), (text.count("\n") + text.count("\f")) // BLANKS)
    pages = [
        [wrapping.line(_QUOTED.sub(r"\1", raw)) for raw in page.split("\n") if not _FENCE.match(raw)]
        for page in text.split("\f")
    ]
    paged = len(pages) > 1
    if not paged:
        stamps = running.stamped([line.text for line in pages[0]])
        again = {place for place, line in enumerate(pages[0]) if running.is_page_number(line.text, alone=False)}
        dropped_places = stamps | again
        lines = [line for place, line in enumerate(pages[0]) if place not in dropped_places]
        return structure.document(wrapping.blocks(lines), remarks)
    dropped = running.repeated([[line.text for line in page] for page in pages])
    lines = [
        replace(line, page=number + 1, text="" if (number, place) in dropped else line.text)
        for number, page in enumerate(pages)
        for place, line in enumerate(page)
    ]
    return structure.document(wrapping.blocks(lines), remarks, len(pages))
