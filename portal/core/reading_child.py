"""What reads a file that somebody else made, at the child's end: within limits, and answering by value or by refusal.

Loaded by the child alone, with the module that reads; see `portal.core.reading`.
"""

import pickle
import resource
from collections.abc import Callable
from functools import wraps
from time import process_time
from typing import Any

from portal.core.errors import PortalError

MEMORY = 1536 * 1024**2
"""Bytes of address space: the largest workbook that is accepted takes a third of it."""
PROCESSOR_SECONDS = 60
"""Of one file, whatever the hour says: a caller that is gone leaves nothing running."""


def answering(read: Callable[..., Any]) -> Callable[..., bytes]:
    """Have a reader of files answer through the pipe: its value, or what it refused, as the parent's `read` takes.

    What exceeds the memory is a MemoryError, which the parent is told as such; what exceeds the time ends the child.
    """

    @wraps(read)
    def answer(*arguments: Any) -> bytes:
        _confine()
        try:
            return pickle.dumps((None, read(*arguments)), pickle.HIGHEST_PROTOCOL)
        except PortalError as refusal:
            return pickle.dumps((type(refusal), refusal.sentence), pickle.HIGHEST_PROTOCOL)

    return answer


def _confine() -> None:
    """So much memory, so much processor from now on, and not a byte written to any file."""
    _lower(resource.RLIMIT_AS, MEMORY)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CPU, int(process_time()) + PROCESSOR_SECONDS)


def _lower(limit: int, most: int) -> None:
    _, hard = resource.getrlimit(limit)
    resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
