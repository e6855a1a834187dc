"""Names that look alike without being the same: pairs worth showing to a person, found without comparing all pairs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from portal.core.expressions import expression
from portal.core.language import Sentence, say
from portal.vendors.rules.naming import denominations, fold

SHORTEST_PREFIX = 3
"""Letters below which a first word says nothing."""
SHORTEST_TYPO = 6
"""Letters below which one letter more or less makes another name, not a typing mistake."""
LONGEST_TYPO = 40
"""Letters above which a name is a phrase: comparing it letter by letter costs more than it finds."""
CROWD = 20
"""Names in one pigeon-hole above which only neighbours are compared."""

_BETWEEN_WORDS = expression(r"(?<!\d) | (?!\d)")

Pair = tuple[int, int, Sentence]


def similar_pairs(names: Sequence[str], legal_names: Sequence[str]) -> Iterator[Pair]:
    """Pairs of positions whose names look alike, each with the reason; a pair may come up more than once.

    >>> [(one, other, why.values["name"]) for one, other, why in similar_pairs(["Google", "Google Ads"], ["", ""])]
    [(0, 1, 'Google Ads')]
    """
    folded = [fold(name) for name in names]
    called = defaultdict(list)
    for position, (name, legal_name) in enumerate(zip(folded, map(fold, legal_names), strict=True)):
        for text in {name, legal_name} - {""}:
            called[text].append(position)
    yield from _also_called(names, called)
    yield from _same_start(names, folded, called)
    yield from _same_words(names, folded)
    yield from _one_letter_apart(names, folded)


def _also_called(names: Sequence[str], called: dict[str, list[int]]) -> Iterator[Pair]:
    """« Vonage (Nexmo) » beside « Nexmo », and « Vonage (Nexmo) » beside « Vonage (SMS) »."""
    first_parts = defaultdict(list)
    for position, name in enumerate(names):
        _, *parts = denominations(name) or ("",)
        for part in parts:
            for other in called.get(part, ())[:1]:
                yield other, position, _shares(name, names[other], part)
        for part in parts[:1]:
            first_parts[part].append(position)
    for part, positions in first_parts.items():
        for one, other in pairwise(positions):
            yield one, other, _shares(names[other], names[one], part)
    for text, positions in called.items():
        for one, other in pairwise(positions):
            yield one, other, _shares(names[other], names[one], text)


def _shares(name: str, other: str, part: str) -> Sentence:
    return say(
        "« %(name)s » et « %(other)s » portent tous deux le nom « %(part)s ».", name=name, other=other, part=part
    )


def _same_start(names: Sequence[str], folded: Sequence[str], called: dict[str, list[int]]) -> Iterator[Pair]:
    """« Google Ads » beside « Google »."""
    for position, name in enumerate(folded):
        words = name.split()
        for size in range(1, len(words)):
            start = " ".join(words[:size])
            if len(start) >= SHORTEST_PREFIX:
                for other in called.get(start, ())[:1]:
                    reason = say("« %(name)s » commence comme « %(other)s ».", name=names[position], other=names[other])
                    yield other, position, reason


def _joined(name: str) -> str:
    """The name without its spaces, save between two numbers: « Lot 1 10 » is not « Lot 11 0 »."""
    return _BETWEEN_WORDS.sub("", name)


def _same_words(names: Sequence[str], folded: Sequence[str]) -> Iterator[Pair]:
    """« Link Mobility » beside « LinkMobility », « Services Cloud » beside « Cloud Services »."""
    holes = defaultdict(list)
    for position, name in enumerate(folded):
        if name:
            for hole in {_joined(name), " ".join(sorted(name.split()))}:
                holes[hole].append(position)
    for positions in holes.values():
        for one, other in pairwise(positions):
            reason = say(
                "« %(name)s » et « %(other)s » ne diffèrent que par les espaces ou l'ordre des mots.",
                name=names[other],
                other=names[one],
            )
            yield one, other, reason


def _one_letter_apart(names: Sequence[str], folded: Sequence[str]) -> Iterator[Pair]:
    """« Axceptio » beside « Axeptio »: each name is filed under itself and under itself less one letter."""
    first: dict[str, int] = {}
    for position, name in enumerate(folded):
        joined = _joined(name)
        if SHORTEST_TYPO <= len(joined) <= LONGEST_TYPO:
            first.setdefault(joined, position)
    holes = defaultdict(list)
    for joined in first:
        for hole in less_one_letter(joined):
            holes[hole].append(joined)
    for near in holes.values():
        if len(near) > 1:
            for one, other in combinations(near, 2) if len(near) <= CROWD else pairwise(near):
                if one_mistake_apart(one, other):
                    yield first[one], first[other], _one_letter(names[first[other]], names[first[one]])


def _one_letter(name: str, other: str) -> Sentence:
    return say("« %(name)s » et « %(other)s » ne diffèrent que d'une lettre.", name=name, other=other)


def less_one_letter(text: str) -> Iterable[str]:
    """The text and every text it becomes by losing one letter; digits stay, as « Lot 12 » is not « Lot 13 » mistyped.

    >>> sorted(less_one_letter("ab1"))
    ['a1', 'ab1', 'b1']
    """
    return {text, *(text[:at] + text[at + 1 :] for at, mark in enumerate(text) if mark.isalpha())}


def one_mistake_apart(one: str, other: str) -> bool:
    """Whether one letter added, lost, replaced or swapped with its neighbour turns one text into the other.

    >>> one_mistake_apart("axceptio", "axeptio"), one_mistake_apart("moutain", "mountain")
    (True, True)
    >>> one_mistake_apart("abcd", "bcde"), one_mistake_apart("recieve", "receive"), one_mistake_apart("a", "a")
    (False, True, False)
    """
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, other_rest = one[start:], other[start:]
    if len(one) != len(other):
        return rest[1:] == other_rest or rest == other_rest[1:]
    swapped = rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:]
    return bool(rest) and (rest[1:] == other_rest[1:] or swapped)
