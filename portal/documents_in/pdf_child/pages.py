"""The text of a PDF with its places, by PDFium: native code that reads hostile files, so only ever run in a child.

`portal.documents_in.formats.pdf` calls it through `portal.core.documents.printing.Printer`; a page becomes lines of
printed pieces, cut where the space between two words is wider than a space.
"""

import ctypes
import json
import math
import re
import resource
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from typing import Any

import pypdfium2  # type: ignore[import-untyped] # the library carries no types
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

MEMORY = 2 * 1024**3
MAX_PAGES = 1_000
MAX_CHARS = 3_000_000
"""Characters of 1,000 full pages."""
WIDE = 0.75
"""Sizes of the font between two words: beyond, they may stand in two columns or two cells."""
RANKED = "\x03"
"""The space of a font that gives the rank of its glyphs (see `portal.documents_in.formats.glyphs`)."""
BOLD = 600
_BOLD_NAME = re.compile(rb"bold|black|heavy|demi")

DEPTH = 3
"""Forms within forms that are looked into."""
MAX_OBJECTS = 5_000
"""Drawn objects looked at on one page."""
LEAST_RULE = 15.0
COLUMN_TITLES = 30.0
"""Points above the first rule of a table where the titles of its columns may be."""
THIN = 3.0
"""Points: a box no higher is a line."""
Ruled = tuple[float, float, float]
"""`(x0, y, x1)` of a horizontal rule."""
Piece = list[float | bool | str]
"""`[x0, top, x1, bottom, size, bold, text]`, in points from the page's top left."""


def extract(data: bytes) -> bytes:
    """The pages as JSON: `{"pages": [[piece, …], …], "rules": [[rule, …], …], "pictures": [number, …]}`.

    A refusal is `{"refused": "password" | "damaged" | "pages" | "long", "pages": count}`.
    """
    confine()
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as failure:
        return json.dumps({"refused": "password" if "password" in str(failure).lower() else "damaged"}).encode()
    with document:
        count = len(document)
        if not 0 < count <= MAX_PAGES:
            return json.dumps({"refused": "pages" if count else "damaged", "pages": count}).encode()
        pages: list[list[Piece]] = []
        rules: list[list[tuple[float, float, float]]] = []
        pictures: list[int] = []
        room = MAX_CHARS
        for number in range(count):
            pieces, lines, chars = _page(document, number)
            room -= chars
            if room < 0:
                return json.dumps({"refused": "long", "pages": count}).encode()
            pages.append(pieces)
            rules.append(lines)
            if not pieces and chars < 0:
                pictures.append(number + 1)
    return json.dumps({"pages": pages, "rules": rules, "pictures": pictures}).encode()


def confine() -> None:
    """No more memory than a contract needs, and not a byte written to any file."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, 0)):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _page(document: pypdfium2.PdfDocument, number: int) -> tuple[list[Piece], list[Ruled], int]:
    """The pieces and rules of one page and how many characters it has; -1 for a page of pictures only."""
    try:
        page = document[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return [], [], -1
    try:
        reader = _TextPage(text_page)
        width, height = page.get_size()
        rules = list(_rules(page, height)) if reader.count and page.get_rotation() == 0 else []
        pieces = reader.pieces(width, height, _boundaries(rules, height))
        if not pieces:
            return [], [], -1 if any(_objects(page, pdfium.FPDF_PAGEOBJ_IMAGE)) else 0
        return pieces, rules, reader.count
    finally:
        text_page.close()
        page.close()


def _objects(page: pypdfium2.PdfPage, kind: int) -> Iterator[Any]:
    """Bare PDFium handles of what is drawn: a page has thousands, the library's wrappers cost more than the reading."""
    return islice(
        _walk_objects(page.raw, kind, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, DEPTH), MAX_OBJECTS
    )


def _walk_objects(
    parent: Any, kind: int, count: Callable[[Any], int], one: Callable[[Any, int], Any], depth: int
) -> Iterator[Any]:
    for rank in range(count(parent)):
        drawn = one(parent, rank)
        if not drawn:
            return
        found = pdfium.FPDFPageObj_GetType(drawn)
        if found == kind:
            yield drawn
        if found == pdfium.FPDF_PAGEOBJ_FORM and depth > 1:
            yield from _walk_objects(
                drawn, kind, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, depth - 1
            )


def _boundaries(rules: list[Ruled], height: float) -> list[tuple[float, float, float]]:
    """Where cells of a table meet, as `(x, lowest, highest)`: words on both sides of such a place are not one piece."""
    met: dict[float, list[float]] = {}
    ordered = sorted(rules, key=lambda rule: (rule[1], rule[0]))
    for one, other in pairwise(ordered):
        if abs(one[1] - other[1]) < 1 and abs(one[2] - other[0]) < THIN:
            met.setdefault(round(other[0], 0), []).append(height - one[1])
    return [(x, min(places), max(places) + COLUMN_TITLES) for x, places in met.items()]


def _rules(page: pypdfium2.PdfPage, height: float) -> Iterator[Ruled]:
    """Horizontal rules, and the top and bottom of boxes."""
    edges = [ctypes.c_float() for _ in range(4)]
    for drawn in _objects(page, pdfium.FPDF_PAGEOBJ_PATH):
        if not pdfium.FPDFPageObj_GetBounds(drawn, *edges):
            continue
        left, bottom, right, top = (edge.value for edge in edges)
        if right - left < LEAST_RULE:
            continue
        yield _to_tenth(left), _to_tenth(height - top), _to_tenth(right)
        if top - bottom > THIN:
            yield _to_tenth(left), _to_tenth(height - bottom), _to_tenth(right)


