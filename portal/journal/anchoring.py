"""Anchoring the journal: what each transaction that writes entries says in the file apart from the database."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from portal.core import logs, process
from portal.core.db import is_copy
from portal.core.errors import PortalError
from portal.journal.anchor_file import AnchorFile
from portal.journal.chain_key import chain_key
from portal.journal.rules import GENESIS, ChainKey, LineKind, StartReason

_PROMISED = "journal.promised"
_SIGNED = "journal.signed"
log = logs.get_logger()


def anchor_file() -> AnchorFile | None:
    """The file where this process anchors the journal; None in tests, which write databases that are undone."""
    path = process.settings().anchor_file
    return None if path is None else AnchorFile(path, chain_key())


def verifying_key() -> ChainKey:
    """The key of the chain with the entry from which it is due, as the anchor says it when there is one."""
    file = anchor_file()
    return chain_key() if file is None else replace(chain_key(), since=file.since())


def promise(session: Session, before: tuple[int, str], end: tuple[int, str], at: datetime) -> None:
    """Say, before a transaction commits, where the journal will end; raises AnchorAway or Full, and nothing is lost.

    `before` and `end` are the number of entries and the hash of the last one; the caller holds the end of the chain.
    """
    file = anchor_file()
    if file is None or is_copy(session):
        return
    told = {
        "kind": LineKind.NEXT.value, "before": before[0], "before_head": before[1], "count": end[0], "head": end[1],
        "at": _instant(at),
    }  # fmt: skip
    is_new = before[0] == 0
    why = StartReason.NEW if is_new else StartReason.LOST
    # Where the journal was keyed from can no longer be known of a file that is gone: only entry 1 of a new one can be.
    file.add(told, begin=lambda: first_line(why, *before, since=1 if is_new else None, at=at))
    session.info[_PROMISED] = (file, end, at)


def first_line(why: StartReason, count: int, head: str, *, since: int | None, at: datetime) -> dict[str, Any]:
    """What the first line of a file says."""
    return {
        "kind": LineKind.START.value, "why": why.value, "key": chain_key().name, "since": since, "count": count,
        "head": head if count else GENESIS, "at": _instant(at),
    }  # fmt: skip


def note_signed(session: Session, count: int, root: str, total: int) -> None:
    """Have the anchor say, once this transaction has committed, that a head was signed; `total` of them in all."""
    file = anchor_file()
    if file is not None and not is_copy(session):
        told = {"kind": LineKind.SIGNED.value, "count": count, "root": root, "total": total}
        session.info.setdefault(_SIGNED, []).append((file, told))


@event.listens_for(Session, "after_commit")
def _done(session: Session) -> None:
    """The line just promised is done; should that not be written, the next one says as much."""
    promised = session.info.pop(_PROMISED, None)
    try:
        if promised is not None:
            file, (count, head), at = promised
            told = {"kind": LineKind.DONE.value, "count": count, "head": head, "at": _instant(at)}
            file.add(told, is_kept=False)
        for file, told in session.info.pop(_SIGNED, []):
            file.add(told)
    except PortalError as error:
        log.error("anchor not completed", why=str(error.sentence))


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_PROMISED, None)
        session.info.pop(_SIGNED, None)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
