"""Writing the journal: entries wait in the session and are chained just before it commits."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import Enum
from math import isfinite
from typing import Any, cast

from sqlalchemy import Table, Text, bindparam, event, insert, literal, null, select, union_all
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import Session, SessionTransaction

from portal.authz.context import Context
from portal.authz.policy import Actor
from portal.core import history
from portal.core.asked import written_at_once
from portal.core.dataclass import dataclass
from portal.core.row_lock import hold_turn
from portal.journal import anchoring, person_keys
from portal.journal.chain_key import chain_key
from portal.journal.models import JournalEntry
from portal.journal.person_keys import PersonKey
from portal.journal.rules import GENESIS, Speaking, at_address, seal, sealed_label, sealed_values, under_name

_WAITING = "journal.waiting"
_END = select(JournalEntry.id, JournalEntry.hash).order_by(JournalEntry.id.desc()).limit(1)
_LAST = _END.subquery()
_END_AND_KEYS = union_all(
    select(
        literal(0).label("is_key"), _LAST.c.id.label("number"), _LAST.c.hash.label("text"),
        cast_to(null(), Text).label("sealed"),
    ),
    select(literal(1), PersonKey.id, PersonKey.digest, PersonKey.sealed).where(
        PersonKey.digest.in_(bindparam("digests", expanding=True))
    ),
)  # fmt: skip
_ADD = insert(cast(Table, JournalEntry.__table__))
"""Written once: every write ends with the two."""
_LOCK = 0x5649_4749  # « VIGI »: any constant, the same in every process


@dataclass(frozen=True)
class _PendingEntry:
    at: datetime
    actor_id: int | None
    actor_name: str
    actor_role: str
    action: str
    row: Any
    object_type: str
    object_label: str
    vendor_id: int | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    savepoints: tuple[SessionTransaction, ...]
    actor: str = ""
    """Who acted, as their key is found; empty when no person did."""
    subject: str = ""
    """The person that the row is, when it is one."""


def record(
    ctx: Context,
    action: str,
    row: Any,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    vendor_id: int | None = None,
) -> None:
    """Note a write on `row`; the entry is chained and stored with the transaction, or not at all."""
    if not ctx.session.in_transaction():
        ctx.session.begin()  # an entry belongs to a transaction, even one that has not yet reached the database
    noted = _PendingEntry(
        at=ctx.now.astimezone(UTC),
        actor_id=ctx.actor.id,
        actor_name=_text(ctx.actor.name)[:200],
        actor_role=ctx.actor.role.value,
        action=action,
        row=row,
        object_type=type(row).__name__,
        object_label=_text(_label(row))[:300],
        vendor_id=vendor_id if vendor_id is not None else getattr(row, "reach_vendor", None),
        before=_plain(before or {}),
        after=_plain(after or {}),
        savepoints=tuple(_savepoints(ctx.session)),
        actor=_acting(ctx.actor),
        subject=_person(row),
    )
    ctx.session.info.setdefault(_WAITING, []).append(noted)


def changes(row: Any, wanted: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set attributes and return (before, after) of those that differ, ready for `record`."""
    before = {k: getattr(row, k) for k, v in wanted.items() if getattr(row, k) != v}
    for name in before:
        setattr(row, name, wanted[name])
    return before, {k: wanted[k] for k in before}


@event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    if session.in_nested_transaction():
        return  # the release of a savepoint: the whole is not certain yet
    waiting: list[_PendingEntry] = session.info.pop(_WAITING, [])
    if not waiting:
        return
    session.flush()
    hold_end(session)
    persons = _persons(waiting)
    position, previous, held = _read_end(session, list(persons))
    before = position, previous
    waiting = _sealed(session, waiting, persons, held)
    key = chain_key()
    versions = history.written(session)
    rows = []
    for noted in waiting:
        position += 1
        # The last entry of a transaction names the versions of rows that it wrote.
        kept = versions if noted is waiting[-1] else None
        row = content_of(noted, object_id=getattr(noted.row, "id", None), row_versions=kept)
        digest = seal(previous, row, key)
        rows.append(
            {"row_versions": None, **row, "id": position, "at": noted.at, "previous_hash": previous, "hash": digest}
        )
        previous = digest
    # As rows: objects would cost as much again, under the lock.
    written_at_once(session.connection(), _ADD, rows)
    anchoring.promise(session, before, (position, previous), waiting[-1].at)


def chain_waiting(session: Session) -> None:
    """Chain now what waits for the commit: what names somebody is sealed while their key is still there."""
    _chain(session)


