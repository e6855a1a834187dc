"""The demonstration again and again: every row that hangs on a vendor, copied with new numbers, in statements of SQL.

Nothing here knows the tables: what hangs on a vendor is read from the foreign keys, so that a table or a column added
tomorrow is copied too. Files and questionnaires are shared. The journal, which nothing points to, is continued by its
own rules so that its chain holds.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    String,
    Table,
    UniqueConstraint,
    case,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.orm import Session

from portal.core import history
from portal.core.db import Base
from portal.journal.chain_key import chain_key
from portal.journal.models import JournalEntry
from portal.journal.rules import seal
from portal.journal.services import content_of

ENTRIES = 20
"""Entries of the journal copied for each vendor, the newest ones."""
WHOLE_TEXTS = 10
"""One contract in so many keeps its frozen text, of a hundred kilobytes; a world of ten thousand is a gigabyte then."""
_TEXTS = {"contract_version": ("tree", "clauses", "coverage")}
_NAMES = {
    "vendor": ("name", "folded_name", "sought"),
    "processing_activity": ("name", "sought"),
    "activity_version": ("name",),
}
"""What a list is sorted and searched by, beside what must be unique."""
_TURNS = table("turn", column("n", Integer))
_TURN = _TURNS.c.n


def copy_vendors(connection: Connection, turns: int) -> None:
    """Copy every vendor of this database so many times, with all that hangs on it."""
    if turns < 1:
        return
    tables = [one for one in Base.metadata.sorted_tables if one.name in hanging()]
    users = _external_accounts(connection)
    units = {one.name: _unit(connection, one) for one in (*tables, Base.metadata.tables["user"])}
    connection.execute(text("CREATE TEMPORARY TABLE turn (n INTEGER PRIMARY KEY)"))
    connection.execute(insert(_TURNS), [{"n": n} for n in range(1, turns + 1)])
    copied = [Base.metadata.tables["user"], *tables]
    for one in sorted(copied, key=Base.metadata.sorted_tables.index):
        _copy(connection, one, units, users, trimmed=turns > 50)
    connection.execute(text("DROP TABLE turn"))
    _continue_journal(connection, turns, units)
    if connection.dialect.name == "postgresql":
        for one in copied:
            _set_sequence(connection, one)


def note_copies(session: Session) -> None:
    """Write the history of the copied rows that keep one, so that the whole of this database verifies."""
    for kind, model in history.kept_models().items():
        noted = select(history.RowVersion.row_id).where(history.RowVersion.kind == kind)
        history.keep_written(session, model, session.scalars(select(model.id).where(model.id.not_in(noted))))


_KEPT = {("vendor", "card_id"): "scorecard", ("chain_company", "knot"): "chain_company"}
"""Numbers of rows that stand above: no key says so."""


def hanging() -> set[str]:
    """The tables whose rows hang on a vendor or on a line of the register, these two included; accounts are apart, for
    staff have some. A register has a line for a handful of services, not one that rests on those of every copy.
    """
    found, size = {"vendor", "processing_activity"}, 0
    while len(found) > size:
        size = len(found)
        found |= {
            one.name
            for one in Base.metadata.sorted_tables
            if one.name != "user" and any(key.column.table.name in found for key in one.foreign_keys)
        }
    return found


def _external_accounts(connection: Connection) -> Sequence[int]:
    membership = Base.metadata.tables["membership"]
    return list(connection.scalars(select(membership.c.user_id).distinct()))


def _unit(connection: Connection, one: Table) -> int:
    """How far apart the numbers of two copies of a row are."""
    keys = [key for key in one.primary_key.columns if not key.foreign_keys]
    if len(keys) != 1 or not isinstance(keys[0].type, Integer):
        return 0
    return int(connection.scalar(select(func.coalesce(func.max(keys[0]), 0))) or 0)


def _copy(connection: Connection, one: Table, units: Mapping[str, int], users: Sequence[int], *, trimmed: bool) -> None:
    to_rename = _unique_texts(one, units) | set(_NAMES.get(one.name, ()))
    columns = [col for col in one.columns if col.computed is None]
    values = [_value(col, units, users, rename=col.name in to_rename, trimmed=trimmed) for col in columns]
    rows = select(*values).select_from(one.join(_TURNS, literal(value=True)))
    if one.name == "user":
        rows = rows.where(one.c.id.in_(users))
    connection.execute(insert(one).from_select([col.name for col in columns], rows, include_defaults=False))


def _value(
    col: Column[Any], units: Mapping[str, int], users: Sequence[int], *, rename: bool, trimmed: bool
) -> ColumnElement[Any]:
    kept = _KEPT.get((col.table.name, col.name))
    target = next((key.column.table.name for key in col.foreign_keys), kept)
    if target == "user":
        return case((col.in_(users), col + _TURN * units["user"]), else_=col)
    if target in units:
        return col + _TURN * units[target]
    if col.primary_key and isinstance(col.type, Integer):
        return col + _TURN * units[col.table.name]
    if rename:
        number, length = cast(_TURN * 7919 % 100_003, String), getattr(col.type, "length", None) or 500
        is_name = col.name in _NAMES.get(col.table.name, ())
        return col + " " + number if is_name else func.substr(number + "-" + col, 1, length)
    if trimmed and col.name in _TEXTS.get(col.table.name, ()):
        return case(
            (_TURN % WHOLE_TEXTS == 0, col), else_=cast(literal("{}" if col.name == "tree" else "[]"), col.type)
        )
    return col


def _unique_texts(one: Table, units: Mapping[str, int]) -> set[str]:
    """Columns that must differ from one copy to the next because nothing else of their unique key does.

    An account is no help: those of staff are the same in every copy.
    """
    keys = [list(rule.columns) for rule in one.constraints if isinstance(rule, UniqueConstraint)]
    keys += [list(index.columns) for index in one.indexes if index.unique]
    return {
        next(col.name for col in reversed(key) if isinstance(col.type, String))
        for key in keys
        if not any(_is_shifted(target.column.table.name, units) for col in key for target in col.foreign_keys)
    }


def _is_shifted(name: str, units: Mapping[str, int]) -> bool:
    return name in units and name != "user"


def _continue_journal(connection: Connection, turns: int, units: Mapping[str, int]) -> None:
    """Entries like those there are, about the copies, sealed one after the other."""
    of_type = {mapper.class_.__name__: mapper.local_table.name for mapper in Base.registry.mappers}
    entries = connection.execute(select(JournalEntry.__table__).order_by(JournalEntry.id)).all()
    about = [e for e in entries if e.vendor_id is not None and of_type.get(e.object_type) in units]
    vendors = len({entry.vendor_id for entry in about})
    newest = about[-ENTRIES * vendors :]
    rows = _entries(newest, entries[-1].id, entries[-1].hash, turns, units, of_type)
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 5000:
            connection.execute(insert(JournalEntry), batch)
            batch = []
    if batch:
        connection.execute(insert(JournalEntry), batch)


def _entries(
    models: Sequence[Any],
    position: int,
    previous: str,
    turns: int,
    units: Mapping[str, int],
    of_type: Mapping[str, str],
) -> Iterator[dict[str, Any]]:
    for turn in range(1, turns + 1):
        for model in models:
            unit = units[of_type[model.object_type]]
            content = {
                **content_of(model, object_id=model.object_id + turn * unit, row_versions=None),
                "vendor_id": model.vendor_id + turn * units["vendor"],
            }
            position += 1
            digest = seal(previous, content, chain_key())
            yield {"id": position, **content, "at": model.at, "previous_hash": previous, "hash": digest}
            previous = digest


def _set_sequence(connection: Connection, one: Table) -> None:
    """PostgreSQL counts on from the numbers given here."""
    for col in one.primary_key.columns:
        if isinstance(col.type, Integer) and not col.foreign_keys and col.autoincrement is not False:
            sequence = connection.scalar(
                text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": f'"{one.name}"', "c": col.name}
            )
            if sequence:
                connection.execute(text(f"SELECT setval('{sequence}', (SELECT max({col.name}) FROM \"{one.name}\"))"))
