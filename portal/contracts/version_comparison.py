"""What changed from one version of a contract to another: clauses, facts, obligations, blanks, and every word."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from portal.contracts.models import ContractVersion
from portal.contracts.rules.fact_catalogue import FACTS, FactKind
from portal.contracts.rules.model import Obligation
from portal.core.dataclass import dataclass
from portal.core.documents.freezing import thaw
from portal.core.documents.text import tree_text
from portal.core.documents.tree import Document, Section
from portal.core.language import Language, semicolon
from portal.core.word_changes import ChangeKind, TextRun, word_runs


@dataclass(frozen=True)
class VersionDifference:
    """One thing that differs; `before` and `after` are words to show."""

    change: ChangeKind
    key: str
    label: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class ParagraphDifference:
    """A paragraph that does not say the same in both versions."""

    change: ChangeKind
    anchor: str
    place: Section
    """Where it stands in the newer version, in the older one when it is gone; of the kind of what holds it."""
    runs: tuple[TextRun, ...]

    @property
    def before(self) -> tuple[TextRun, ...]:
        """What the older version says, its own words marked."""
        return tuple(run for run in self.runs if run.change is not ChangeKind.ADDED)

    @property
    def after(self) -> tuple[TextRun, ...]:
        """What the newer version says, its own words marked."""
        return tuple(run for run in self.runs if run.change is not ChangeKind.REMOVED)


@dataclass(frozen=True)
class VersionComparison:
    """All that differs between two versions, the older one first."""

    clauses: tuple[VersionDifference, ...]
    facts: tuple[VersionDifference, ...]
    obligations: tuple[VersionDifference, ...]
    blanks: tuple[VersionDifference, ...]
    same_language: bool
    paragraphs: tuple[ParagraphDifference, ...] = ()
    """Word for word; nothing between two languages."""

    @property
    def is_empty(self) -> bool:
        """Whether both say the same."""
        differs = self.clauses or self.facts or self.obligations or self.blanks or self.paragraphs
        return not differs and self.same_language


def compare_versions(
    old: ContractVersion, new: ContractVersion, language: Language, obligations: Sequence[Obligation] = ()
) -> VersionComparison:
    """Compare two frozen versions; facts and the obligations that are known are named in the reader's language.

    In two languages the words of a fact differ without having changed: only those that came or went are named.
    """
    titles = {one.key: one.title.said_in(language) for one in obligations}
    same = (old.language, old.beside) == (new.language, new.beside)
    return VersionComparison(
        clauses=tuple(_clauses(old.clauses, new.clauses)),
        facts=tuple(_facts(old.facts.get("values", {}), new.facts.get("values", {}), language, same_language=same)),
        obligations=tuple(_obligations(old.coverage, new.coverage, titles)),
        blanks=tuple(_blanks(old.blanks, new.blanks, language)),
        same_language=same,
        paragraphs=tuple(compare_texts(thaw(old.tree), thaw(new.tree))) if same else (),
    )


@dataclass(frozen=True)
class _ReadParagraph:
    anchor: str
    part: str
    """The article or annex it stands in."""
    place: Section
    text: str


def compare_texts(old: Document, new: Document) -> Iterator[ParagraphDifference]:
    """Each paragraph that was added, taken out, changed or moved, in the order of the newer text.

    A paragraph is the one of the same words in the same article; failing that, the one of the same anchor: an anchor
    may shift when the library gains a paragraph, words do not. Numbers are not compared, for one paragraph more changes
    all that follow it.
    """
    before, after = list(_paragraphs(old)), list(_paragraphs(new))
    pairs = _pairs(before, after)
    matched = set(pairs.values())
    kept = [place for place in range(len(before)) if place in matched]
    stayed = _in_order([pairs[place] for place in range(len(after)) if place in pairs], kept)
    for place, now in enumerate(after):
        if place not in pairs:
            yield ParagraphDifference(ChangeKind.ADDED, now.anchor, now.place, (TextRun(ChangeKind.ADDED, now.text),))
            continue
        was = before[pairs[place]]
        if was.text != now.text:
            runs = tuple(word_runs(was.text, now.text))
            yield ParagraphDifference(ChangeKind.CHANGED, now.anchor, now.place, runs)
        elif pairs[place] not in stayed:
            yield ParagraphDifference(ChangeKind.MOVED, now.anchor, now.place, (TextRun(None, now.text),))
    for place, was in enumerate(before):
        if place not in matched:
            yield ParagraphDifference(
                ChangeKind.REMOVED, was.anchor, was.place, (TextRun(ChangeKind.REMOVED, was.text),)
            )


def _pairs(before: Sequence[_ReadParagraph], after: Sequence[_ReadParagraph]) -> dict[int, int]:
    """Place in the newer text → place in the older one."""
    free = dict.fromkeys(range(len(before)))
    pairs: dict[int, int] = {}
    for alike in (
        lambda one: (one.part, one.text, one.anchor),
        lambda one: (one.part, one.text),
        lambda one: one.anchor,
    ):
        waiting: dict[Any, list[int]] = {}
        for place in free:
            waiting.setdefault(alike(before[place]), []).append(place)
        for place, now in enumerate(after):
            if place not in pairs and waiting.get(alike(now)):
                pairs[place] = waiting[alike(now)].pop(0)
                del free[pairs[place]]
    return pairs


def _in_order(now: Sequence[int], was: Sequence[int]) -> set[int]:
    """The paragraphs that kept their place among those that stayed."""
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    return {was[place] for block in matcher.get_matching_blocks() for place in range(block.a, block.a + block.size)}


def _paragraphs(document: Document) -> Iterator[_ReadParagraph]:
    for block in document.blocks:
        if not isinstance(block, Section):
            continue
        inside = [one for one in block.blocks if isinstance(one, Section) and one.anchor]
        for one in inside:
            words = _text(document, Section("", one.blocks))
            yield _ReadParagraph(one.anchor, block.anchor, replace(one, kind=block.kind), words)
        if not inside:
            yield _ReadParagraph(block.anchor, block.anchor, block, _text(document, Section("", block.blocks)))


def _text(document: Document, section: Section) -> str:
    return tree_text(Document("", document.language, (section,))).strip()


def _clauses(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[VersionDifference]:
    """A clause is the same when its file was, to the byte."""
    before, after = ({clause["id"]: clause for clause in clauses} for clauses in (old, new))
    for key in dict.fromkeys((*after, *before)):
        was, now = before.get(key), after.get(key)
        if was is None and now is not None:
            yield VersionDifference(ChangeKind.ADDED, key, now["title"], after=now["version"])
        elif now is None and was is not None:
            yield VersionDifference(ChangeKind.REMOVED, key, was["title"], before=was["version"])
        elif was and now and was["sha256"] != now["sha256"]:
            yield VersionDifference(ChangeKind.CHANGED, key, now["title"], was["version"], now["version"])


def _facts(
    old: Mapping[str, Any], new: Mapping[str, Any], language: Language, *, same_language: bool
) -> Iterator[VersionDifference]:
    for key in (key for key in FACTS if key in old or key in new):
        label = FACTS[key].label.said_in(language)
        before, after = fact_words(key, old.get(key), language), fact_words(key, new.get(key), language)
        if key not in old:
            yield VersionDifference(ChangeKind.ADDED, key, label, after=after)
        elif key not in new:
            yield VersionDifference(ChangeKind.REMOVED, key, label, before=before)
        elif old[key] != new[key] and (same_language or FACTS[key].kind is FactKind.CODES):
            yield VersionDifference(ChangeKind.CHANGED, key, label, before, after)


def fact_words(key: str, value: Any, language: Language) -> str:
    """A frozen fact on one line: codes by their labels, a table by the first cells of its rows.

    >>> fact_words("access.mode", ["distance"], Language.EN)
    'remote access to the controller’s systems'
    >>> fact_words("subprocessors", [{"name": "Nuage"}, {"name": "Brume"}], Language.FR)
    'Nuage\\u202f; Brume'
    """
    if value is None:
        return ""
    fact = FACTS[key]
    listed: list[Any] = [value] if isinstance(value, str) else list(value)
    if not listed and fact.none is not None:
        return fact.none.said_in(language)
    if fact.kind is FactKind.ROWS:
        listed = [str(next((row[c.key] for c in _naming_columns(key) if row.get(c.key)), "–")) for row in listed]
    elif fact.kind is FactKind.CODES:
        listed = [fact.choices[code].said_in(language) if code in fact.choices else code for code in listed]
    return semicolon(language).join(listed)


def _naming_columns(key: str) -> Sequence[Any]:
    """The columns that tell rows apart: a measure is known by what it is, the others by a name."""
    columns = FACTS[key].columns
    return columns[1:] if key == "measures" else columns


def _obligations(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], titles: Mapping[str, str]
) -> Iterator[VersionDifference]:
    before = {row["id"]: row["status"] for row in old}
    for row in new:
        was = before.get(row["id"], "")
        if was != row["status"]:
            yield VersionDifference(
                ChangeKind.CHANGED, row["id"], titles.get(row["id"], row["title"]), was, row["status"]
            )


def _blanks(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], language: Language
) -> Iterator[VersionDifference]:
    before, after = ({blank["key"]: _blank_name(blank, language) for blank in blanks} for blanks in (old, new))
    yield from (VersionDifference(ChangeKind.ADDED, key, label) for key, label in after.items() if key not in before)
    yield from (VersionDifference(ChangeKind.REMOVED, key, label) for key, label in before.items() if key not in after)


def _blank_name(blank: Mapping[str, Any], language: Language) -> str:
    """As the reader says it, when it is a fact; a paragraph still to write keeps the words of the version."""
    return FACTS[blank["key"]].label.said_in(language) if blank["key"] in FACTS else str(blank["label"])
