"""The chain: each entry's hash covers its content and the hash before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True)
class Link:
    """An entry as the chain sees it."""

    id: int
    content: Mapping[str, Any]
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class Break:
    """The first place where the chain does not hold."""

    id: int
    reason: str


def seal(previous_hash: str, content: Mapping[str, Any]) -> str:
    """The hash of an entry: SHA-256 over the previous hash and the canonical JSON of its content.

    >>> seal(GENESIS, {"a": 1}) == seal(GENESIS, {"a": 1}), seal(GENESIS, {"a": 1}) == seal(GENESIS, {"a": 2})
    (True, False)
    """
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((previous_hash + canonical).encode()).hexdigest()


def first_break(links: Iterable[Link]) -> Break | None:
    """Walk the chain from its start and name the first link that is missing, moved or changed.

    >>> first_break([Link(1, {"a": 1}, GENESIS, seal(GENESIS, {"a": 1}))]) is None
    True
    >>> first_break([Link(2, {}, GENESIS, seal(GENESIS, {}))])
    Break(id=1, reason='missing')
    """
    previous, expected = GENESIS, 1
    for link in links:
        if link.id != expected:
            return Break(expected, "missing")
        if link.previous_hash != previous:
            return Break(link.id, "moved")
        if link.hash != seal(previous, link.content):
            return Break(link.id, "changed")
        previous, expected = link.hash, expected + 1
    return None
