"""How many people the lines of the register reached are about: between two bounds, never a sum of guesses."""

from collections.abc import Iterable, Mapping

from portal.core.dataclass import dataclass
from portal.vendors.rules.facts import Volume

BOUNDS: Mapping[Volume, tuple[int, int | None]] = {
    Volume.UNDER_1K: (0, 999),
    Volume.UNDER_10K: (1_000, 9_999),
    Volume.UNDER_100K: (10_000, 99_999),
    Volume.UNDER_1M: (100_000, 999_999),
    Volume.OVER_1M: (1_000_000, None),
}
"""The fewest and the most of each answer of the register; none when there is no most."""


@dataclass(frozen=True)
class PersonCount:
    """How many people are reached, as far as the register says."""

    at_least: int = 0
    at_most: int | None = 0
    """None when a line says no number, or one without a limit."""
    unsaid: int = 0
    """Lines that say no number."""


def persons_of(volumes: Iterable[Volume]) -> PersonCount:
    """The people of several lines, some of whom may be the same ones in each.

    At least the largest line, at most all of them together; a line that says no number leaves no upper bound.

    >>> persons_of([Volume.UNDER_10K, Volume.UNDER_100K])
    PersonCount(at_least=10000, at_most=109998, unsaid=0)
    >>> persons_of([Volume.UNDER_10K, Volume.UNKNOWN])
    PersonCount(at_least=1000, at_most=None, unsaid=1)
    """
    told = list(volumes)
    known = [BOUNDS[one] for one in told if one in BOUNDS]
    unsaid = len(told) - len(known)
    tops = [most for _fewest, most in known if most is not None]
    has_top = not unsaid and len(tops) == len(known)
    return PersonCount(max((fewest for fewest, _ in known), default=0), sum(tops) if has_top else None, unsaid)
