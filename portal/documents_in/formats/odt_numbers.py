"""Numbers of OpenDocument lists and titles, computed from their styles (ODF 1.3 part 3, § 16.30 and § 19)."""

from collections.abc import Sequence

from portal.core.dataclass import dataclass
from portal.core.documents.word_xml import Element
from portal.documents_in.formats.docx_numbers import LONGEST_CHAIN, as_integer, written_number

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none"}
OUTLINE = "\0outline"
"""The name under which the numbering of titles stands among the lists."""


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    prefix: str
    suffix: str
    start: int
    shown: int
    """How many levels the number shows, this one included."""
    bullet: str = ""


class OdtNumbering:
    """The list styles of one file, and which style brings which list."""

    def __init__(self, parts: Sequence[Element]) -> None:
        self._lists: dict[str, dict[int, _Level]] = {}
        self._parents: dict[str, str] = {}
        self._brought: dict[str, str] = {}
        for part in parts:
            for style in part.iter(TEXT + "list-style"):
                self._lists.setdefault(style.get(_STYLE + "name", ""), dict(map(_level, _levels(style))))
            for style in part.iter(TEXT + "outline-style"):
                self._lists[OUTLINE] = dict(map(_level, _levels(style)))
            for style in part.iter(_STYLE + "style"):
                name = style.get(_STYLE + "name", "")
                self._parents.setdefault(name, style.get(_STYLE + "parent-style-name", ""))
                if (brought := style.get(_STYLE + "list-style-name")) is not None:
                    self._brought.setdefault(name, brought)

    def level(self, name: str, level: int) -> _Level | None:
        """One level of a list style."""
        return self._lists.get(name, {}).get(level)

    def list_style(self, style: str) -> str | None:
        """The list a paragraph style brings; empty when it takes it away, None when none says."""
        for name in self._chain(style):
            if name in self._brought:
                return self._brought[name]
        return None

    def style_name(self, style: str) -> str:
        """The named style behind an automatic one."""
        *_, last = [name for name in self._chain(style) if not name[1:].isdigit()][:1] or [""]
        return last

    def _chain(self, style: str) -> list[str]:
        names: list[str] = []
        while style in self._parents and len(names) < LONGEST_CHAIN:
            names.append(style)
            style = self._parents[style]
        return [*names, style] if style else names

    @staticmethod
    def integer(text: str, default: int) -> int:
        """An integer of the file."""
        return as_integer(text, default)


class ListCounters:
    """The counters of one document, by list style."""

    def __init__(self, numbers: OdtNumbering) -> None:
        self._numbers = numbers
        self._counts: dict[str, dict[int, int]] = {}

    def restart(self, style: str) -> None:
        """A new list begins."""
        self._counts.pop(style, None)

    def item(self, style: str, level: int, start: str = "") -> str:
        """The label of the next item of a list."""
        return self._next(style, level, start)

    def outline(self, level: int, style: str | None) -> str:
        """The label of a title: by the list its style brings, else by the outline."""
        return "" if style == "" else self._next(style or OUTLINE, level if style is None else 1, "")

    def _next(self, style: str, level: int, start: str) -> str:
        own = self._numbers.level(style, level)
        if own is None:
            return ""
        if own.bullet:
            return own.bullet
        counts = self._counts.setdefault(style, {})
        counts[level] = as_integer(start, counts.get(level, own.start - 1) + 1)
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        shown = []
        for rank in range(max(level - own.shown + 1, 1), level + 1):
            definition = self._numbers.level(style, rank) or own
            shown.append(written_number(counts.get(rank, definition.start), definition.form))
        middle = ".".join(part for part in shown if part)
        return f"{own.prefix}{middle}{own.suffix}" if middle else ""


def _levels(style: Element) -> list[Element]:
    return [child for child in style if isinstance(child.tag, str) and "level-style" in child.tag]


def _level(level: Element) -> tuple[int, _Level]:
    bullet = (level.get(TEXT + "bullet-char") or "•") if level.tag.endswith("bullet") else ""
    return as_integer(level.get(TEXT + "level", ""), 1), _Level(
        _FORMS.get(level.get(_STYLE + "num-format", ""), "decimal"),
        level.get(_STYLE + "num-prefix", ""),
        level.get(_STYLE + "num-suffix", ""),
        as_integer(level.get(TEXT + "start-value", ""), 1),
        min(max(as_integer(level.get(TEXT + "display-levels", ""), 1), 1), 10),
        bullet,
    )