def _read_end(session: Session, digests: list[str]) -> tuple[int, str, list[person_keys.HeldKey]]:
    """The end of the chain, and the keys found by digests: one statement, as every write ends with it."""
    if not digests:
        end = session.execute(_END).one_or_none()
        return (end.id, end.hash, []) if end else (0, GENESIS, [])
    rows = session.execute(_END_AND_KEYS, {"digests": digests[: person_keys.AT_ONCE]}).all()
    keys = [person_keys.HeldKey(row.number, row.text, row.sealed) for row in rows if row.is_key]
    keys += person_keys.held_keys(session, digests[person_keys.AT_ONCE :])
    return next(((row.number, row.text, keys) for row in rows if not row.is_key), (0, GENESIS, keys))


def _persons(waiting: list[_PendingEntry]) -> dict[str, str]:
    """Who is named, by what their key is found by."""
    named: dict[str, None] = {}

    def noted(person: str, text: str) -> str:
        named.setdefault(person)
        return text

    for entry in waiting:
        _told(entry, noted)
    return {person_keys.digest_of(person): person for person in named}


def _sealed(
    session: Session, waiting: list[_PendingEntry], persons: Mapping[str, str], held: list[person_keys.HeldKey]
) -> list[_PendingEntry]:
    """The same entries, what they say of persons sealed under the keys of these persons."""
    if not persons:
        return waiting
    keys = person_keys.keys_for(session, persons, held, waiting[0].at)
    return [_with(entry, lambda person, text: keys[person].seal(text)) for entry in waiting]


def _with(entry: _PendingEntry, sealing: Callable[[str, str], str]) -> _PendingEntry:
    return replace(entry, **_told(entry, sealing))


def _told(entry: _PendingEntry, sealing: Callable[[str, str], str]) -> dict[str, Any]:
    """All that an entry says, what is about persons through `sealing`."""
    who = Speaking(entry.actor_name, entry.actor, entry.subject, entry.vendor_id)
    return {
        "actor_name": sealing(entry.actor, entry.actor_name) if entry.actor and entry.actor_name else entry.actor_name,
        "object_label": sealed_label(entry.object_label, who, sealing),
        "before": sealed_values(entry.before, who, sealing),
        "after": sealed_values(entry.after, who, sealing),
    }


def _acting(actor: Actor) -> str:
    """The person who acts; the portal itself is none."""
    if actor.email:
        return at_address(actor.email)
    return under_name(actor.name, None) if actor.id is not None and actor.name else ""


def _person(row: Any) -> str:
    """The person that a row is: one that has an address."""
    address = getattr(row, "email", None)
    return at_address(address) if isinstance(address, str) and "@" in address else ""


def hold_end(session: Session) -> None:
    """One writer at a time at the chain's end, until this transaction is over; SQLite's BEGIN IMMEDIATE sees to it."""
    hold_turn(session, _LOCK)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    """What a savepoint undoes did not happen; the rest of the transaction goes on."""
    undone = session.get_nested_transaction()
    if undone is not None:
        waiting: list[_PendingEntry] = session.info.get(_WAITING, [])
        session.info[_WAITING] = [noted for noted in waiting if undone not in noted.savepoints]


@event.listens_for(Session, "after_transaction_end")
def _end(session: Session, ended: SessionTransaction) -> None:
    """Nothing outlives its transaction, whether rolled back or merely closed."""
    if ended.parent is None:
        session.info.pop(_WAITING, None)


def _savepoints(session: Session) -> Iterator[SessionTransaction]:
    found = session.get_nested_transaction()
    while found is not None:
        yield found
        found = found.parent


def content_of(entry: Any, *, object_id: int | None, row_versions: str | None) -> dict[str, Any]:
    """What the hash covers, from a waiting or a stored entry."""
    versions = {} if row_versions is None else {"row_versions": row_versions}
    return versions | {
        "at": entry.at.isoformat(),
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "actor_role": entry.actor_role,
        "action": entry.action,
        "object_type": entry.object_type,
        "object_id": object_id,
        "object_label": entry.object_label,
        "vendor_id": entry.vendor_id,
        "before": entry.before,
        "after": entry.after,
    }


def _label(row: Any) -> str:
    for name in ("journal_label", "name", "title", "key", "email"):
        value = getattr(row, name, None)
        if isinstance(value, Mapping):
            value = value.get("fr")  # a text of the data that exists in every language
        if value:
            return str(value)
    return type(row).__name__


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {_text(k): _json(v) for k, v in values.items()}


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_json(v) for v in value]
    return _scalar(value.value if isinstance(value, Enum) else value)


def _scalar(value: Any) -> Any:
    """What a database gives back as it took it: the hash covers exactly that."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and isfinite(value) and abs(value) < 1e15:
        return value + 0.0  # a negative zero comes back positive
    if value is None or isinstance(value, int):
        return value
    return _text(value)


def _text(value: Any) -> str:
    told = str(value).replace("\x00", "\ufffd")  # PostgreSQL keeps no NUL
    return f" {told}" if told.startswith(person_keys.MARK) else told  # nobody writes what reads as sealed
