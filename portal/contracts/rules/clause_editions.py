"""Which edition of each clause a contract holds, told by the digest of its text."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class HeldClause:
    """A clause as a contract froze it."""

    key: str
    version: str
    sha256: str

    def as_json(self) -> dict[str, str]:
        """As a set of clauses keeps it."""
        return {"id": self.key, "version": self.version, "sha256": self.sha256}


def held_clauses(frozen: Iterable[Mapping[str, Any]]) -> tuple[HeldClause, ...]:
    """The clauses frozen with a version, by id: where they stand in the text is left out.

    >>> held_clauses([{"id": "CL02", "version": "1", "sha256": "b", "title": "…"}, {"id": "CL01"}])[0].key
    'CL01'
    """
    found = (HeldClause(one["id"], one.get("version", ""), one.get("sha256", "")) for one in frozen)
    return tuple(sorted(found, key=lambda one: (one.key, one.version, one.sha256)))


def digest_of(clauses: Iterable[HeldClause]) -> str:
    """What two texts made of the same editions of the same clauses share."""
    listed = json.dumps([one.as_json() for one in clauses], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(listed.encode()).hexdigest()
