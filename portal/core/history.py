"""What standing rows said before: each write of a kept row leaves a version of it, so that a day can be asked for.

A model lists the columns that are kept in `kept_columns`. Whatever the session flushes is noted here, in the same
transaction; a statement that writes rows past the session is followed by `keep_written`. Nothing in a version changes.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, ClassVar, cast

from sqlalchemy import Date, Index, String, Table, bindparam, event, func, insert, inspect, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Mapped, Session, SessionTransaction, UOWTransaction, mapped_column

from portal.core import clock, process
from portal.core.asked import written_at_once
from portal.core.canonical_json import canonical_json
from portal.core.dataclass import dataclass
from portal.core.db import Base, UtcDateTime
from portal.core.errors import Refused
from portal.core.language import say

AT_ONCE = 1000
_INSTANT = "history.instant"
_BATCH = "history.batch"
_MACS = "history.macs"
"""The seals of the versions written so far, in order; None once some were written in a savepoint."""


class RowVersion(Base):
    """What a kept row said from an instant on, until its next version; never changed."""

    __tablename__ = "row_version"
    __table_args__ = (
        Index("ix_row_version_row", "kind", "row_id", "id"),
        Index("ix_row_version_parent", "kind", "parent_id", "row_id"),
        Index("ix_row_version_batch", "batch"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    """Their order: of two versions before an instant, the last written counts."""
    kind: Mapped[str] = mapped_column(String(40))
    """The table of the row."""
    row_id: Mapped[int]
    parent_id: Mapped[int | None]
    """The vendor that the row belonged to then, for the rows that belong to one."""
    at: Mapped[datetime]
    is_gone: Mapped[bool] = mapped_column(default=False)
    """Whether the row is no more from then on; its content is then empty."""
    content: Mapped[dict[str, Any]]
    """The kept columns by name, as JSON values."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the content (`canonical_json`)."""
    batch: Mapped[str | None] = mapped_column(String(40))
    """Drawn for its transaction: the entry of the journal written with it names it. None before version 0.11."""
    mac: Mapped[str | None] = mapped_column(String(64))
    """Its seal under the key of the journal (`version_mac`); None before version 0.11."""


class HistoryStart(Base):
    """From when the rows of a table are kept: nothing is known of how they stood before."""

    __tablename__ = "history_start"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime | None]
    """None: from its first row on, the installation being empty when history began."""


_VERSIONS = cast(Table, RowVersion.__table__)
_ADD = insert(_VERSIONS)
_SEALS = select(_VERSIONS.c.mac).where(_VERSIONS.c.batch == bindparam("batch")).order_by(_VERSIONS.c.id)
"""Written once: every write of a kept row ends with the two."""


class Kept:
    """A model whose rows keep their history."""

    kept_columns: ClassVar[tuple[str, ...]]
    """What is kept of a row, beside its number; what is worked out of it, or only sought, is not."""
    kept_parent: ClassVar[str] = "vendor_id"
    """The column that says whom the row belongs to; empty when it belongs to nobody."""


class AlteredHistory(Refused):
    """A version is not what its digest says."""


def tell_instant(session: Session, at: datetime) -> None:
    """Say when the writes of a session happen: the instant of the use case, not that of the machine."""
    session.info[_INSTANT] = at


def kept_models() -> dict[str, type[Any]]:
    """Every model that keeps its history, by table."""
    models: list[type[Any]] = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Kept)]
    return {model.__tablename__: model for model in models}


def begin(session: Session) -> None:
    """Say of an empty database that everything is known of it, from its first row on."""
    session.execute(insert(HistoryStart), [{"kind": kind, "at": None} for kind in sorted(kept_models())])


@event.listens_for(Session, "after_flush")
def _note(session: Session, _flushed: UOWTransaction) -> None:
    """Whatever rolls the rows back, a savepoint included, rolls their versions back."""
    written = [row for row in session.new if isinstance(row, Kept)]
    written += [row for row in session.dirty if isinstance(row, Kept) and _is_changed(row)]
    gone = [row for row in session.deleted if isinstance(row, Kept)]
    if not written and not gone:
        return
    at = _instant(session)
    rows = [_version(type(row), cast(Any, row).id, _held(session, row), at) for row in written]
    rows += [_version(type(row), cast(Any, row).id, None, at) for row in gone]
    _insert(session, rows)


