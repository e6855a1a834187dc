"""The words an expression needs: a sentence without them cannot match it, so only the others are searched.

Only what is certain is said: an expression, or a part of one, that this small reader does not know needs nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from threading import Lock

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.paper.rules.expressions import Atom, Branch, parse_expression

_WORD = expression(r"[\w@]+")
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


class Vocabulary:
    """The words of the texts read last, and which letters stand in each: they are looked for once, not in each text.

    Contracts share most of their words. What is known of a word only grows.
    """

    def __init__(self, most: int = 60_000) -> None:
        """Keep so many words, about fifteen bytes each; `is_full` beyond."""
        self._most = most
        self._letters: dict[str, list[str]] = {}
        """Word → the letters ever asked for that stand in it."""
        self._sought: set[str] = set()
        """Letters that were looked for in each of those words."""
        self._sizes: tuple[int, ...] = ()
        """How many letters those are together, each size once."""
        self._new: dict[str, None] = {}
        """Letters asked for since the words were last looked at."""
        self._asked: dict[frozenset[str], int] = {}
        """Sets of letters, numbered as they were first asked for."""
        self._lock = Lock()

    @property
    def is_full(self) -> bool:
        """Whether another should be begun."""
        return len(self._letters) >= self._most

    def learn(self, words: Iterable[str]) -> None:
        """Know these words too.

        >>> known = Vocabulary()
        >>> known.learn(["notifier", "inform"])
        >>> known.ask([frozenset({"notif"})])
        >>> known.words_by_letters(["notifier", "inform"])
        (1, {'notif': ['notifier']})
        >>> known.learn(["notification"])
        >>> known.words_by_letters(["notification"])
        (1, {'notif': ['notification']})
        """
        with self._lock:
            self._look_for_new()
            self._letters.update((word, self._letters_in(word)) for word in words if word not in self._letters)

    def rank(self, letters: frozenset[str]) -> int:
        """How many sets of letters had been asked for before this one, which is asked for from now on."""
        rank = self._asked.get(letters)
        if rank is None:
            self.ask((letters,))
            rank = self._asked[letters]
        return rank

    def ask(self, several: Iterable[frozenset[str]]) -> None:
        """Look for these sets of letters in the words of texts read from now on."""
        with self._lock:
            for letters in several:
                if letters not in self._asked:
                    self._asked[letters] = len(self._asked)
                    self._new.update(dict.fromkeys(letters - self._sought))

    def words_by_letters(self, words: Iterable[str]) -> tuple[int, dict[str, list[str]]]:
        """How many sets of letters were asked for so far, and of those letters, in which words they stand."""
        with self._lock:
            self._look_for_new()
            found: dict[str, list[str]] = {}
            for word in words:
                for letters in self._letters[word]:
                    found.setdefault(letters, []).append(word)
            return len(self._asked), found

    def _look_for_new(self) -> None:
        """Look for new letters in the words known before them."""
        if not self._new:
            return
        text = "\n".join(("", *self._letters, ""))
        for one in self._new if self._letters else ():
            for word in _words_with(one, text):
                self._letters[word].append(one)
        self._sought.update(self._new)
        self._sizes = tuple(sorted(set(map(len, self._sought))))
        self._new = {}

    def _letters_in(self, word: str) -> list[str]:
        """Those of the letters looked for that stand in a new word: its pieces are fewer than they are."""
        length = len(word)
        pieces = {word[at : at + size] for size in self._sizes for at in range(length - size + 1)}
        return list(pieces & self._sought)


def _words_with(letters: str, text: str) -> Iterator[str]:
    """The lines of a text in which letters stand; the text begins and ends with a new line."""
    place = text.find(letters)
    while place >= 0:
        end = text.find("\n", place)
        yield text[text.rfind("\n", 0, place) + 1 : end]
        place = text.find(letters, end)


_VOCABULARY = [Vocabulary()]
"""What this process has met."""


def _vocabulary() -> Vocabulary:
    if _VOCABULARY[0].is_full:
        _VOCABULARY[0] = Vocabulary()
    return _VOCABULARY[0]


def expect(plans: Iterable[SearchPlan]) -> None:
    """Look from now on for what these plans need in the words of each text, as it is read."""
    _vocabulary().ask(letters for plan in plans for letters in (plan.words, *(n for _, ns in plan.rest for n in ns)))


class WordIndex:
    """The words of many sentences, each with the sentences it stands in."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Split every sentence once."""
        places: dict[str, set[int]] = {}
        for place, line in enumerate(lines):
            for word in _WORD.findall(line):
                places.setdefault(word, set()).add(place)
        self._places: Mapping[str, set[int]] = places
        self._vocabulary = _vocabulary()
        self._vocabulary.learn(places)
        self._known, self._words = self._vocabulary.words_by_letters(places)
        self._present = frozenset(self._words)
        self._text = ""
        self._found: dict[frozenset[str], frozenset[int]] = {}

    def sentences_with_any(self, letters: frozenset[str]) -> frozenset[int]:
        """Numbers of the sentences with a word in which one of several runs of letters stands."""
        found = self._found.get(letters)
        if found is None:
            found = self._found[letters] = _NOWHERE.union(*map(self._places.__getitem__, self._words_with(letters)))
        return found

    def _words_with(self, letters: frozenset[str]) -> Iterator[str]:
        """What no text was asked before this one was read is looked for in its words."""
        if self._vocabulary.rank(letters) < self._known:
            for one in letters & self._present:
                yield from self._words[one]
        else:
            self._text = self._text or "\n".join(("", *self._places, ""))
            for one in letters:
                yield from _words_with(one, self._text)
