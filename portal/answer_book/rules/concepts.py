"""What a text speaks of: concepts found in its words, whichever way and language they are said in."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cached_property

from portal.answer_book.rules.words import KEPT, is_stopword, singular, telling_words
from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class Spotted:
    """A concept, and where it is said among the telling words of a text."""

    concept: str
    start: int
    end: int


@dataclass(frozen=True)
class SpottedText:
    """A text with the concepts found in it."""

    words: tuple[str, ...]
    found: tuple[Spotted, ...]

    @cached_property
    def concepts(self) -> frozenset[str]:
        """What it speaks of."""
        return frozenset(one.concept for one in self.found)

    @cached_property
    def covered(self) -> frozenset[int]:
        """Places of the words that belong to a concept."""
        return frozenset(place for one in self.found for place in range(one.start, one.end))

    @property
    def unknown(self) -> tuple[str, ...]:
        """Words that belong to no concept."""
        return tuple(word for place, word in enumerate(self.words) if place not in self.covered and word not in KEPT)


@dataclass(frozen=True)
class Vocabulary:
    """Every concept with the ways of saying it.

    >>> vocabulary = Vocabulary.of({"dpo": "dpo, data protection officer", "privacy": "data protection"})
    >>> sorted(vocabulary.read("Is there a data protection officer?").concepts)
    ['dpo']
    """

    names: frozenset[str]
    light: frozenset[str] = frozenset()
    """Concepts of every question of this field: they tell it from no other."""
    elsewhere: frozenset[str] = frozenset()
    """What our questionnaires never speak of: a question that does is none of ours."""
    _terms: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = field(default_factory=dict)
    """By the first three letters of the first word: the words of each term, and its concept."""

    @classmethod
    def of(
        cls,
        concepts: Mapping[str, str],
        light: Mapping[str, str] | None = None,
        elsewhere: Mapping[str, str] | None = None,
    ) -> "Vocabulary":
        """Read the terms of each concept, separated by commas."""
        terms: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        every = {**concepts, **(light or {}), **(elsewhere or {})}
        for concept, said in every.items():
            for term in said.split(","):
                words = tuple(
                    word if word.endswith("*") else singular(word) for word in term.split() if not is_stopword(word)
                )
                if not words:
                    continue
                terms.setdefault(words[0].rstrip("*")[:2], []).append((words, concept))
        kept = {start: tuple(sorted(held, key=lambda one: -len(one[0]))) for start, held in terms.items()}
        return cls(frozenset(every), frozenset(light or ()), frozenset(elsewhere or ()), kept)

    def read(self, text: str) -> SpottedText:
        """The concepts of a text; one said inside a longer one is not counted."""
        words = telling_words(text)
        found = [one for place in range(len(words)) for one in self._at(words, place)]
        return SpottedText(words, tuple(one for one in found if not _is_inside_another(one, found)))

    def _at(self, words: tuple[str, ...], place: int) -> Iterable[Spotted]:
        for term, concept in self._terms.get(words[place][:2], ()):
            if all(at < len(words) and _is_said(part, words[at]) for at, part in enumerate(term, start=place)):
                yield Spotted(concept, place, place + len(term))


def _is_said(part: str, word: str) -> bool:
    if not part.endswith("*"):
        return word == part
    return word.startswith(part[:-1]) or word == singular(part[:-1])


def _is_inside_another(one: Spotted, found: Iterable[Spotted]) -> bool:
    size = one.end - one.start
    return any(other.start <= one.start and one.end <= other.end and other.end - other.start > size for other in found)
