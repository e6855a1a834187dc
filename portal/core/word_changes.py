"""What changed between two texts, word by word."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum

from portal.core.dataclass import dataclass
from portal.core.expressions import expression

_ALIKE = 0.4
"""Below this likeness, from 0 to 1, two texts are shown one after the other: what they share is chance."""
_WORDS = expression(r"\S+\s*|\s+")


class ChangeKind(StrEnum):
    """What happened to something between two versions."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    """The same words, in another place."""


@dataclass(frozen=True)
class TextRun:
    """Words that both versions have, or that one of them has alone."""

    change: ChangeKind | None
    """ADDED, REMOVED, or None: they stayed."""
    text: str


def word_runs(before: str, after: str) -> Iterator[TextRun]:
    """Both texts at once, word by word: what stayed, what was taken out, what came.

    >>> [(run.change and run.change.value, run.text) for run in word_runs("dans les 24 heures", "dans les 48 heures")]
    [(None, 'dans les '), ('removed', '24 '), ('added', '48 '), (None, 'heures')]
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _ALIKE:
        yield TextRun(ChangeKind.REMOVED, before)
        yield TextRun(ChangeKind.ADDED, after)
        return
    for name, a, b, c, d in matcher.get_opcodes():
        if name == "equal":
            yield TextRun(None, "".join(old[a:b]))
            continue
        if a < b:
            yield TextRun(ChangeKind.REMOVED, "".join(old[a:b]))
        if c < d:
            yield TextRun(ChangeKind.ADDED, "".join(new[c:d]))
