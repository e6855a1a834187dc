"""Word's automatic numbers in documents of any author: formats, overrides and links that our own never use."""

import re
from collections.abc import Iterator
from dataclasses import field

from portal.core.dataclass import dataclass
from portal.core.documents.word_xml import Element, W
from portal.core.documents.wording import LETTERS
from portal.core.expressions import expression

MAX_LEVEL = 8
LONGEST_CHAIN = 20
"""Styles based on styles: a loop is cut here."""
_PLACE = expression(r"%([1-9])")
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def attribute_value(element: Element, *path: str) -> str:
    """The `w:val` at the end of a path; empty when there is none."""
    found = element.find("/".join(W + name for name in path)) if path else element
    return "" if found is None else str(found.get(W + "val") or "")


def as_integer(text: str, default: int) -> int:
    """An integer of the file, as no file is trusted to write one."""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else default


def written_number(count: int, form: str) -> str:
    """A counter in one of Word's formats; decimal for those of other scripts.

    >>> [written_number(4, form) for form in ("decimal", "decimalZero", "lowerRoman", "upperLetter", "ordinal")]
    ['4', '04', 'iv', 'D', '4']
    >>> written_number(28, "lowerLetter")
    'bb'
    >>> [written_number(3, form) for form in ("chosung", "bullet", "none")]
    ['3', '', '']
    """
    if form in ("none", "bullet") or count < 0:
        return ""
    if form == "decimalZero":
        return f"{count:02d}"
    if form in ("lowerLetter", "upperLetter") and 0 < count < 1000:
        rounds, letter = divmod(count - 1, len(LETTERS))
        letters = LETTERS[letter] * (rounds + 1)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("lowerRoman", "upperRoman") and 0 < count < 4000:
        letters, rest = "", count
        for size, sign in _ROMAN:
            letters += sign * (rest // size)
            rest %= size
        return letters.upper() if form == "upperRoman" else letters
    return str(count)


@dataclass
class _Level:
    """One level of a definition."""

    text: str = ""
    form: str = "decimal"
    start: int = 1
    restarts: bool = True
    legal: bool = False


@dataclass
class _List:
    """One instance of a definition."""

    abstract: str
    levels: dict[int, _Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class DocxCounters:
    """Word's counters: one set per definition, shared by its instances, restarted where an instance says so."""

    def __init__(self, numbering: Element | None, styles: dict[str, Element]) -> None:
        self._styles = styles
        self._by_style: dict[tuple[str, str], int] = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if numbering is not None:
            self._load(numbering)

    def label(self, paragraph: Element, style: str) -> tuple[str, int]:
        """The number or mark Word prints before a paragraph, counted, and its level; empty when there is none."""
        list_id, level = self._numbered(paragraph, style)
        found = self._lists.get(list_id)
        if found is None or level not in found.levels:
            return "", 0
        counts = self._counts.setdefault(found.abstract, {})
        start = found.starts.pop(level, None)
        counts[level] = counts.get(level, found.levels[level].start - 1) + 1 if start is None else start
        for deeper in [other for other in counts if other > level]:
            if deeper not in found.levels or found.levels[deeper].restarts:
                del counts[deeper]
        return self._printed(found, level, counts), level

    def _printed(self, found: _List, level: int, counts: dict[int, int]) -> str:
        own = found.levels[level]
        if own.form == "bullet":
            return own.text or "•"

        def counted(match: re.Match[str]) -> str:
            other = int(match[1]) - 1
            definition = found.levels.get(other, _Level())
            return written_number(counts.get(other, definition.start), "decimal" if own.legal else definition.form)

        return _PLACE.sub(counted, own.text)

    def _numbered(self, paragraph: Element, style: str) -> tuple[str, int]:
        """List and level of a paragraph: its own, else those its style brings, level found by the style's name."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        list_id, level = (attribute_value(own, "numId"), attribute_value(own, "ilvl")) if own is not None else ("", "")
        for name in style_chain(self._styles, style):
            if list_id and level:
                break
            found = self._styles[name].find(f"{W}pPr/{W}numPr")
            if found is not None:
                list_id = list_id or attribute_value(found, "numId")
                level = level or attribute_value(found, "ilvl") or str(self._by_style.get((list_id, name), ""))
        return list_id, min(max(as_integer(level, 0), 0), MAX_LEVEL)

    def _load(self, numbering: Element) -> None:
        definitions = {each.get(W + "abstractNumId", ""): each for each in numbering.iter(W + "abstractNum")}
        links = {
            attribute_value(each, "styleLink"): key
            for key, each in definitions.items()
            if attribute_value(each, "styleLink")
        }
        for instance in numbering.iter(W + "num"):
            abstract = attribute_value(instance, "abstractNumId")
            if abstract in definitions and (linked := attribute_value(definitions[abstract], "numStyleLink")):
                abstract = links.get(linked, abstract)
            list_id = instance.get(W + "numId", "")
            levels = dict(self._levels(definitions[abstract], list_id)) if abstract in definitions else {}
            made = self._lists[list_id] = _List(abstract, levels)
            for override in instance.iter(W + "lvlOverride"):
                level = as_integer(override.get(W + "ilvl", ""), 0)
                made.levels.update(self._levels(override, list_id))
                if start := attribute_value(override, "startOverride"):
                    made.starts[level] = as_integer(start, 1)

    def _levels(self, parent: Element, list_id: str) -> Iterator[tuple[int, _Level]]:
        for each in parent.iterchildren(W + "lvl"):
            rank = as_integer(each.get(W + "ilvl", ""), 0)
            legal = each.find(W + "isLgl") is not None
            restarts = attribute_value(each, "lvlRestart") != "0"
            form = attribute_value(each, "numFmt") or "decimal"
            yield (
                rank,
                _Level(
                    attribute_value(each, "lvlText"),
                    form,
                    as_integer(attribute_value(each, "start"), 1),
                    restarts,
                    legal,
                ),
            )
            if style := attribute_value(each, "pStyle"):
                self._by_style[list_id, style] = rank


def style_chain(styles: dict[str, Element], name: str) -> Iterator[str]:
    """A style's name and those it is based on, nearest first."""
    for _ in range(LONGEST_CHAIN):
        if name not in styles:
            return
        yield name
        name = attribute_value(styles[name], "basedOn")
