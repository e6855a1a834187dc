"""Where a finding came from when it was not an answer to an audit: named by the composition root, for pages to link."""

from collections.abc import Callable
from dataclasses import dataclass

AUDIT = "audit"


@dataclass(frozen=True)
class Origin:
    """A page of another domain that findings are opened from."""

    label: str
    """What it is, in French."""
    url: Callable[[int | None], str]
    """The address of one of them."""


_KNOWN: dict[str, Origin] = {}


def name(key: str, origin: Origin) -> None:
    """Say what an origin is; the same words each time the application is made."""
    _KNOWN[key] = origin


def find(key: str) -> Origin | None:
    """An origin, unless its domain is no longer there."""
    return _KNOWN.get(key)
