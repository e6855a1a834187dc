"""Statements put together once: a page asks the same each time, and to write it out again costs more than to ask it.

What a statement holds is said by the arguments of the function that puts it together, and by nothing else: who asks for
it (`Reach`), the day, the filter. Two who differ in any of these never get each other's. It holds no row and no result.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Statement = TypeVar("Statement")
KEPT = 8
"""Of each function, the last used: as many readers as differ, on one day."""


def written_once(write: Callable[P, Statement]) -> Callable[P, Statement]:
    """Keep what a function puts together, by its arguments; these can be hashed, and none of them is a session."""
    return lru_cache(maxsize=KEPT)(write)  # type: ignore[return-value]
