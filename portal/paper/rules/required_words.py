"""The words an expression needs: a sentence without them cannot match it, so only the others are searched.

Only what is certain is said: an expression, or a part of one, that this small reader does not know needs nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from portal.core.dataclass import dataclass
from portal.paper.rules.expressions import Atom, Branch, parse_expression

_WORD = re.compile(r"[\w@]+")
_SHORTEST = 2
"""Letters below which a word is in nearly every sentence."""
_MOST = 3
"""Words asked of a sentence before it is searched; more are not worth their sets."""

_NOWHERE: frozenset[int] = frozenset()

Needs = tuple[frozenset[str], ...]
"""One word at least of each set."""


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """One expression told apart: branches that are but a word, and the others with what they need."""

    words: frozenset[str]
    """Any of them, found inside a word of the sentence, is enough."""
    rest: tuple[tuple[str, Needs], ...]
    """The other branches."""


@lru_cache(maxsize=4096)
def plan_search(expression: str) -> SearchPlan:
    r"""Tell an expression apart.

    >>> sorted(plan_search(r"notif|inform|report\w*").words)
    ['inform', 'notif', 'report']
    >>> [sorted(words) for words in plan_search(r"(?:third|other) countr(?:y|ies) .{0,9}law").rest[0][1]]
    [['countr'], ['other', 'third'], ['law']]
    """
    branches = parse_expression(expression)
    words = {word for branch in branches if (word := _only_word(branch))}
    return SearchPlan(frozenset(words), tuple((b.source, _needs(b)) for b in branches if not _only_word(b)))


def _only_word(branch: Branch) -> str:
    """The word a branch comes to, when what stands at its ends may be absent; empty when it is more than a word.

    >>> [_only_word(parse_expression(one)[0]) for one in ("services?", "notif\\\\w*", "a b", r"\\bdpa", "x(?!y)")]
    ['service', 'notif', '', '', '']
    """
    atoms = list(branch.atoms)
    while atoms and atoms[-1].least == 0:
        atoms.pop()
    while atoms and atoms[0].least == 0:
        atoms.pop(0)
    word = "".join(atom.letter if atom.once else "" for atom in atoms)
    return word if len(word) == len(atoms) and _WORD.fullmatch(word) else ""


def _needs(branch: Branch) -> Needs:
    """What a branch needs, the longest words first: they are the rarest."""
    every = dict.fromkeys(_wanted(branch.atoms))
    return tuple(sorted(every, key=_rarity, reverse=True)[:_MOST])


def _wanted(atoms: Sequence[Atom]) -> Iterator[frozenset[str]]:
    run = ""
    for atom in (*atoms, Atom("")):
        if atom.letter and atom.least:
            run += atom.letter
            if atom.once:
                continue
        yield from (frozenset({word}) for word in _WORD.findall(run) if len(word) >= _SHORTEST)
        run = ""
        if atom.read and atom.least:
            yield from _of_group(atom.read)


def _of_group(branches: Iterable[Branch]) -> Iterator[frozenset[str]]:
    """What a group needs: one word of its branches, if each of them needs one."""
    wanted: set[str] = set()
    for branch in branches:
        best = max(_wanted(branch.atoms), key=_rarity, default=None)
        if best is None:
            return
        wanted |= best
    yield frozenset(wanted)


def _rarity(words: frozenset[str]) -> tuple[int, int]:
    return min(map(len, words)), -len(words)


class WordIndex:
    """The words of many sentences, each with the sentences it stands in."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Split every sentence once."""
        places: dict[str, set[int]] = {}
        for place, line in enumerate(lines):
            for word in _WORD.findall(line):
                places.setdefault(word, set()).add(place)
        self._places: Mapping[str, set[int]] = places
        self._text = "\n".join(places)
        self._having: dict[str, frozenset[int]] = {}
        self._any: dict[frozenset[str], frozenset[int]] = {}

    def sentences_with(self, letters: str) -> frozenset[int]:
        """Numbers of the sentences with a word in which these letters stand."""
        if letters not in self._having:
            self._having[letters] = _NOWHERE.union(*(self._places[word] for word in self._with(letters)))
        return self._having[letters]

    def sentences_with_any(self, letters: frozenset[str]) -> frozenset[int]:
        """Numbers of the sentences with one of several."""
        if letters not in self._any:
            self._any[letters] = _NOWHERE.union(*map(self.sentences_with, letters))
        return self._any[letters]

    def _with(self, letters: str) -> Iterator[str]:
        place = self._text.find(letters)
        while place >= 0:
            end = self._text.find("\n", place)
            end = len(self._text) if end < 0 else end
            yield self._text[self._text.rfind("\n", 0, place) + 1 : end]
            place = self._text.find(letters, end)