def keep_written(session: Session, model: type[Any], row_ids: Iterable[int]) -> None:
    """Note rows that a statement wrote past the session; two statements a thousand rows."""
    table = Base.metadata.tables[model.__tablename__]
    wanted = sorted(set(row_ids))
    session.flush()
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        columns = [table.c[name] for name in dict.fromkeys(("id", *_columns(model)))]
        held = session.execute(select(*columns).where(table.c.id.in_(some)).order_by(table.c.id))
        rows = [_version(model, row["id"], row, _instant(session)) for row in held.mappings()]
        if rows:
            _insert(session, rows)


def note_new(session: Session, row: Kept) -> None:
    """Note a new row that a statement wrote past the session, all of whose kept columns are held."""
    model = type(row)
    _insert(session, [_version(model, cast(Any, row).id, _held(session, row), _instant(session))])


def _insert(session: Session, rows: list[dict[str, Any]]) -> None:
    batch = session.info.setdefault(_BATCH, secrets.token_hex(16))
    sealed = [{**row, "batch": batch} for row in rows]
    stored = [{**row, "mac": version_mac(row)} for row in sealed]
    written_at_once(session.connection(), _ADD, stored)
    if session.in_nested_transaction():
        session.info[_MACS] = None  # they may be taken back alone: what is there in the end is read
    elif (known := session.info.setdefault(_MACS, [])) is not None:
        known += [row["mac"] for row in stored]


def version_mac(version: Mapping[str, Any]) -> str:
    """The seal of a version under the key of the journal: who has the database alone can make none (HMAC-SHA-256)."""
    key = urlsafe_b64decode(process.settings().secrets.journal)
    said = {name: version[name] for name in ("batch", "kind", "row_id", "parent_id", "is_gone", "sha256")}
    told = canonical_json({**said, "at": version["at"].astimezone(UTC).isoformat()})
    return hmac.digest(key, b"row version\n" + told, "sha256").hex()


def written(session: Session) -> str | None:
    """The versions that this transaction has written, as its entry of the journal names them; None without any."""
    batch = session.info.get(_BATCH)
    if batch is None:
        return None
    known = session.info.get(_MACS)
    found = session.connection().scalars(_SEALS, {"batch": batch}).all() if known is None else known
    return named(batch, found) if found else None


def named(batch: str, macs: Iterable[str]) -> str:
    """A batch of versions in one word: what it is called, and a digest of all their seals."""
    return f"{batch}:{hashlib.sha256(' '.join(macs).encode()).hexdigest()}"


@event.listens_for(Session, "after_transaction_end")
def _end(session: Session, ended: SessionTransaction) -> None:
    """Each transaction has a batch of its own."""
    if ended.parent is None:
        session.info.pop(_BATCH, None)
        session.info.pop(_MACS, None)


@dataclass(frozen=True)
class PastRows:
    """The rows of a table as they stood; none of them is known before history began."""

    rows: tuple[Any, ...] = ()
    """Instances that no session holds: their kept columns are set, and nothing else."""
    unknown_before: datetime | None = None
    """When history began, when the instant asked for is before it."""
    is_known: bool = True


def rows_as_of(
    session: Session,
    model: type[Any],
    before: datetime,
    *,
    parents: Collection[int] | None = None,
    row_ids: Collection[int] | None = None,
) -> PastRows:
    """The rows of a table as they stood just before an instant, by number; two statements.

    Of these parents, or those of these numbers. Raises AlteredHistory for a version that is not what was written.
    """
    start = session.execute(select(HistoryStart.at).where(HistoryStart.kind == model.__tablename__)).one_or_none()
    if start is None or (start[0] is not None and start[0] >= before):
        return PastRows(unknown_before=start[0] if start else None, is_known=False)
    latest = select(func.max(RowVersion.id)).where(RowVersion.kind == model.__tablename__, RowVersion.at < before)
    if row_ids is not None:
        latest = latest.where(RowVersion.row_id.in_(row_ids))
    if parents is not None:
        of_parents = select(RowVersion.row_id).where(
            RowVersion.kind == model.__tablename__, RowVersion.parent_id.in_(parents)
        )
        latest = latest.where(RowVersion.row_id.in_(of_parents))
    versions = session.scalars(
        select(RowVersion)
        .where(RowVersion.id.in_(latest.group_by(RowVersion.row_id)), RowVersion.is_gone.is_(False))
        .order_by(RowVersion.row_id)
    )
    found = [one for one in versions if parents is None or one.parent_id in parents]
    return PastRows(tuple(_read(model, one) for one in found))


