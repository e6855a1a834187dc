"""A contract received as a sheet of paper on a page: its paragraphs, the passages that obligations rest on marked.

Every text is escaped by construction. Passages may overlap: each stretch of text is marked once, in the look of the
gravest obligation that rests on it, and every obligation has its tag where its passage ends, which leads back to it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markupsafe import Markup, escape

from portal.paper.rules.document import Document, Kind, Paragraph
from portal.paper.rules.findings import Finding, Status
from portal.paper.wording import GRAVEST, STATUS_LOOKS

_RANK = {status: place for place, status in enumerate(GRAVEST)}
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage of one requirement."""

    start: int
    end: int
    requirement: str
    number: int
    """Rank of the passage among those of its requirement."""
    status: Status


@dataclass(frozen=True)
class Tag:
    """What is written where a passage ends."""

    label: str
    status: str
    """The status in words."""


@dataclass
class Received:
    """The sheet, and where each passage stands on it."""

    parts: list[Markup] = field(default_factory=list)
    anchors: dict[tuple[str, int], str] = field(default_factory=dict)
    """(requirement, rank of the passage) → id on the page."""

    @property
    def html(self) -> Markup:
        """The whole sheet."""
        return Markup("\n").join(self.parts)


def hits(findings: Sequence[Finding], statuses: Mapping[str, Status]) -> list[Hit]:
    """Every passage of a check, in reading order, under the status that counts."""
    found = [
        Hit(span.start, span.end, finding.id, number, statuses[finding.id])
        for finding in findings
        for number, span in enumerate(finding.spans)
        if span.end > span.start
    ]
    return sorted(found, key=lambda hit: (hit.start, hit.end, hit.requirement))


def received(
    document: Document, found: Sequence[Hit], tags: Mapping[str, Tag], page: Callable[[int], str], sprite: str
) -> Received:
    """The sheet of a document; `page` says the name of a page, `sprite` is the address of the icons."""
    pen = _Pen(tags, page, sprite)
    waiting, first = list(found), 0
    for paragraph in document.paragraphs:
        while first < len(waiting) and waiting[first].end <= paragraph.start:
            first += 1
        here = [hit for hit in _until(waiting, first, paragraph.end) if hit.end > paragraph.start]
        pen.write(paragraph, here)
    return pen.sheet


def _until(found: Sequence[Hit], first: int, end: int) -> Iterator[Hit]:
    for place in range(first, len(found)):
        if found[place].start >= end:
            return
        yield found[place]


class _Pen:
    def __init__(self, tags: Mapping[str, Tag], page: Callable[[int], str], sprite: str) -> None:
        self.sheet = Received()
        self.tags, self.page, self.sprite = tags, page, sprite
        self.last_page: int | None = None
        self.marks = 0

    def write(self, paragraph: Paragraph, found: Sequence[Hit]) -> None:
        if paragraph.page is not None and paragraph.page != self.last_page:
            self.last_page = paragraph.page
            name = Markup('<p class="received__page">{}</p>').format(self.page(paragraph.page))
            self.sheet.parts.append(name)
        body = self.body(paragraph, found) if found else escape(paragraph.text)
        number = (
            Markup('<span class="received__number">{}</span> ').format(paragraph.number) if paragraph.number else ""
        )
        self.sheet.parts.append(_FRAMES[_frame(paragraph)].format(number, body))

    def body(self, paragraph: Paragraph, found: Sequence[Hit]) -> Markup:
        start, end = paragraph.start, paragraph.end
        cuts = sorted({start, end, *(max(h.start, start) for h in found), *(min(h.end, end) for h in found)})
        pieces: list[Markup] = []
        for left, right in pairwise(cuts):
            over = [hit for hit in found if hit.start < right and hit.end > left]
            text = paragraph.text[left - start : right - start]
            pieces.append(self.marked(text, over) if over else escape(text))
            pieces += [self.tag(hit) for hit in over if min(hit.end, end) == right and hit.end <= end + 1]
        return Markup("").join(pieces)

    def marked(self, text: str, over: Sequence[Hit]) -> Markup:
        self.marks += 1
        name = f"passage-{self.marks}"
        for hit in over:
            self.sheet.anchors.setdefault((hit.requirement, hit.number), name)
        gravest = min((hit.status for hit in over), key=_RANK.__getitem__)
        return Markup('<mark class="hit hit--{}" id="{}">{}</mark>').format(STATUS_LOOKS[gravest].tone, name, text)

    def tag(self, hit: Hit) -> Markup:
        look, tag = STATUS_LOOKS[hit.status], self.tags[hit.requirement]
        return _TAG.format(look.tone, hit.requirement, self.sprite, look.icon, tag.label, tag.status)


_NUMBER = Markup('<span class="received__number">{}</span> ')
_TAG = Markup(
    '<a class="hit-tag hit-tag--{}" href="#ob-{}"><svg class="icon" width="20" height="20" aria-hidden="true">'
    '<use href="{}#{}"></use></svg>{}<span class="visually-hidden"> – {}</span></a>'
)


def _frame(paragraph: Paragraph) -> str:
    if paragraph.kind is Kind.HEADING:
        return f"h{min(max(paragraph.level, 1) + 2, _DEEPEST + 2)}"
    if paragraph.kind is Kind.ITEM:
        return f"item{min(max(paragraph.level, 1), _DEEPEST)}"
    return paragraph.kind.value


def _frames(names: Mapping[str, tuple[str, str]]) -> Mapping[str, Markup]:
    made = {}
    for name, (kind, look) in names.items():
        said = f' class="received__{look}"' if look else ""
        made[name] = Markup(f"<{kind}{said}>{{}}{{}}</{kind}>")  # noqa: S704 - names of ours
    return made


_FRAMES = _frames(
    {
        "text": ("p", ""),
        "row": ("p", "row"),
        "note": ("p", "note"),
        "contents": ("p", "contents"),
        **{f"h{level}": (f"h{level}", "title") for level in range(3, _DEEPEST + 3)},
        **{f"item{level}": ("p", f"item-{level}") for level in range(1, _DEEPEST + 1)},
    }
)
