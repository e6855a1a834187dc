"""Whether the rows that keep their history still say what was written through the portal.

Three things hold a row: it says what its last version says (`core.history.differences`); each version is sealed with
the journal's key; and the entry of the journal written with versions names them all, so that none can be taken away.
Versions of before version 0.11 have no seal: the entry of the upgrade has a digest of them. Tables that keep no history
are not covered, nor are versions that no entry was written with, which can be taken away without a trace.
"""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import history
from portal.core.canonical_json import canonical_json
from portal.core.dataclass import dataclass
from portal.core.history import RowVersion
from portal.core.language import N_, Sentence, say
from portal.journal.models import JournalEntry

KEYED = "journal.keyed"
"""The action of the entry that an upgrade writes, with the digest of the versions of before."""
TOLD_AT_MOST = 20
_VERSIONS: Any = RowVersion.__table__


@dataclass(frozen=True)
class RowFinding:
    """A row or a version that is not what was written."""

    kind: str
    sentence: Sentence


@dataclass(frozen=True)
class UnsealedVersions:
    """The versions of before the key: how many, and a digest of them all."""

    count: int
    digest: str


def unsealed_versions(session: Session) -> UnsealedVersions:
    """Those that have no seal."""
    digest, count = hashlib.sha256(), 0
    for row in _versions(session, RowVersion.mac.is_(None)):
        count += 1
        digest.update(_unsealed_text(row))
    return UnsealedVersions(count, digest.hexdigest())


def row_findings(session: Session) -> list[RowFinding]:
    """What does not hold, the first twenty of each sort."""
    return [*_rows(session), *_all_versions(session)]


def _rows(session: Session) -> list[RowFinding]:
    return [
        RowFinding(
            "row changed",
            say(
                "La fiche n° %(row)s de la table « %(table)s » n'est pas ce que le portail y a écrit : elle a été "
                "modifiée, ajoutée ou retirée dans la base.",
                table=table,
                row=number,
            ),
        )
        for table, number in history.differences(session)[:TOLD_AT_MOST]
    ]


def _all_versions(session: Session) -> list[RowFinding]:
    found: list[RowFinding] = []
    batches: dict[str, list[str]] = {}
    unsealed, digest = 0, hashlib.sha256()
    for row in _versions(session):
        if history.content_digest(row.content) != row.sha256:
            found.append(_altered(row))
        elif row.mac is None:
            unsealed += 1
            digest.update(_unsealed_text(row))
        elif not hmac.compare_digest(row.mac, history.version_mac(row._mapping)):
            found.append(_altered(row))
        if row.mac is not None:
            batches.setdefault(row.batch or "", []).append(row.mac)
    found = found[:TOLD_AT_MOST]
    found += _batches(session, batches)
    return found + _before(session, UnsealedVersions(unsealed, digest.hexdigest()))


def _altered(row: Any) -> RowFinding:
    return RowFinding(
        "version altered",
        say(
            "L'historique de la fiche n° %(row)s de la table « %(table)s » n'a pas été écrit par le portail "
            "(version %(id)s).",
            table=row.kind,
            row=row.row_id,
            id=row.id,
        ),
    )


def _batches(session: Session, batches: dict[str, list[str]]) -> list[RowFinding]:
    """Entries whose versions are no longer all there, or no longer alone."""
    named = select(JournalEntry.id, JournalEntry.row_versions).where(JournalEntry.row_versions.is_not(None))
    wrong = [
        number
        for number, told in session.execute(named.order_by(JournalEntry.id))
        if told is not None and told != history.named(batch := told.partition(":")[0], batches.get(batch, []))
    ]
    sentence = N_(
        "Les fiches écrites avec l'écriture n° %(id)s ne sont plus toutes dans l'historique, ou d'autres y ont été "
        "ajoutées."
    )
    return [RowFinding("versions gone", Sentence(sentence, {"id": number})) for number in wrong[:TOLD_AT_MOST]]


def _before(session: Session, held: UnsealedVersions) -> list[RowFinding]:
    """Versions of before the key, against what the upgrade noted of them."""
    noted = session.scalars(
        select(JournalEntry.after).where(JournalEntry.action == KEYED).order_by(JournalEntry.id).limit(1)
    ).first()
    wanted = UnsealedVersions(0, hashlib.sha256().hexdigest())
    if noted is not None:
        wanted = UnsealedVersions(noted.get("versions", 0), noted.get("digest", ""))
    if held == wanted:
        return []
    sentence = N_(
        "Versions d'historique sans sceau : %(count)s ; ce ne sont pas celles que la mise à jour avait trouvées "
        "(%(noted)s)."
    )
    return [RowFinding("versions unsealed", Sentence(sentence, {"count": held.count, "noted": wanted.count}))]


def _versions(session: Session, *where: Any) -> Iterator[Any]:
    statement = select(_VERSIONS).where(*where).order_by(_VERSIONS.c.id)
    with session.execute(statement, execution_options={"yield_per": 1000}) as rows:
        yield from rows


def _unsealed_text(row: Any) -> bytes:
    return canonical_json([row.id, row.kind, row.row_id, row.parent_id, row.at.isoformat(), row.is_gone, row.sha256])


def covered_tables() -> list[str]:
    """The tables whose rows are held so."""
    return sorted(history.kept_models())