def differences(session: Session) -> list[tuple[str, int]]:
    """The rows whose last version is not what they say today, by table and number: there should be none."""
    wrong: list[tuple[str, int]] = []
    for kind, model in kept_models().items():
        table = Base.metadata.tables[kind]
        held = {
            row["id"]: content_digest(_content(model, row))
            for row in session.execute(select(*(table.c[name] for name in model.kept_columns), table.c.id)).mappings()
        }
        latest = select(func.max(RowVersion.id)).where(RowVersion.kind == kind).group_by(RowVersion.row_id)
        noted = select(RowVersion.row_id, RowVersion.sha256).where(
            RowVersion.id.in_(latest), RowVersion.is_gone.is_(False)
        )
        kept = dict(session.execute(noted).all())
        wrong += [(kind, number) for number in sorted({*held, *kept}) if held.get(number) != kept.get(number)]
    return wrong


def _is_changed(row: Any) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in _columns(type(row)))


def _columns(model: type[Any]) -> Iterator[str]:
    yield from model.kept_columns
    if model.kept_parent and model.kept_parent not in model.kept_columns:
        yield model.kept_parent


def _held(session: Session, row: Any) -> dict[str, Any]:
    """What a row says once it is written; read apart when a query kept some of it from being loaded."""
    names = list(_columns(type(row)))
    try:
        return {name: getattr(row, name) for name in names}
    except InvalidRequestError:
        table = Base.metadata.tables[type(row).__tablename__]
        read = select(*(table.c[name] for name in names)).where(table.c.id == row.id)
        return dict(session.connection().execute(read).mappings().one())


def _version(model: type[Any], row_id: int, held: Mapping[str, Any] | Any | None, at: datetime) -> dict[str, Any]:
    content = {} if held is None else _content(model, held)
    parent = held[model.kept_parent] if held is not None and model.kept_parent else None
    return {
        "kind": model.__tablename__, "row_id": row_id, "parent_id": parent, "at": at, "is_gone": held is None,
        "content": content, "sha256": content_digest(content),
    }  # fmt: skip


def _content(model: type[Any], held: Mapping[str, Any] | Any) -> dict[str, Any]:
    return {name: _plain(held[name]) for name in model.kept_columns}


def content_digest(content: Mapping[str, Any]) -> str:
    """The digest of what a version says."""
    return hashlib.sha256(canonical_json(content)).hexdigest()


def _instant(session: Session) -> datetime:
    return cast(datetime, session.info.get(_INSTANT) or clock.now())


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _read(model: type[Any], version: RowVersion) -> Any:
    if content_digest(version.content) != version.sha256:
        what = {"kind": version.kind, "row": version.row_id, "id": version.id}
        raise AlteredHistory(
            say("L'historique a été modifié : %(kind)s n° %(row)s, version %(id)s. Rien n'est produit.", **what)
        )
    table = Base.metadata.tables[version.kind]
    values = {name: _value(table.c[name].type, held) for name, held in version.content.items() if name in table.c}
    if model.kept_parent:
        values[model.kept_parent] = version.parent_id
    return model(**{**values, "id": version.row_id})


def _value(kind: Any, held: Any) -> Any:
    if held is None:
        return None
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(held)
    if isinstance(kind, Date):
        return date.fromisoformat(held)
    enumeration = getattr(kind, "enum_class", None)
    return enumeration(held) if enumeration is not None else held
