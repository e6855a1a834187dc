"""The chain: each entry's hash covers its content and the hash before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.core.language import N_, Sentence

GENESIS = "0" * 64


@dataclass(frozen=True)
class ChainLink:
    """An entry as the chain sees it."""

    id: int
    content: Mapping[str, Any]
    previous_hash: str
    hash: str


class ChainFault(StrEnum):
    """How a link fails."""

    MISSING = "missing"
    MOVED = "moved"
    CHANGED = "changed"
    UNKNOWN_HEAD = "unknown head"


SENTENCES = {
    ChainFault.MISSING: N_("L'écriture n° %(id)s manque."),
    ChainFault.MOVED: N_(
        "L'écriture n° %(id)s ne suit pas la précédente : l'une des deux a été déplacée ou remplacée."
    ),
    ChainFault.CHANGED: N_("L'écriture n° %(id)s a été modifiée après coup."),
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


def seal(previous_hash: str, content: Mapping[str, Any]) -> str:
    """The hash of an entry: SHA-256 over the previous hash and the canonical JSON of its content.

    >>> seal(GENESIS, {"a": 1}) == seal(GENESIS, {"a": 1}), seal(GENESIS, {"a": 1}) == seal(GENESIS, {"a": 2})
    (True, False)
    """
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((previous_hash + canonical).encode()).hexdigest()


def is_sealed(link: ChainLink) -> bool:
    """Whether an entry still is what its own hash says."""
    return link.hash == seal(link.previous_hash, link.content)


def verify_chain(links: Iterable[ChainLink], *, expected_head: str = "", after: ChainLink | None = None) -> ChainReport:
    """Follow the chain to its end, or to the first link that is missing, moved or changed.

    The end of a chain can be cut off without a trace in what is left. `expected_head`, a head noted earlier, tells:
    a chain that has only grown since still holds it. `after` starts behind a link taken as sound.

    >>> one = ChainLink(1, {"a": 1}, GENESIS, seal(GENESIS, {"a": 1}))
    >>> two = ChainLink(2, {"a": 2}, one.hash, seal(one.hash, {"a": 2}))
    >>> verify_chain([one, two]).broken is None, verify_chain([two]).broken
    (True, ChainBreak(id=1, fault=<ChainFault.MISSING: 'missing'>))
    >>> verify_chain([one], expected_head=two.hash).broken
    ChainBreak(id=2, fault=<ChainFault.UNKNOWN_HEAD: 'unknown head'>)
    """
    count, head = (after.id, after.hash) if after is not None else (0, GENESIS)
    is_found = expected_head in {"", GENESIS, head}
    for link in links:
        fault = _fault(link, count + 1, head)
        if fault is not None:
            return ChainReport(count, head, ChainBreak(count + 1 if fault is ChainFault.MISSING else link.id, fault))
        count, head = link.id, link.hash
        is_found = is_found or head == expected_head
    return ChainReport(count, head, None if is_found else ChainBreak(count + 1, ChainFault.UNKNOWN_HEAD))


def _fault(link: ChainLink, position: int, previous: str) -> ChainFault | None:
    if link.id != position:
        return ChainFault.MISSING
    if link.previous_hash != previous:
        return ChainFault.MOVED
    return None if is_sealed(link) else ChainFault.CHANGED
