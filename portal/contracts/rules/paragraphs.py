"""The paragraphs of a draft as lawyers changed them, apart from the library's own text.

An edit hangs on a paragraph by its anchor (`CL18_3`) and keeps the library's text it was made against. When the library
has changed since, the edit follows that text to where it stands now; where the text itself changed, the draft says so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from difflib import SequenceMatcher
from enum import StrEnum

from portal.contracts.rules.free_text import read_text, typed_source
from portal.contracts.rules.model import Approver, BilingualWords, Clause, ClauseLibrary, Passage
from portal.core.dataclass import dataclass
from portal.core.language import Language

AT_HEAD = "head"
"""Where an edit puts a paragraph first in its article."""
FALLBACK_BASE, NEIGHBOUR_BASE = "fallback", "after"
_LIKE = 0.6
"""How alike two paragraphs must be, from 0 to 1, for the one to be the other, rewritten."""


class ParagraphWording(StrEnum):
    """What a paragraph of a draft prints."""

    LIBRARY = "library"
    """What the library says: our first position."""
    FALLBACK = "fallback"
    FREE = "free"
    STRUCK = "struck"
    SPECIAL = "special"
    """A condition of this contract alone, which the library has not."""

    @property
    def departs(self) -> bool:
        """Whether it says something else than the library first asks, in its place."""
        return self in {ParagraphWording.FALLBACK, ParagraphWording.FREE, ParagraphWording.STRUCK}


@dataclass(frozen=True)
class ParagraphEdit:
    """What was decided on one paragraph of one contract."""

    anchor: str
    clause: str
    """Key of the clause in whose article it is printed."""
    wording: ParagraphWording
    text: Mapping[str, str] = field(default_factory=dict)
    """Language → what was typed; empty when the text is the library's."""
    after: str = ""
    """Anchor of the paragraph it follows, `AT_HEAD`, or empty: its own place (for a special condition, the end)."""
    base: Mapping[str, str] = field(default_factory=dict)
    """The library's text it was made against, see `base_of`."""
    is_agreed: bool = False
    """Whether whoever the clause names agreed to it, as it stands."""
    origin: int = 0
    """What it is stored under; its anchor may follow the library, this never changes."""


@dataclass(frozen=True)
class DraftParagraph:
    """A paragraph of a draft, in its place."""

    anchor: str
    passage: Passage
    """What is printed; a text missing in this language has no blocks."""
    number: int
    """Its number in the file of the clause, from 1; 0 for a special condition."""
    edit: ParagraphEdit | None = None


@dataclass(frozen=True)
class PlacedEdits:
    """Edits as they apply to the library of today."""

    edits: tuple[ParagraphEdit, ...] = ()
    outdated: frozenset[str] = frozenset()
    """Anchors of the edits whose paragraph the library has rewritten since."""
    orphans: tuple[ParagraphEdit, ...] = ()
    """Edits of a clause or a paragraph that the library has no more."""

    def of_clause(self, key: str) -> tuple[ParagraphEdit, ...]:
        """Those printed in the article of one clause."""
        return tuple(edit for edit in self.edits if edit.clause == key)


def anchor_of(clause: str, number: int) -> str:
    """The anchor of a paragraph of the library.

    >>> anchor_of("CL18", 3), number_of("CL18_3"), number_of("special_7")
    ('CL18_3', 3, 0)
    """
    return f"{clause}_{number}"


def number_of(anchor: str) -> int:
    """The number of a paragraph in the file of its clause; 0 for a special condition."""
    head, _, tail = anchor.rpartition("_")
    return int(tail) if head != ParagraphWording.SPECIAL and tail.isdecimal() else 0


def clause_of(anchor: str) -> str:
    """The clause that a paragraph of the library stands in."""
    return anchor.rpartition("_")[0]


def base_of(clause: Clause, number: int, *, after: str = "") -> dict[str, str]:
    """The library's text of a paragraph, in each language, with its fallback and the paragraph it is put after."""
    base = {}
    for language in Language:
        passages = clause.prose.get(language, ())
        if 0 < number <= len(passages):
            base[language.value] = typed_source(passages[number - 1])
        point = clause.point(number)
        if point and point.fallback.get(language):
            base[f"{FALLBACK_BASE}_{language.value}"] = typed_source(point.fallback[language][0])
    before = number_of(after)
    if 0 < before <= len(clause.prose[Language.FR]):
        base[NEIGHBOUR_BASE] = typed_source(clause.prose[Language.FR][before - 1])
    return base


def place_edits(library: ClauseLibrary, edits: Iterable[ParagraphEdit]) -> PlacedEdits:
    """Hang each edit on the paragraph it was made on, wherever the library has it now."""
    placed: dict[str, ParagraphEdit] = {}
    outdated: set[str] = set()
    orphans: list[ParagraphEdit] = []
    for edit in edits:
        clause = library.clause.get(edit.clause)
        if clause is None:
            orphans.append(edit)
            continue
        moved = replace(edit, after=_neighbour(clause, edit))
        if edit.wording is ParagraphWording.SPECIAL:
            placed[edit.anchor] = moved
            continue
        number = _where_now(clause, number_of(edit.anchor), edit.base.get(Language.FR, ""))
        anchor = anchor_of(edit.clause, number)
        if not number or anchor in placed:
            orphans.append(edit)
            continue
        is_old = _is_outdated(edit, base_of(clause, number))
        placed[anchor] = replace(moved, anchor=anchor, is_agreed=edit.is_agreed and not is_old)
        if is_old:
            outdated.add(anchor)
    return PlacedEdits(tuple(placed.values()), frozenset(outdated), tuple(orphans))


