"""The small language of readings: terms that must stand together in a sentence, and where.

`a & b` both in the sentence (or the words that introduce it), in any order · `a .. b` in this order, close by ·
`!a` not in it · `#a` in a title above it · `~a` in it or in its neighbours · `{name}` a word of the vocabulary.
Each term is a regular expression on folded text whose parties are rewritten (`@p`, `@c`, `@s`, `@d`).
"""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.paper.rules.folding import fold
from portal.paper.rules.parties import Parties
from portal.paper.rules.units import Unit

_GAP = ".{0,150}?"
_NAME = re.compile(r"\{([a-z][a-z_0-9]*)\}")
_NEAR = 3
"""How many sentences away a neighbour may stand, within the same section."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One parsed pattern; every field holds regular expressions."""

    source: str
    here: tuple[str, ...]
    absent: tuple[str, ...] = ()
    titled: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def parse(source: str, vocabulary: Mapping[str, str]) -> Pattern:
    """Read a pattern; raises KeyError for an unknown word, re.error for a bad expression, ValueError for an empty one.

    >>> parse("{notify} .. @c & !may", {"notify": "notif|inform"}).here
    ('(?:notif|inform).{0,150}?@c',)
    """
    kinds: dict[str, list[str]] = {"": [], "!": [], "#": [], "~": []}
    for term in map(str.strip, source.split(" & ")):
        mark = term[0] if term[:1] in ("!", "#", "~") else ""
        kinds[mark].append(_expression(term[len(mark) :].strip(), vocabulary))
    if not kinds[""]:
        raise ValueError(f"« {source} » ne demande rien à la phrase elle-même.")
    return Pattern(source, tuple(kinds[""]), tuple(kinds["!"]), tuple(kinds["#"]), tuple(kinds["~"]))


def _expression(term: str, vocabulary: Mapping[str, str]) -> str:
    while _NAME.search(term):
        term = _NAME.sub(lambda match: f"(?:{vocabulary[match[1]]})", term)
    expression = _GAP.join(part.strip() for part in term.split(" .. ")).replace("[^", "[^\\n")
    re.compile(expression)
    return expression


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.MULTILINE)


class Index:
    """The sentences of one text, ready to be asked; each expression runs once over the whole text."""

    def __init__(self, units: Sequence[Unit], parties: Parties) -> None:
        """Fold and rewrite every sentence with the words that introduce it."""
        self.units = units
        self.read = [parties.rewritten(fold(unit.text)) for unit in units]
        leads: dict[str, str] = {"": ""}
        lines = []
        for unit, sentence in zip(units, self.read, strict=True):
            if unit.lead not in leads:
                leads[unit.lead] = parties.rewritten(fold(unit.lead)) + " | "
            lines.append((leads[unit.lead] + sentence).replace("\n", " "))
        self.lines = lines
        self._text, self._starts = _joined(lines)
        titles = {unit.heading: parties.rewritten(fold(unit.heading)).replace("\n", " ") for unit in units}
        self._titles = [titles[unit.heading] for unit in units]
        self._titled: dict[str, frozenset[int]] = {}
        self._found: dict[str, frozenset[int]] = {}

    def having(self, expression: str) -> frozenset[int]:
        """Numbers of the sentences in which an expression is found."""
        if expression not in self._found:
            self._found[expression] = frozenset(
                bisect_right(self._starts, match.start()) - 1 for match in _compiled(expression).finditer(self._text)
            )
        return self._found[expression]

    def under(self, expression: str) -> frozenset[int]:
        """Numbers of the sentences under a title in which an expression is found."""
        if expression not in self._titled:
            hit = {title: bool(_compiled(expression).search(title)) for title in set(self._titles)}
            self._titled[expression] = frozenset(place for place, title in enumerate(self._titles) if hit[title])
        return self._titled[expression]

    def matching(self, pattern: Pattern) -> frozenset[int]:
        """Numbers of the sentences that a pattern accepts."""
        found = self.having(pattern.here[0])
        for expression in pattern.here[1:]:
            found &= self.having(expression)
        for expression in pattern.titled:
            found &= self.under(expression)
        for expression in pattern.absent:
            found -= self.having(expression)
        for expression in pattern.near:
            around = self.having(expression)
            found = frozenset(place for place in found if self.neighbours(place) & around)
        return found

    def neighbours(self, place: int) -> frozenset[int]:
        """Numbers of a sentence and of those beside it, under the same title."""
        heading = self._titles[place]
        around = range(max(0, place - _NEAR), min(len(self.units), place + _NEAR + 1))
        return frozenset(other for other in around if self._titles[other] == heading)


def _joined(lines: Sequence[str]) -> tuple[str, list[int]]:
    starts, offset = [], 0
    for line in lines:
        starts.append(offset)
        offset += len(line) + 1
    return "\n".join(lines), starts
