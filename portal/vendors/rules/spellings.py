"""Under which texts a company is looked up, so that a register finds what resembles a name without being read whole."""

from collections.abc import Iterable, Iterator

from portal.vendors.rules.naming import fold, plain
from portal.vendors.rules.similar_names import LONGEST_TYPO, SHORTEST_TYPO

LONGEST = 200
WORDS, NEAR = "w ", "s "
"""What a text begins with: words of a name from one of them on, or a name with a letter left out."""


def texts_of(name: str, legal_name: str, numbers: Iterable[str]) -> frozenset[str]:
    """The texts under which a company stands: each of its names from each of its words on, and with a letter less.

    >>> sorted(text for text in texts_of("Link Mobility", "", ["732829320"]) if text.startswith("w "))
    ['w 732829320', 'w link mobility', 'w mobility']
    """
    said = {fold(name), plain(name), fold(legal_name), plain(legal_name), *map(plain, numbers)} - {""}
    return frozenset(
        [WORDS + tail for text in said for tail in _tails(text)] + [NEAR + text for text in near_texts(fold(name))]
    )


def _tails(text: str) -> Iterator[str]:
    words = text[:LONGEST].split()
    return (" ".join(words[start:]) for start in range(len(words)))


def near_texts(folded: str) -> frozenset[str]:
    """A name and what is left of it without one of its letters; none for a name too short or too long for a slip.

    Two names that one slip separates (a letter more, less, else, or two exchanged) have one of these in common.

    >>> bool(near_texts("link mobility") & near_texts("lnik mobility")), bool(near_texts("abc"))
    (True, False)
    """
    if not SHORTEST_TYPO - 1 <= len(folded) <= LONGEST_TYPO + 1:
        return frozenset()
    return frozenset({folded, *(folded[:at] + folded[at + 1 :] for at in range(len(folded)))})
