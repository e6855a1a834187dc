"""The text of a document as the rules of reading search it, folded character for character: places are shared."""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.documents_in.document import ParagraphKind, SourceDocument, SourceParagraph

CELLS = " | "
LONGEST_QUOTE = 400
"""Characters; a longer line is quoted by the sentence."""
_SPECIAL = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "–": "-",
    "—": "-",
    "−": "-",
    "œ": "o",
    "Œ": "o",
    "æ": "a",
    "Æ": "a",
    "®": " ",
    "™": " ",
}
_MONTH_START = expression(
    r"(?:jan|feb|fev|mar|apr|avr|may|mai|jun|jui|jul|aug|aou|sep|oct|nov|dec)[a-z]{0,7}\.? ?,? ?\d{4}"
)
_STREET = expression(
    r"^.{0,40}\b(?:rue|avenue|boulevard|place|quai|allee|road|street|lane|wharf|square|drive|way|court|quay)\b"
)
_STOP = expression(r"[.;!?](?=\s{1,3}[A-ZÀ-Ý0-9«“\"(])")
_LABEL_INSIDE = expression(
    r"(?<=[^\s.;:,(«|-]) (?=(?P<label>[A-ZÀ-Ý][a-zà-ÿ'’/]{1,20}(?: (?:[a-zà-ÿ0-9'’/]{1,20}|n°)){0,5}) ?: ?\S)"
)
_ABBREVIATED = expression(
    r"(?:\b(?:inc|ltd|corp|co|no|nos|mr|mrs|ms|dr|st|art|ste|cie|me|mme|m|p|pp|vs|rev|ref|tel|av|bd|approx|cf|sec|dept|jr|messrs)"
    r"|\b[a-z]|\bn°)\.$"
)


class _Folding(dict[int, str]):
    """Every character to one character, lower case and without its accent."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        known = _SPECIAL.get(char)
        plain = known or unicodedata.normalize("NFD", char)[0].lower()[:1]
        self[code] = plain if plain and not (plain.isspace() and char != "\n") else (" " if plain else char)
        return self[code]


_FOLDING = _Folding()


def fold(text: str) -> str:
    """A text in lower case without accents, of the same length.

    >>> fold("Délivré le 1er AOÛT – Œuvre")
    'delivre le 1er aout - ouvre'
    """
    return text.translate(_FOLDING)


@dataclass(frozen=True, slots=True)
class Segment:
    """A paragraph, or one cell of a row: `[start, end[` of the text."""

    start: int
    end: int
    kind: ParagraphKind
    row: int = -1
    """Rank of its row among the paragraphs; -1 out of a table."""
    column: int = 0
    columns: int = 1


class PrintedText:
    """All that is printed, one paragraph a line, cells of a row apart by « | »."""

    def __init__(self, document: SourceDocument) -> None:
        printed, segments, offset = [], [], 0
        for rank, paragraph in enumerate(document.paragraphs):
            text = _whole(paragraph).replace("\n", " ")
            tabular = paragraph.kind is ParagraphKind.ROW
            pieces = text.split(CELLS) if tabular else _lines(text) if paragraph.page is not None else [text]
            row, gap = (rank, CELLS) if tabular and len(pieces) > 1 else (-1, "\n")
            for column, piece in enumerate(pieces):
                places = (column, len(pieces)) if row >= 0 else (0, 1)
                segments.append(Segment(offset, offset + len(piece), paragraph.kind, row, *places))
                ending = gap if column + 1 < len(pieces) else "\n"
                printed.append(piece + ending)
                offset += len(piece) + len(ending)
        self.text = "".join(printed)
        self.folded = fold(self.text)
        self.segments = tuple(segments)

    @cached_property
    def _starts(self) -> list[int]:
        return [segment.start for segment in self.segments]

    def rank_at(self, place: int) -> int:
        """Rank of the segment that holds a place."""
        return max(bisect_right(self._starts, place) - 1, 0)

    def segment_at(self, place: int) -> Segment:
        """The segment that holds a place."""
        return self.segments[self.rank_at(place)]

    def sentence_at(self, start: int, end: int | None = None) -> tuple[int, int]:
        """The place of the sentence, or of the whole cell or short line, that holds a place."""
        segment = self.segment_at(start)
        for first, last in self.sentences(segment):
            if first <= start < last or (end is not None and first < end <= last):
                return first, last
        return segment.start, segment.end

    def sentences(self, segment: Segment) -> Iterator[tuple[int, int]]:
        """The sentences of a segment."""
        first = segment.start
        for stop in _STOP.finditer(self.text, segment.start, segment.end):
            if stop[0] == "." and _ABBREVIATED.search(self.folded[max(first, stop.end() - 12) : stop.end()]):
                continue
            yield first, stop.end()
            first = stop.end() + 1
            while first < segment.end and self.text[first].isspace():
                first += 1
        if first < segment.end:
            yield first, segment.end

    def quote(self, start: int, end: int | None = None) -> str:
        """The passage that holds a place, as printed."""
        first, last = self.sentence_at(start, end)
        last = max(last, end or 0)
        found = self.text[first:last].strip()
        if len(found) <= LONGEST_QUOTE:
            return found
        begin = max(first, start - LONGEST_QUOTE // 2)
        stop = min(last, max(begin + LONGEST_QUOTE, end or 0))
        return self.text[begin:stop].strip()


def _lines(text: str) -> list[str]:
    """A printed paragraph parted where a label opens a line of its own: a PDF does not say where its lines end.

    >>> _lines("Hébergement de la paie Sites couverts : Lyon")
    ['Hébergement de la paie', 'Sites couverts : Lyon']
    """
    found, first = [], 0
    for match in _LABEL_INSIDE.finditer(text):
        before = text[first : match.start()].rsplit(" ", 1)[-1]
        if before[:1].isupper() and " " not in match["label"].strip():
            continue  # « Data Privacy Framework: » is one name
        found.append(text[first : match.start()])
        first = match.start() + 1
    return [*found, text[first:]]


def _whole(paragraph: SourceParagraph) -> str:
    """The text of a paragraph with the figure that readers take for its number: a day, a house."""
    if not paragraph.number.isdecimal() or paragraph.kind is ParagraphKind.NOTE:
        return paragraph.text
    folded = fold(paragraph.text[:80])
    counted = int(paragraph.number) <= 31 and _MONTH_START.match(folded)
    housed = paragraph.kind is not ParagraphKind.ITEM and _STREET.match(folded)
    return f"{paragraph.number} {paragraph.text}" if counted or housed else paragraph.text
