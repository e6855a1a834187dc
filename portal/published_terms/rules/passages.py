"""The passages of two versions that are not in the other one, whatever moved around them."""

from collections.abc import Iterable

from portal.paper.rules.folding import fold

MOST_PASSAGES = 60
"""Passages shown of each side."""


def passages_apart(old: Iterable[str], new: Iterable[str]) -> tuple[list[str], list[str]]:
    """Paragraphs of each version that the other has not, in their order; layout and order do not count.

    >>> passages_apart(["1. Un", "Deux jours."], ["Deux  jours.", "• Un"])
    ([], [])
    >>> passages_apart(["Deux jours."], ["Trois jours."])
    (['Deux jours.'], ['Trois jours.'])
    """
    old, new = list(old), list(new)
    before, after = set(map(_key, old)), set(map(_key, new))
    return _left(old, after), _left(new, before)


def _left(paragraphs: list[str], others: set[str]) -> list[str]:
    return [one for one in paragraphs if (key := _key(one)) and key not in others][:MOST_PASSAGES]


def _key(paragraph: str) -> str:
    plain = " ".join("".join(letter if letter.isalnum() else " " for letter in fold(paragraph)).split())
    return plain.lstrip("0123456789 ")