class _TextPage:
    """One page's characters; PDFium is asked for the first and the last of each word only."""

    def __init__(self, page: pypdfium2.PdfTextPage) -> None:
        self._raw = page.raw
        self._rect = pdfium.FS_RECTF()
        self._name = ctypes.create_string_buffer(200)
        self._flags = ctypes.c_int()
        self.count = max(pdfium.FPDFText_CountChars(self._raw), 0)
        text = page.get_text_range(errors="replace") if self.count else ""
        if len(text) != self.count:  # controls are left out of it, with which some fonts print letters
            codes = (pdfium.FPDFText_GetUnicode(self._raw, rank) for rank in range(self.count))
            text = "".join(chr(code) if code < 0xD800 or 0xDFFF < code < 0x110000 else " " for code in codes)
        self._text = text
        self._boundaries: list[tuple[float, float, float]] = []
        self._ranked = text.count(RANKED) > 5
        self._word = re.compile(rf"[^ {RANKED}\r\n]+" if self._ranked else r"\S+")
        self._line = re.compile(r"(?:(?!\r\n).)+" if self._ranked else r"[^\r\n\x02\ufffe]+", re.DOTALL)

    def pieces(self, width: float, height: float, boundaries: list[tuple[float, float, float]]) -> list[Piece]:
        """All pieces, upright: those set across the others (a watermark, a margin stamp) are left out."""
        self._boundaries = boundaries
        found = [
            (self._angle(first), piece) for line in self._line.finditer(self._text) for first, piece in self._cut(line)
        ]
        if not found:
            return []
        angles = Counter(angle for angle, _ in found)
        angle = angles.most_common(1)[0][0]
        return [_rotate(piece, angle, width, height) for other, piece in found if other == angle]

    def _cut(self, line: re.Match[str]) -> Iterator[tuple[int, Piece]]:
        start, end = line.span()
        hyphen = (
            "-" if not self._ranked and self._text[end : end + 1] in ("\x02", "\ufffe") and end < self.count else ""
        )
        raw, rect, box = self._raw, self._rect, pdfium.FPDFText_GetLooseCharBox
        piece: Piece | None = None
        begun = ended = 0
        low = edge = 0.0  # bottom and right of the piece: a page has hundreds of words, each looked at here
        for word in self._word.finditer(self._text, start, end):
            first, last = word.start(), word.end() - 1
            box(raw, first, rect)
            left, bottom = rect.left, rect.bottom
            size = max(0.1, rect.top - bottom)  # in this order: 0.1 where the font gives no number
            top = rect.top
            if last != first:
                box(raw, last, rect)
            right = rect.right
            goes_on = piece is not None and -size < left - edge < WIDE * size and abs(bottom - low) < size * 0.6
            if goes_on and not (self._boundaries and self._crosses(edge, left, bottom)):
                edge = max(right, edge)
                ended = last + 1
                continue
            if piece is not None:
                piece[2], piece[6] = edge, self._text[begun:ended]
                yield begun, piece
            piece = [left, bottom, right, top, size, self._bold(first), ""]
            begun, ended, low, edge = first, last + 1, bottom, right
        if piece is not None:
            piece[2], piece[6] = edge, f"{self._text[begun:ended]}{hyphen}"
            piece[5] = bool(piece[5]) and self._bold(max(end - 1, start))
            yield begun, piece

    def _crosses(self, edge: float, left: float, bottom: float) -> bool:
        """Whether the cells of a table meet between two words."""
        return any(edge - 1 <= x <= left + 1 and low < bottom < high for x, low, high in self._boundaries)

    def _angle(self, rank: int) -> int:
        """Degrees, to the nearest quarter of a turn; 45 for anything set aslant."""
        degrees = math.degrees(pdfium.FPDFText_GetCharAngle(self._raw, rank)) % 360
        nearest = round(degrees / 90) * 90
        return nearest % 360 if abs(degrees - nearest) < 5 else 45

    def _bold(self, rank: int) -> bool:
        if pdfium.FPDFText_GetFontWeight(self._raw, rank) >= BOLD:
            return True
        size = pdfium.FPDFText_GetFontInfo(self._raw, rank, self._name, len(self._name), self._flags)
        return 0 < size <= len(self._name) and _BOLD_NAME.search(self._name.value.lower()) is not None


def _rotate(piece: Piece, angle: int, width: float, height: float) -> Piece:
    """The piece seen upright, its origin at the top left."""
    x0, y0, x1, y1 = (float(part) for part in piece[:4])
    if angle == 90:
        x0, y0, x1, y1, height = y0, width - x1, y1, width - x0, width
    elif angle == 180:
        x0, y0, x1, y1 = width - x1, height - y1, width - x0, height - y0
    elif angle == 270:
        x0, y0, x1, y1, height = height - y1, x0, height - y0, x1, width
    left, top, right, bottom, size = map(_to_tenth, (x0, height - y1, x1, height - y0, float(piece[4])))
    return [left, top, max(left, right), max(top, bottom), size, *piece[5:]]


def _to_tenth(points: float) -> float:
    """To the tenth of a point; a damaged font places its letters nowhere, and they are kept at the page's edge."""
    return round(points, 1) if math.isfinite(points) else 0.0
