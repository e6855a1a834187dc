"""Words that must stand in this order, close by: each is searched from where the one before it was found.

One expression of all of them would try every first word with every second, and these with every third: what is looked
for here is only how far the next one may stand, so that four words cost hardly more than two.
"""

import re
from collections.abc import Sequence

from portal.core.dataclass import dataclass
from portal.paper.rules.expressions import TOKEN

CLOSE = 150
"""Characters that may stand between two of them; never a line's end."""


@dataclass(frozen=True, slots=True)
class Step:
    """One of the expressions, taking as much as it can and as little."""

    most: re.Pattern[str]
    least: re.Pattern[str]

    def ends(self, line: str, found: re.Match[str]) -> tuple[int, int]:
        """The first and the last place where what was found may end."""
        if self.least is self.most:
            return found.end(), found.end()
        shorter = self.least.match(line, found.start())
        ends = (found.end(), shorter.end() if shorter else found.end())
        return min(ends), max(ends)


def taking_least(expression: str) -> str:
    r"""The same expression, each of its repeats taking as few as it may.

    >>> taking_least(r"notif\w*(?: to)? .{0,9}?law"), taking_least(r"[+*]\+a{2,3}")
    ('notif\\w*?(?: to)?? .{0,9}?law', '[+*]\\+a{2,3}?')
    """
    return TOKEN.sub(
        lambda one: one[0] if not one["times"] or (one[0][-1] in "?+" and len(one[0]) > 1) else one[0] + "?", expression
    )


def stand_in_order(line: str, steps: Sequence[Step]) -> bool:
    """Whether some words are found in this order in a line, no more than `CLOSE` characters apart."""
    reach = [(0, len(line))]
    for step in steps[:-1]:
        reach = _reach_after(line, step, reach)
        if not reach:
            return False
    return _first_in(line, steps[-1], reach) is not None


def _first_in(line: str, step: Step, reach: Sequence[tuple[int, int]]) -> re.Match[str] | None:
    """The first find that begins within reach."""
    found: re.Match[str] | None = None
    for first, last in reach:
        if found is None or found.start() < first:
            found = step.most.search(line, first)
        if found is None:
            return None
        if found.start() <= last:
            return found
    return None


def _reach_after(line: str, step: Step, reach: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where the next word may begin, as places in order that do not touch, given where this one may."""
    after: list[tuple[int, int]] = []
    found = step.most.search(line, reach[0][0])
    for first, last in reach:
        if found and found.start() < first:
            found = step.most.search(line, first)
        while found and found.start() <= last:
            least, most = step.ends(line, found)
            stop = line.find("\n", most, most + CLOSE)
            _join(after, least, stop if stop >= 0 else most + CLOSE)
            found = step.most.search(line, found.start() + 1)
        if not found:
            break
    return after


def _join(places: list[tuple[int, int]], first: int, last: int) -> None:
    """Add a stretch to those before it, or lengthen the last one."""
    if places and first <= places[-1][1] + 1:
        before = places.pop()
        first, last = min(before[0], first), max(before[1], last)
    places.append((first, last))
