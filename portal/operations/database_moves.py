"""Taking the portal's rows from one database to another, of either kind, then comparing them all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, String, Table, func, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import schema
from portal.core.dataclass import dataclass
from portal.core.db import Base, Database
from portal.core.errors import Refused
from portal.core.late import load
from portal.journal import queries, signed_heads

AT_ONCE = 500


@dataclass(frozen=True)
class MoveReport:
    """What was copied, and everything in which the two databases differ, in words."""

    rows: Mapping[str, int]
    entries: int
    """Of the journal, verified in the target."""
    last_hash: str
    faults: tuple[str, ...]


def copy_database(source: Database, target: Database, at: datetime) -> MoveReport:
    """Copy every table into a database that has none, as of one instant, and compare the two row by row.

    The target is at the newest revision afterwards, its numbers go on from the last one. Raises Refused, and leaves
    nothing but empty tables, when the source is of another version, when the target has tables, or when it refuses a
    row.
    """
    if schema.state(source) is not schema.SchemaState.CURRENT:
        raise Refused("La base de départ n'est pas à jour : lancez flask database upgrade.")
    _check_target(target)
    load("portal.core.migrating").upgrade(target)
    with _as_of_one_instant(source.engine) as read:
        with target.engine.connect() as write, keys_look_away(write), write.begin():
            # What migrations put there is what they put in the source, or what somebody has changed there since.
            for table in reversed(Base.metadata.sorted_tables):
                if write.scalar(select(func.count()).select_from(table)):
                    write.execute(table.delete())
            with _without_foreign_keys(write):
                for table in Base.metadata.sorted_tables:
                    _fill(read, write, table)
            _go_on_counting(write)
        return _compare(read, target, at)


def _check_target(target: Database) -> None:
    try:
        with target.engine.connect() as connection:
            tables = inspect(connection).get_table_names()
    except SQLAlchemyError as error:
        raise Refused("La base d'arrivée ne répond pas (%(why)s).", why=type(error).__name__) from error
    if tables:
        raise Refused("La base d'arrivée a déjà des tables (%(name)s) : donnez-en une neuve.", name=tables[0])


@contextmanager
def _as_of_one_instant(engine: Engine) -> Iterator[Connection]:
    level = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {"sqlite_write": False}
    with engine.connect().execution_options(**level) as connection, connection.begin():
        yield connection


@contextmanager
def keys_look_away(connection: Connection) -> Iterator[None]:
    """SQLite looks at keys row by row, and two tables point at each other: it looks at them all at the end."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Put the keys away while rows come in, and back as they were: PostgreSQL then looks at every row."""
    if connection.dialect.name == "sqlite":
        yield
        if (found := connection.exec_driver_sql("PRAGMA foreign_key_check").first()) is not None:
            raise Refused("Une ligne de %(table)s désigne une ligne absente : rien n'est copié.", table=found[0])
        return
    held = connection.execute(
        text(
            "SELECT conrelid::regclass::text AS place, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS said "
            "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for key in held:
        connection.exec_driver_sql(f"ALTER TABLE {key.place} DROP CONSTRAINT {key.name}")
    yield
    for key in held:
        connection.exec_driver_sql(f"ALTER TABLE {key.place} ADD CONSTRAINT {key.name} {key.said}")


def _fill(read: Connection, write: Connection, table: Table) -> None:
    columns = [column for column in table.columns if column.computed is None]
    rows = read.execute(select(*columns).order_by(*table.primary_key), execution_options={"yield_per": AT_ONCE})
    for batch in rows.partitions(AT_ONCE):
        try:
            write.execute(insert(table), [dict(row._mapping) for row in batch])
        except DBAPIError as error:
            why = " ".join(str(error.orig).split())[:300]
            raise Refused(
                "%(table)s : une ligne est refusée (%(why)s). Rien n'est copié.", table=table.name, why=why
            ) from error


def _go_on_counting(connection: Connection) -> None:
    """SQLite counts from the last row; the sequences of PostgreSQL are told."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        key = table.autoincrement_column
        if key is None:
            continue
        last = connection.scalar(select(func.max(key)))
        sequence = func.pg_get_serial_sequence(connection.dialect.identifier_preparer.format_table(table), key.name)
        connection.execute(select(func.setval(sequence, last or 1, last is not None)))


def _compare(read: Connection, target: Database, at: datetime) -> MoveReport:
    counts: dict[str, int] = {}
    faults: list[str] = []
    with target.reading() as session:
        for table in Base.metadata.sorted_tables:
            counts[table.name], same = _same_rows(read, session, table)
            if not same:
                faults.append(f"{table.name} : les lignes diffèrent")
        with Session(read) as beside:
            end = queries.head(Context(beside, SYSTEM, at))
        report = queries.verify(Context(session, SYSTEM, at), expected_head=end.hash)
        if report.broken is not None:
            faults.append(f"journal : {report.broken.sentence}")
        if (changed := signed_heads.changed_head(session)) is not None:
            faults.append(f"journal : les premières écritures ({changed}) ne sont plus celles qui ont été signées")
    return MoveReport(counts, report.count, report.head, tuple(faults))


def _same_rows(read: Connection, session: Session, table: Table) -> tuple[int, bool]:
    """How many rows the source has, and whether the target has the same, value by value."""
    options = {"yield_per": AT_ONCE}
    theirs = read.execute(_in_order(table, read), execution_options=options)
    ours = session.execute(_in_order(table, session.connection()), execution_options=options)
    count, same = 0, True
    for row in theirs:
        count += 1
        other = next(ours, None)
        same = same and other is not None and tuple(row) == tuple(other)
    return count, same and next(ours, None) is None


def _in_order(table: Table, connection: Connection) -> Select[Any]:
    """Rows in an order that does not depend on the language of the database: SQLite compares bytes."""
    is_postgres = connection.dialect.name == "postgresql"
    keys = [key.collate("C") if is_postgres and isinstance(key.type, String) else key for key in table.primary_key]
    return select(*table.columns).order_by(*keys)
