"""The chain: each entry's hash covers its content and the hash before it.

Entries of before version 0.11 are chained by SHA-256 alone, which whoever can write the table computes as well; from
one entry on, the hash is keyed (HMAC), and no entry after it may be chained without the key.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence

GENESIS = "0" * 64


@dataclass(frozen=True)
class ChainLink:
    """An entry as the chain sees it."""

    id: int
    content: Mapping[str, Any]
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class ChainKey:
    """The key of the chain, and from which entry on it is due."""

    secret: bytes = field(repr=False)
    since: int | None = None
    """None when nothing apart from the database says it: the first entry that is keyed then does."""

    def digest(self, purpose: str, message: bytes) -> str:
        """What only the key can say of a message (HMAC-SHA-256, hexadecimal); two purposes never say the same.

        >>> key = ChainKey(b"k" * 32)
        >>> key.digest("a", b"b") == key.digest("a", b"b"), key.digest("a", b"b") == key.digest("b", b"b")
        (True, False)
        """
        return hmac.digest(self.secret, purpose.encode() + b"\n" + message, "sha256").hex()

    @property
    def name(self) -> str:
        """What the key is called: it tells two keys apart, and nothing of either."""
        return self.digest("name", b"")[:16]


class ChainFault(StrEnum):
    """How a link fails."""

    MISSING = "missing"
    MOVED = "moved"
    CHANGED = "changed"
    UNKEYED = "unkeyed"
    UNKNOWN_HEAD = "unknown head"


SENTENCES = {
    ChainFault.MISSING: N_("L'écriture n° %(id)s manque."),
    ChainFault.MOVED: N_(
        "L'écriture n° %(id)s ne suit pas la précédente : l'une des deux a été déplacée ou remplacée."
    ),
    ChainFault.CHANGED: N_("L'écriture n° %(id)s a été modifiée après coup."),
    ChainFault.UNKEYED: N_(
        "L'écriture n° %(id)s est scellée sans la clé du journal : la chaîne a été récrite à partir de là."
    ),
    ChainFault.UNKNOWN_HEAD: N_(
        "Aucune écriture ne porte l'empreinte attendue : la fin du journal a été retirée ou récrite depuis."
    ),
}


@dataclass(frozen=True)
class ChainBreak:
    """The first place where the chain does not hold."""

    id: int
    fault: ChainFault

    @property
    def sentence(self) -> Sentence:
        """The same, for a person."""
        return Sentence(SENTENCES[self.fault], {"id": self.id})


@dataclass(frozen=True)
class ChainReport:
    """What a walk along the chain found: how many sound links, the hash of the last one, the first break if any."""

    count: int
    head: str
    broken: ChainBreak | None
    keyed_from: int | None = None
    """The first entry of the walk that is sealed with the key, if any."""


def seal(previous_hash: str, content: Mapping[str, Any], key: ChainKey | None = None) -> str:
    """The hash of an entry: of the previous hash and the canonical JSON of its content; SHA-256 without a key.

    >>> seal(GENESIS, {"a": 1}) == seal(GENESIS, {"a": 1}), seal(GENESIS, {"a": 1}) == seal(GENESIS, {"a": 2})
    (True, False)
    >>> seal(GENESIS, {"a": 1}) == seal(GENESIS, {"a": 1}, ChainKey(b"k" * 32))
    False
    """
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    whole = (previous_hash + canonical).encode()
    return hashlib.sha256(whole).hexdigest() if key is None else key.digest("entry", whole)


def is_sealed(link: ChainLink, key: ChainKey | None = None) -> bool:
    """Whether an entry still is what its own hash says, sealed as it is due at its place."""
    return _seal_fault(link, key, is_key_due=False) is None


def verify_chain(
    links: Iterable[ChainLink],
    *,
    key: ChainKey | None = None,
    expected_head: str = "",
    after: ChainLink | None = None,
) -> ChainReport:
    """Follow the chain to its end, or to the first link that is missing, moved, changed, or chained without the key.

    The end of a chain can be cut off without a trace in what is left. `expected_head`, a head noted earlier, tells:
    a chain that has only grown since still holds it. `after` starts behind a link taken as sound.

    >>> one = ChainLink(1, {"a": 1}, GENESIS, seal(GENESIS, {"a": 1}))
    >>> two = ChainLink(2, {"a": 2}, one.hash, seal(one.hash, {"a": 2}))
    >>> verify_chain([one, two]).broken is None, verify_chain([two]).broken
    (True, ChainBreak(id=1, fault=<ChainFault.MISSING: 'missing'>))
    >>> verify_chain([one], expected_head=two.hash).broken
    ChainBreak(id=2, fault=<ChainFault.UNKNOWN_HEAD: 'unknown head'>)
    >>> key = ChainKey(b"k" * 32)
    >>> keyed = ChainLink(2, {"a": 2}, one.hash, seal(one.hash, {"a": 2}, key))
    >>> verify_chain([one, keyed], key=key).keyed_from
    2
    >>> verify_chain([one, two], key=ChainKey(key.secret, since=2)).broken
    ChainBreak(id=2, fault=<ChainFault.UNKEYED: 'unkeyed'>)
    """
    count, head = (after.id, after.hash) if after is not None else (0, GENESIS)
    is_found = expected_head in {"", GENESIS, head}
    keyed_from = after.id if after is not None and _is_keyed(after, key) else None
    for link in links:
        fault = _place_fault(link, count + 1, head) or _seal_fault(link, key, is_key_due=keyed_from is not None)
        if fault is not None:
            broken = ChainBreak(count + 1 if fault is ChainFault.MISSING else link.id, fault)
            return ChainReport(count, head, broken, keyed_from)
        count, head = link.id, link.hash
        is_found = is_found or head == expected_head
        if keyed_from is None and _is_keyed(link, key):
            keyed_from = link.id
    return ChainReport(count, head, None if is_found else ChainBreak(count + 1, ChainFault.UNKNOWN_HEAD), keyed_from)


def _place_fault(link: ChainLink, position: int, previous: str) -> ChainFault | None:
    if link.id != position:
        return ChainFault.MISSING
    return None if link.previous_hash == previous else ChainFault.MOVED


def _seal_fault(link: ChainLink, key: ChainKey | None, *, is_key_due: bool) -> ChainFault | None:
    """How an entry fails by itself; `is_key_due` when one before it is keyed."""
    since = None if key is None else key.since
    if (since is None or link.id >= since) and _is_keyed(link, key):
        return None
    is_due = is_key_due if since is None else link.id >= since
    if link.hash != seal(link.previous_hash, link.content):
        return ChainFault.CHANGED
    return ChainFault.UNKEYED if is_due else None


def _is_keyed(link: ChainLink, key: ChainKey | None) -> bool:
    return key is not None and hmac.compare_digest(link.hash, seal(link.previous_hash, link.content, key))