def anchor_now(library: ClauseLibrary, anchor: str, text: str) -> str:
    """The anchor that a paragraph bears today, by its French text; its old one when the library has it no more."""
    clause, number = library.clause.get(clause_of(anchor)), number_of(anchor)
    now = _where_now(clause, number, text) if clause is not None and number else 0
    return anchor_of(clause_of(anchor), now) if now else anchor


def _is_outdated(edit: ParagraphEdit, today: Mapping[str, str]) -> bool:
    """Whether a text of the library that this edit rests on was rewritten since."""
    names = [language.value for language in Language]
    if edit.wording is ParagraphWording.FALLBACK:
        names += [f"{FALLBACK_BASE}_{language.value}" for language in Language]
    return any(edit.base.get(name, "") != today.get(name, "") for name in names)


def _neighbour(clause: Clause, edit: ParagraphEdit) -> str:
    number = number_of(edit.after)
    if not number or NEIGHBOUR_BASE not in edit.base:
        return edit.after
    now = _where_now(clause, number, edit.base[NEIGHBOUR_BASE])
    return anchor_of(clause.key, now) if now else ""


def _where_now(clause: Clause, number: int, text: str) -> int:
    """The number under which a paragraph stands now: the same words first, then the likeliest; 0 when it is gone."""
    sources = [typed_source(passage) for passage in clause.prose.get(Language.FR, ())]
    if text in sources:
        same = [at for at, source in enumerate(sources, start=1) if source == text]
        return number if number in same else same[0]
    likeness = {at: SequenceMatcher(None, text.split(), source.split()).ratio() for at, source in enumerate(sources, 1)}
    best = max(likeness, key=lambda at: (likeness[at], at == number), default=0)
    return best if best and likeness[best] >= _LIKE else 0


def lock_reason(clause: Clause, number: int) -> BilingualWords | None:
    """Why a paragraph of the library may be neither changed, moved nor struck out; None when it may.

    What an obligation rests on is locked where the clause gives way on nothing else than its negotiation points; a
    clause that bears no mark at all is locked whole, for its reason speaks of all of it.
    """
    if clause.not_negotiable is None or clause.point(number) is not None:
        return None
    passages = clause.prose.get(Language.FR, ())
    is_marked = 0 < number <= len(passages) and bool(passages[number - 1].obligations)
    if is_marked or not any(passage.obligations for passage in passages):
        return clause.not_negotiable
    return None


def approver_of(clause: Clause, number: int) -> Approver:
    """Who on our side agrees that a paragraph says something else than the library first asks."""
    point = clause.point(number)
    if point is not None:
        return point.approver
    return Approver.OFFICER if clause.not_negotiable is not None else Approver.LEGAL


def awaits_agreement(clause: Clause, edit: ParagraphEdit) -> bool:
    """Whether an edit waits for whoever the clause names."""
    return edit.wording.departs and not edit.is_agreed


def draft_paragraphs(
    clause: Clause, edits: Sequence[ParagraphEdit], language: Language, targets: frozenset[str]
) -> tuple[DraftParagraph, ...]:
    """Every paragraph that an article may print, in order, with what was decided on it; those struck out are left in.

    Free text and special conditions bear no mark: nobody has read them, so they prove nothing (RGPD art. 5(2)).
    """
    by_anchor = {edit.anchor: edit for edit in edits}
    found: list[DraftParagraph] = []
    for number, passage in enumerate(clause.prose[language], start=1):
        anchor = anchor_of(clause.key, number)
        edit = by_anchor.get(anchor)
        found.append(DraftParagraph(anchor, _printed(clause, number, passage, edit, language, targets), number, edit))
    found += (
        DraftParagraph(edit.anchor, _free(edit, Passage(()), language, targets), 0, edit)
        for edit in edits
        if edit.wording is ParagraphWording.SPECIAL
    )
    return tuple(_moved(found))


def _printed(
    clause: Clause,
    number: int,
    passage: Passage,
    edit: ParagraphEdit | None,
    language: Language,
    targets: frozenset[str],
) -> Passage:
    if edit is None or edit.wording is ParagraphWording.LIBRARY:
        return passage
    if edit.wording is ParagraphWording.FREE:
        return _free(edit, passage, language, targets)
    if edit.wording is ParagraphWording.STRUCK:
        return replace(passage, blocks=(), obligations=())
    point = clause.point(number)
    taken = point.fallback.get(language, ()) if point else ()
    return replace(passage, blocks=taken[0].blocks) if taken else passage


def _free(edit: ParagraphEdit, passage: Passage, language: Language, targets: frozenset[str]) -> Passage:
    blocks = read_text(edit.text.get(language.value, ""), language, targets)
    return Passage(blocks, (), passage.condition, passage.line)


def _moved(paragraphs: list[DraftParagraph]) -> Iterator[DraftParagraph]:
    """Put each paragraph where its edit wants it; one whose neighbour is not there stays where it is."""
    order = list(paragraphs)
    for one in paragraphs:
        if one.edit is None or not one.edit.after:
            continue
        order.remove(one)
        if one.edit.after == AT_HEAD:
            order.insert(0, one)
            continue
        at = next((place for place, other in enumerate(order) if other.anchor == one.edit.after), None)
        order.insert(at + 1 if at is not None else paragraphs.index(one), one)
    return iter(order)
