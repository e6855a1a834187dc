"""HTML of a contract received: its paragraphs, with the passages that requirements rest on marked.

Every text is escaped by construction. Passages may overlap: each stretch of text is marked once, in the look of the
gravest obligation that rests on it, and every obligation has its tag where its passage ends, which leads back to it.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import pairwise
from operator import attrgetter

from markupsafe import Markup, escape

from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.documents_in.document import ParagraphKind, SourceDocument, SourceParagraph
from portal.paper.rules.check_result import ContractTerm, RequirementResult, RequirementStatus, TermJudgement
from portal.paper.rules.naming import JUDGEMENTS, term_title
from portal.paper.wording import GRAVEST, JUDGEMENT_LOOKS, STATUS_LOOKS, TERM_OF, StatusLook

_DEEPEST = 4
TERM_RANK = 1_000
"""Rank of the first term among the passages of its requirement: far above that of any passage."""


@dataclass(frozen=True)
class PassageTag:
    """What is written where a passage ends."""

    label: str
    word: str
    """What is found there, in words."""


@dataclass(frozen=True, slots=True)
class PassageMark:
    """A passage that a requirement rests on, or that holds one of its delays, amounts or cost rules."""

    start: int
    end: int
    requirement: str
    number: int
    """Rank of the passage among those of its requirement."""
    look: StatusLook
    gravity: int
    """The gravest is 0: a stretch of text wears the look of the gravest of its passages."""
    tag: PassageTag


@dataclass
class ContractSheet:
    """The HTML of a contract and the anchor of each passage in it."""

    parts: list[Markup] = field(default_factory=list)
    anchors: dict[tuple[str, int], str] = field(default_factory=dict)
    """(requirement, rank of the passage) → id on the page."""

    @property
    def html(self) -> Markup:
        """The whole sheet."""
        return Markup("\n").join(self.parts)


def requirement_marks(
    findings: Sequence[RequirementResult], statuses: Mapping[str, RequirementStatus], titles: Mapping[str, PassageTag]
) -> Iterator[PassageMark]:
    """Every passage of the requirements of a check, under the status that counts."""
    for result in findings:
        status = statuses[result.id]
        for number, span in enumerate(result.spans):
            look = STATUS_LOOKS[status]
            gravity = 2 * GRAVEST.index(status)
            yield PassageMark(span.start, span.end, result.id, number, look, gravity, titles[result.id])


def term_marks(terms: Sequence[ContractTerm], known: Container[str], language: Language) -> Iterator[PassageMark]:
    """The passage of each term that has its requirement on the page; a bad one comes after what is absent."""
    bad, calm = 2 * GRAVEST.index(RequirementStatus.WEAK) - 1, 2 * len(GRAVEST)
    for number, term in enumerate(terms, start=TERM_RANK):
        requirement, span = TERM_OF.get(term.id, ""), term.span
        tag = PassageTag(term_title(term).said_in(language), JUDGEMENTS[term.judgement].said_in(language))
        gravity = bad if term.judgement is TermJudgement.BAD else calm
        if requirement in known:
            yield PassageMark(span.start, span.end, requirement, number, JUDGEMENT_LOOKS[term.judgement], gravity, tag)


def render_sheet(
    document: SourceDocument, found: Iterable[PassageMark], page: Callable[[int], str], sprite: str
) -> ContractSheet:
    """The sheet of a document; `page` says the name of a page, `sprite` is the address of the icons."""
    writer = _SheetWriter(page, sprite)
    wanted = (hit for hit in found if hit.end > hit.start)
    waiting, first = sorted(wanted, key=lambda hit: (hit.start, hit.end, hit.requirement, hit.number)), 0
    for paragraph in document.paragraphs:
        while first < len(waiting) and waiting[first].end <= paragraph.start:
            first += 1
        here = [hit for hit in _until(waiting, first, paragraph.end) if hit.end > paragraph.start]
        writer.write(paragraph, here)
    return writer.sheet


def _until(found: Sequence[PassageMark], first: int, end: int) -> Iterator[PassageMark]:
    for place in range(first, len(found)):
        if found[place].start >= end:
            return
        yield found[place]


class _SheetWriter:
    def __init__(self, page: Callable[[int], str], sprite: str) -> None:
        self.sheet = ContractSheet()
        self.page, self.sprite = page, sprite
        self.last_page: int | None = None
        self.marks = 0

    def write(self, paragraph: SourceParagraph, found: Sequence[PassageMark]) -> None:
        if paragraph.page is not None and paragraph.page != self.last_page:
            self.last_page = paragraph.page
            name = Markup('<p class="received__page">{}</p>').format(self.page(paragraph.page))
            self.sheet.parts.append(name)
        body = self.body(paragraph, found) if found else escape(paragraph.text)
        number = (
            Markup('<span class="received__number">{}</span> ').format(paragraph.number) if paragraph.number else ""
        )
        self.sheet.parts.append(_FRAMES[_frame(paragraph)].format(number, body))

    def body(self, paragraph: SourceParagraph, found: Sequence[PassageMark]) -> Markup:
        start, end = paragraph.start, paragraph.end
        cuts = sorted({start, end, *(max(h.start, start) for h in found), *(min(h.end, end) for h in found)})
        pieces: list[Markup] = []
        for left, right in pairwise(cuts):
            over = [hit for hit in found if hit.start < right and hit.end > left]
            text = paragraph.text[left - start : right - start]
            pieces.append(self.marked(text, over) if over else escape(text))
            pieces += [self.tag(hit) for hit in over if min(hit.end, end) == right and hit.end <= end + 1]
        return Markup("").join(pieces)

    def marked(self, text: str, over: Sequence[PassageMark]) -> Markup:
        self.marks += 1
        name = f"passage-{self.marks}"
        for hit in over:
            self.sheet.anchors.setdefault((hit.requirement, hit.number), name)
        gravest = min(over, key=attrgetter("gravity"))
        return _MARK.format(gravest.look.tone, name, text)

    def tag(self, hit: PassageMark) -> Markup:
        look, tag = hit.look, hit.tag
        return _TAG.format(look.tone, hit.requirement, self.sprite, look.icon, tag.label, tag.word)


_MARK = Markup('<mark class="hit hit--{}" id="{}">{}</mark>')
_NUMBER = Markup('<span class="received__number">{}</span> ')
_TAG = Markup(
    '<a class="hit-tag hit-tag--{}" href="#ob-{}"><svg class="icon" width="20" height="20" aria-hidden="true">'
    '<use href="{}#{}"></use></svg>{}<span class="visually-hidden"> – {}</span></a>'
)


def _frame(paragraph: SourceParagraph) -> str:
    if paragraph.kind is ParagraphKind.HEADING:
        return f"h{min(max(paragraph.level, 1) + 2, _DEEPEST + 2)}"
    if paragraph.kind is ParagraphKind.ITEM:
        return f"item{min(max(paragraph.level, 1), _DEEPEST)}"
    return paragraph.kind.value


def _frames(names: Mapping[str, tuple[str, str]]) -> Mapping[str, Markup]:
    made = {}
    for name, (kind, look) in names.items():
        attribute = f' class="received__{look}"' if look else ""
        made[name] = Markup(f"<{kind}{attribute}>{{}}{{}}</{kind}>")  # noqa: S704 - names of ours
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
