"""Plain text: decoded, cut into lines, its pages known by form feeds; Markdown marks pasted in it are understood."""

from dataclasses import replace

from portal.core.expressions import expression
from portal.core.language import Sentence, say
from portal.core.spreadsheets import Unreadable as NoText
from portal.core.spreadsheets import decode_text
from portal.documents_in.document import SourceDocument
from portal.documents_in.errors import UnreadableDocument, check_length
from portal.documents_in.formats import glyphs
from portal.documents_in.structure import document_builder, line_wrapping, running_headers

ENDS = expression("\r\n|[\r\x85\u2028\u2029\v]")
_QUOTED = expression(r"^(\s*)(?:>\s?)+")
_PRINTED = bytes(code for code in range(256) if code not in range(9) and code not in range(14, 32) and code != 127)
BLANKS = 2
"""Line ends for one printed line, at most, in a text worth reading."""
MOST_STRAYS = 20
"""One control character in so many bytes, at most, is an accident; more is no text."""
_FENCE = expression(r"^\s*(?:```|~~~)\w*\s*$")


def read(data: bytes) -> SourceDocument:
    """A text file; raises UnreadableDocument when it is not text."""
    return parse_text(*decode(data))


def decode(data: bytes) -> tuple[str, tuple[Sentence, ...]]:
    """The text of a file in any encoding, and what was repaired; raises UnreadableDocument when it is not text."""
    check_length(len(data) // 4, data.count(b"\n") // BLANKS)
    if b"\0" not in data and (turned := glyphs.decode_ranks(data.decode("utf-8", "replace"))):
        return turned, (glyphs.DECODED_REMARK,)
    try:
        return decode_text(_without_stray_bytes(data))[0], ()
    except NoText as failure:
        raise UnreadableDocument(
            say("Ce fichier n'est pas du texte : enregistrez le contrat en DOCX, en PDF ou en texte.")
        ) from failure


def _without_stray_bytes(data: bytes) -> bytes:
    """Text that a PDF was turned into keeps a few controls of its fonts: they are no reason to refuse it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        return data
    strays = data.translate(None, _PRINTED)
    if strays and len(strays) * MOST_STRAYS <= len(data):
        return data.translate(None, strays)
    return data


def parse_text(text: str, remarks: tuple[Sentence, ...] = ()) -> SourceDocument:
    """A document from text whose lines may have been cut to a width."""
    text = ENDS.sub("\n", text)
    check_length(len(text), (text.count("\n") + text.count("\f")) // BLANKS)
    pages = [
        [line_wrapping.parse_line(_QUOTED.sub(r"\1", raw)) for raw in page.split("\n") if not _FENCE.match(raw)]
        for page in text.split("\f")
    ]
    paged = len(pages) > 1
    if not paged:
        stamps = running_headers.find_stamps([line.text for line in pages[0]])
        again = {place for place, line in enumerate(pages[0]) if running_headers.is_page_number(line.text, alone=False)}
        dropped_places = stamps | again
        lines = [line for place, line in enumerate(pages[0]) if place not in dropped_places]
        return document_builder.build_document(line_wrapping.unwrap(lines), remarks)
    dropped = running_headers.find_repeated([[line.text for line in page] for page in pages])
    lines = [
        replace(line, page=number + 1, text="" if (number, place) in dropped else line.text)
        for number, page in enumerate(pages)
        for place, line in enumerate(page)
    ]
    return document_builder.build_document(line_wrapping.unwrap(lines), remarks, len(pages))
