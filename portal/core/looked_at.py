"""Files of data are looked at once a second at most: each page asks whether a hundred of them have changed."""

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Seen = TypeVar("Seen")
EVERY = 1.0
"""Seconds; none in tests, which change a file and read it at once."""
_MOST = 64
_SEEN: dict[Hashable, tuple[float, Any]] = {}


def looked_at(files: Hashable, look: Callable[[], Seen]) -> Seen:
    """What a look at some files says of them, the last one when it is less than a second old; each process looks."""
    now = time.monotonic()
    at, seen = _SEEN.get(files, (None, None))
    if at is None or now - at >= EVERY:
        seen = look()
        if len(_SEEN) >= _MOST:
            _SEEN.clear()
        _SEEN[files] = now, seen
    return seen  # type: ignore[return-value]
