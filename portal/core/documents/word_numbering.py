"""Word's own multilevel numbering, set so that Word counts what the tree has printed."""

from portal.core.dataclass import dataclass
from portal.core.documents.tree import Section
from portal.core.documents.word_xml import Element, w
from portal.core.documents.wording import BULLET, LETTERS, WORDS, printable, section_label
from portal.core.language import Language

SCHEMES = {"article": 1, "annex": 2, "section": 3}
"""The three numberings of headings; the same number identifies the definition and its first instance."""
BULLETS, LETTERED = 4, 5
LEVELS = 9
ACCENT = "A8431C"
GREATEST = 32767

ARTICLE_INDENT, ANNEX_INDENT, CLAUSE_INDENT, ITEM_INDENT, WIDER_PER_LEVEL = 1588, 1814, 680, 397, 170
COLUMN_ITEM_INDENT = 283
"""Hanging indents, in twentieths of a point."""
IN_COLUMNS = 2
"""The level of a list that stands in one of two columns."""


@dataclass(frozen=True)
class Number:
    """How one section is numbered: by Word (`num_id` above 0), or by `label` typed as text."""

    label: str = ""
    num_id: int = 0
    scheme: str = ""
    parts: tuple[int, ...] = ()

    @property
    def level(self) -> int:
        """The level in Word's list, from 0."""
        return max(len(self.parts) - 1, 0)


UNNUMBERED = Number()


class Numbering:
    """Writes the definitions into `word/numbering.xml` and follows Word's counters while the document is written."""

    def __init__(self, root: Element, language: Language) -> None:
        self._root = root
        self._language = language
        self._counters: dict[str, tuple[int, ...]] = dict.fromkeys(SCHEMES, ())
        self._current = dict(SCHEMES)
        root.extend(_definitions(language))
        self._next = 1
        for definition in (*SCHEMES.values(), BULLETS):
            self._instance(definition)

    def heading(self, section: Section, parent: Number) -> Number:
        """The numbering of the next section in reading order.

        Word counts by itself as long as the tree's numbers follow one another; a first-level number that jumps
        restarts Word's count there; any other number (« 7 bis », 3.4 after 3.2) is typed.
        """
        label = section_label(section, self._language)
        number = printable(section.number).strip()
        own = section.kind if section.kind in SCHEMES else "section"
        scheme = parent.scheme if "." in number else own
        parts = _parts(number, scheme)
        if not parts or parts[:-1] != parent.parts[: len(parts) - 1] or len(parent.parts) < len(parts) - 1:
            return Number(label)
        counters = self._counters[scheme]
        level = len(parts) - 1
        if counters[:level] != parts[:-1]:
            return Number(label)
        if parts[-1] != (counters[level] + 1 if len(counters) > level else 1):
            if level:
                return Number(label)
            self._current[scheme] = self._instance(SCHEMES[scheme], level=0, start=parts[0])
        self._counters[scheme] = parts
        return Number(label, self._current[scheme], scheme, parts)

    def lettered(self, level: int) -> int:
        """A new lettered list, starting again at (a)."""
        return self._instance(LETTERED, level=level, start=1)

    def _instance(self, definition: int, *, level: int = 0, start: int = 0) -> int:
        number = w("num", w("abstractNumId", val=definition), numId=self._next)
        if start:
            number.append(w("lvlOverride", w("startOverride", val=start), ilvl=level))
        self._root.append(number)
        self._next += 1
        return self._next - 1


def _parts(number: str, scheme: str) -> tuple[int, ...]:
    """The counters behind a printed number, or nothing when Word could not print it.

    >>> _parts("3.2", "article"), _parts("B.1", "annex"), _parts("7 bis", "article"), _parts("03", "article")
    ((3, 2), (2, 1), (), ())
    """
    if not number or not scheme:
        return ()
    first, *others = number.split(".")
    values = [_rank(first) if scheme == "annex" else _count(first), *map(_count, others)]
    return tuple(values) if all(values) and len(values) <= LEVELS else ()


def _count(text: str) -> int:
    plain = text.isascii() and text.isdigit() and not text.startswith("0") and len(text) <= len(str(GREATEST))
    return int(text) if plain and int(text) <= GREATEST else 0


def _rank(text: str) -> int:
    """A is 1, Z is 26, AA is 27, BB is 28: as Word counts in letters."""
    alike = text.isascii() and text.isalpha() and text.isupper() and len(set(text)) == 1 and len(text) <= LEVELS
    return (len(text) - 1) * len(LETTERS) + LETTERS.index(text[0].lower()) + 1 if alike else 0


def _definitions(language: Language) -> list[Element]:
    words = WORDS[language]
    styles = [f"Heading{level}" for level in range(1, LEVELS + 1)]
    article, annex = words.numbered("article") + "%1", words.numbered("annex") + "%1"
    return [
        _definition(SCHEMES["article"], _heading_levels(article, "decimal", ARTICLE_INDENT, styles)),
        _definition(SCHEMES["annex"], _heading_levels(annex, "upperLetter", ANNEX_INDENT, ["Annexe"])),
        _definition(SCHEMES["section"], _heading_levels("%1.", "decimal", CLAUSE_INDENT, [])),
        _definition(BULLETS, _item_levels(BULLET, "bullet")),
        _definition(LETTERED, _item_levels("(%1)", "lowerLetter")),
    ]


def _definition(identifier: int, levels: list[Element]) -> Element:
    unique = w("nsid", val=f"5616{identifier:04X}")
    return w("abstractNum", unique, w("multiLevelType", val="multilevel"), *levels, abstractNumId=identifier)


def _heading_levels(first: str, form: str, indent: int, styles: list[str]) -> list[Element]:
    """Level 1 with its word, then 3.1, 3.1.1…; `styles` are the paragraph styles that bring their level along."""
    levels = [_level(0, first, form, indent=indent, hanging=indent, style=styles[0] if styles else "", accent=True)]
    for level in range(1, LEVELS):
        text = ".".join(f"%{rank}" for rank in range(1, level + 2))
        wide = CLAUSE_INDENT + WIDER_PER_LEVEL * (level - 1)
        style = styles[level] if level < len(styles) else ""
        levels.append(_level(level, text, "decimal", indent=wide, hanging=wide, style=style, accent=True))
    return levels


def _item_levels(text: str, form: str) -> list[Element]:
    """A list in the margin (level 0), under a numbered clause (level 1) or in a column (level 2)."""
    indents = ((ITEM_INDENT, ITEM_INDENT), (ITEM_INDENT + CLAUSE_INDENT, ITEM_INDENT), (COLUMN_ITEM_INDENT,) * 2)
    return [
        _level(level, text.replace("%1", f"%{level + 1}"), form, indent=indent, hanging=hanging)
        for level, (indent, hanging) in enumerate(indents)
    ]


def _level(
    level: int, text: str, form: str, *, indent: int, hanging: int, style: str = "", accent: bool = False
) -> Element:
    stops = w("tabs", w("tab", val="num", pos=indent))
    return w(
        "lvl",
        w("start", val=1),
        w("numFmt", val=form),
        *([w("pStyle", val=style)] if style else ()),
        w("suff", val="tab"),
        w("lvlText", val=text),
        w("lvlJc", val="left"),
        w("pPr", stops, w("ind", left=indent, hanging=hanging)),
        *([w("rPr", *([w("b"), w("bCs")] if level else ()), w("i", val=0), w("color", val=ACCENT))] if accent else ()),
        ilvl=level,
    )
