"""Which of our questions a foreign question asks, if any. A wrong one is worse than none: in doubt, none."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field

from portal.answer_book.rules.concepts import Spotted, SpottedText, Vocabulary
from portal.core.dataclass import dataclass

STEM = 6
"""Letters by which words of no concept are compared: « hébergement » and « hébergées »."""
LIGHT = 0.15
"""What a light concept that both speak of weighs."""
STRAY = 0.75
"""What a concept foreign to the question of ours weighs against it."""
ELSEWHERE = 9.0
"""What a concept that none of our questions speaks of weighs: more than any likeness."""
UNKNOWN = 0.65
"""What a word of no concept weighs against it."""
ROOM = 0.55
"""Weight that may be foreign, for each concept the two questions share."""
MOST_ROOM = 2.2


@dataclass(frozen=True)
class Signature:
    """What a question must speak of: each group by one of its concepts, and by none of the forbidden ones.

    >>> Signature.of("breach notify|howlong -authority").fits(frozenset({"breach", "howlong", "data"}))
    True
    """

    groups: tuple[frozenset[str], ...]
    forbidden: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "Signature":
        """Read `a b|c -d`."""
        words = text.split()
        return cls(
            tuple(frozenset(word.split("|")) for word in words if not word.startswith("-")),
            frozenset(word[1:] for word in words if word.startswith("-")),
        )

    @property
    def names(self) -> frozenset[str]:
        """Every concept named."""
        return self.forbidden.union(*self.groups)

    def fits(self, concepts: frozenset[str]) -> bool:
        """Whether a text that speaks of these answers to it."""
        return not self.forbidden & concepts and all(group & concepts for group in self.groups)


@dataclass(frozen=True)
class Reading:
    """What our answers say to a question put by yes or no, where it is put as the signature says."""

    when: Signature
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()
    has: str = ""
    """The choice of a multiple choice whose presence is yes, and absence no."""
    has_not: str = ""


@dataclass(frozen=True)
class Profile:
    """One question of ours as foreign questions are compared with it."""

    key: str
    own_texts: tuple[str, ...]
    """Its text in each language."""
    around: tuple[str, ...] = ()
    """What stands around it: help, reason, choices."""
    about: tuple[Signature, ...] = ()
    also: frozenset[str] = frozenset()
    readings: tuple[Reading, ...] = ()
    hours: Mapping[str, int] = field(default_factory=dict)
    """For a delay: the most hours that each choice means."""
    beyond: Mapping[str, int] = field(default_factory=dict)
    """For a delay: the hours that each choice exceeds."""


@dataclass(frozen=True)
class Match:
    """The question of ours that asks the same, and how surely: the weight shared, less what is foreign."""

    key: str
    score: float
    concepts: frozenset[str]


@dataclass(frozen=True)
class _Known:
    profile: Profile
    rank: int
    signatures: tuple[Signature, ...]
    familiar: frozenset[str]
    """Concepts that its texts speak of: not foreign to it."""
    stems: frozenset[str]


class Matcher:
    """Every question of ours, ready to be compared."""

    def __init__(self, vocabulary: Vocabulary, profiles: Iterable[Profile]) -> None:
        self._vocabulary = vocabulary
        read = [(profile, [vocabulary.read(text) for text in profile.own_texts]) for profile in profiles]
        self._weights = _weights([frozenset().union(*(text.concepts for text in texts)) for _, texts in read])
        self._exact: dict[tuple[str, ...], str] = {}
        self._known = []
        for rank, (profile, texts) in enumerate(read):
            for text in texts:
                self._exact.setdefault(text.words, profile.key)
            self._known.append(self._ready(rank, profile, texts))

    def match(self, question: str) -> Match | None:
        """The question of ours that asks the same; None where there is none, or where it is not sure."""
        read = self._vocabulary.read(question)
        if not read.words:
            return None
        same = self._exact.get(read.words)
        if same is not None:
            return Match(same, math.inf, read.concepts)
        found = [(score, -one.rank, one.profile.key) for one in self._known if (score := self._score(one, read)) > 0]
        if not found:
            return None
        score, _rank, key = max(found)
        return Match(key, score, read.concepts)

    def explain(self, question: str) -> list[tuple[str, float, tuple[str, ...]]]:
        """For whoever tunes the vocabulary: each question whose signature fits, its score, what is foreign to it."""
        read = self._vocabulary.read(question)
        fitting = [one for one in self._known if any(each.fits(read.concepts) for each in one.signatures)]
        return [(one.profile.key, self._score(one, read), tuple(self._foreign(one, read))) for one in fitting]

    def _ready(self, rank: int, profile: Profile, texts: list[SpottedText]) -> _Known:
        around = [self._vocabulary.read(text) for text in profile.around]
        signatures = profile.about or tuple(self._derived(texts))
        named = frozenset().union(*(group for each in signatures for group in each.groups))
        own = frozenset().union(*(text.concepts for text in texts))
        # What is derived has no hand to say what sets it apart: only its own words are not foreign to it.
        wide = own.union(*(text.concepts for text in around)) if profile.about else own
        words = {word[:STEM] for text in [*texts, *around] for word in text.words}
        familiar = named | profile.also | (wide - self._vocabulary.elsewhere)
        return _Known(profile, rank, signatures, familiar, frozenset(words))

    def _derived(self, texts: list[SpottedText]) -> Iterable[Signature]:
        """What a question says of itself: the concepts that its text has in every language, when they are telling."""
        shared = frozenset.intersection(*(text.concepts for text in texts)) if texts else frozenset()
        telling = frozenset(concept for concept in shared if concept not in self._vocabulary.light)
        if len(telling) >= 3:
            yield Signature(tuple(frozenset({concept}) for concept in sorted(telling)), frozenset())

    def _score(self, one: _Known, read: SpottedText) -> float:
        """The weight shared less what is foreign; 0 when no signature fits, or when too much is foreign."""
        shared = max(
            (
                frozenset().union(*(group & read.concepts for group in each.groups))
                for each in one.signatures
                if each.fits(read.concepts)
            ),
            key=self._weight,
            default=frozenset(),
        )
        if not shared:
            return 0
        telling = sum(1 for concept in shared if concept not in self._vocabulary.light)
        foreign = sum(weight for _what, weight in self._foreign(one, read).items())
        if foreign > min(MOST_ROOM, ROOM * telling + 0.3):
            return 0
        return self._weight(shared) - foreign

    def _weight(self, concepts: Iterable[str]) -> float:
        return sum(LIGHT if concept in self._vocabulary.light else self._weights[concept] for concept in concepts)

    def _is_familiar(self, one: _Known, spotted: Spotted, words: tuple[str, ...]) -> bool:
        if spotted.concept in one.familiar or spotted.concept in self._vocabulary.light:
            return True
        return spotted.concept in self._vocabulary.elsewhere and all(
            word[:STEM] in one.stems for word in words[spotted.start : spotted.end]
        )

    def _foreign(self, one: _Known, read: SpottedText) -> dict[str, float]:
        """What the foreign question speaks of that ours does not, with its weight."""
        found: dict[str, float] = {}
        familiar = frozenset(
            place
            for spotted in read.found
            if self._is_familiar(one, spotted, read.words)
            for place in range(spotted.start, spotted.end)
        )
        for spotted in read.found:
            if not all(place in familiar for place in range(spotted.start, spotted.end)):
                found[spotted.concept] = ELSEWHERE if spotted.concept in self._vocabulary.elsewhere else STRAY
        for word in read.unknown:
            if word[:STEM] not in one.stems and not word.isdecimal():
                found[word] = UNKNOWN
        return found


def _weights(documents: list[frozenset[str]]) -> Counter[str]:
    """Rarity of each concept among our questions (inverse document frequency); one never used is the rarest."""
    seen = Counter(concept for document in documents for concept in document)
    return _Rarity({concept: math.log((1 + len(documents)) / (0.5 + count)) for concept, count in seen.items()})


class _Rarity(Counter[str]):
    def __missing__(self, key: str) -> float:  # type: ignore[override]
        return 4.0
