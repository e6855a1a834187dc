"""A copy of the whole database, to be worked on and thrown away: a file of its own (SQLite), or a schema (PostgreSQL).

The same tables, the same rows as of one instant; nothing that is written there reaches the database it came from. No
address of the copy names the true tables: its file is another, or its search path holds its own schema alone.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Dialect, NullPool, Table, create_engine, func, select, text
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateSchema, CreateTable, DropSchema, ExecutableDDLElement

from portal.core.db import CONNECT_SECONDS, Base, Database, build_engine
from portal.core.errors import Refused
from portal.core.expressions import expression
from portal.core.language import N_, say

LONGEST_SECONDS = 60
"""Beyond, whoever asked for the copy has gone."""
LARGEST = 8 * 1024**3
"""Bytes of a database that are copied for an exercise: the disk is shared with what is true."""
MARGIN = 64 * 1024**2
"""Bytes that stay free on the disk, whatever is copied."""
STEPS = 1000
"""Instructions of SQLite between two looks at the time."""
FILE = "vigie.db"
_DIALECT: Dialect = psycopg.dialect()  # type: ignore[no-untyped-call]
_NAME = expression(r"[a-z]{1,20}_[0-9]{1,10}")
_TOO_LONG = N_("La copie de la base a pris plus de %(seconds)s secondes : rien n'a été gardé. Réessayez plus tard.")


def size_of(database: Database) -> int:
    """How many bytes the database takes, more or less."""
    if (path := _file_of(database)) is not None:
        return sum(one.stat().st_size for one in (path, path.with_name(path.name + "-wal")) if one.exists())
    with database.engine.connect() as connection:
        told = text(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind = 'r'"
        )
        return int(connection.scalar(told) or 0)


def make_copy(database: Database, folder: Path, name: str, *, seconds: float = LONGEST_SECONDS) -> None:
    """Copy the database as it stands, under a name (`exercice_12`); the folder is used by SQLite alone.

    Raises Refused, and leaves nothing, when there is no room, when it would take too long, or when the account of the
    database may not create a schema. Nobody is kept from writing meanwhile.
    """
    _check(name)
    size = size_of(database)
    if size > LARGEST:
        raise Refused(say("La base dépasse %(most)s Go : elle n'est pas copiée pour un exercice.", most=LARGEST >> 30))
    if (path := _file_of(database)) is None:
        _copy_schema(database, name, seconds)
    else:
        _copy_file(path, folder, size, seconds)


def open_copy(database: Database, folder: Path, name: str) -> Database:
    """A copy that was made; nothing stays open between two transactions."""
    _check(name)
    if _file_of(database) is not None:
        return Database(build_engine(f"sqlite:///{folder / FILE}", pooled=False), is_copy=True)
    engine = create_engine(
        database.engine.url, poolclass=NullPool, hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_SECONDS, "options": f"-csearch_path={name}"},
    )  # fmt: skip
    return Database(engine, is_copy=True)


def is_there(database: Database, folder: Path, name: str) -> bool:
    """Whether a copy can be worked on: one that was erased, or left out of a backup, is not made by opening it."""
    if _file_of(database) is not None:
        return (folder / FILE).exists()
    with database.engine.connect() as connection:
        found = text("SELECT count(*) FROM pg_namespace WHERE nspname = :name")
        return bool(connection.scalar(found, {"name": name}))


def erase_copy(database: Database, folder: Path, name: str) -> None:
    """Erase a copy for good, with its folder; safe to repeat."""
    _check(name)
    if _file_of(database) is None:
        with database.engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '5s'"))
            connection.execute(DropSchema(name, cascade=True, if_exists=True))
    if folder.exists():
        shutil.rmtree(folder)


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(name)


def _file_of(database: Database) -> Path | None:
    url = database.engine.url
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _copy_file(path: Path, folder: Path, size: int, seconds: float) -> None:
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    os.chmod(folder.parent, 0o700)
    needed = size + size // 2 + MARGIN
    if (free := shutil.disk_usage(folder).free) < needed:
        shutil.rmtree(folder)
        raise _no_room(needed, free)
    target = folder / FILE
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        copy_file(path, target, seconds=seconds)
    except sqlite3.Error as error:
        shutil.rmtree(folder)
        if "full" in str(error):
            raise _no_room(needed, shutil.disk_usage(folder.parent).free) from error
        raise Refused(say(_TOO_LONG, seconds=int(seconds))) from error


def copy_file(path: Path, target: Path, *, seconds: float | None = None) -> None:
    """Copy an SQLite file as of one instant into an empty one that is there; writers are not kept waiting.

    Raises sqlite3.Error, also past this time; without one, it takes what it takes.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    if seconds is not None:
        end = time.monotonic() + seconds
        connection.set_progress_handler(lambda: time.monotonic() > end, STEPS)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()


def _no_room(needed: int, free: int) -> Refused:
    return Refused(
        say(
            "Copier la base demande %(needed)s Mo libres sur le disque, il en reste %(free)s : rien n'a été copié.",
            needed=needed >> 20,
            free=free >> 20,
        )
    )


def _copy_schema(database: Database, name: str, seconds: float) -> None:
    try:
        with _as_of_one_instant(database, seconds) as connection:
            source = connection.scalar(select(func.current_schema()))
            connection.execute(CreateSchema(name))
            connection.execute(text(f'SET LOCAL search_path TO "{name}"'))
            end = time.monotonic() + seconds
            for statement in _statements(str(source), name):
                connection.exec_driver_sql(statement)
                if time.monotonic() > end:
                    raise Refused(say(_TOO_LONG, seconds=int(seconds)))
            Base.metadata.create_all(connection, tables=[], checkfirst=False)  # what domains add to a new database
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state == "42501":
            raise Refused(
                N_("Le compte de la base ne peut pas créer de schéma : accordez-lui CREATE sur la base.")
            ) from error
        if state == "53100":
            raise Refused(N_("Le disque de la base est plein : rien n'a été copié.")) from error
        if state == "57014":
            raise Refused(say(_TOO_LONG, seconds=int(seconds))) from error
        raise


@contextmanager
def _as_of_one_instant(database: Database, seconds: float) -> Iterator[Connection]:
    with (
        database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection,
        connection.begin(),
    ):
        connection.execute(text(f"SET LOCAL statement_timeout = {int(seconds * 1000)}"))
        yield connection


def _statements(source: str, name: str) -> Iterator[str]:
    """What makes each table and fills it; then, once for all rows, builds its indexes and compares its references."""
    tables = Base.metadata.sorted_tables
    for table in tables:
        yield f"{_making(table)}; {_filling(table, source, name)}"
    for table in tables:
        if finishing := _finishing(table):
            yield finishing


@cache
def _making(table: Table) -> str:
    return _as_text(CreateTable(table, include_foreign_key_constraints=[]))


def _filling(table: Table, source: str, name: str) -> str:
    """Copy the rows of one table; its numbers go on from the last one, by a sequence of its own."""
    quote = _DIALECT.identifier_preparer.quote
    columns = ", ".join(quote(column.name) for column in table.columns if column.computed is None)
    theirs, ours = (f"{quote(schema)}.{quote(table.name)}" for schema in (source, name))
    # Names of our own tables, as the dialect quotes them: no value of anybody is in these two statements.
    fill = f"INSERT INTO {ours} ({columns}) SELECT {columns} FROM {theirs}"  # noqa: S608  # nosec B608
    key = table.autoincrement_column
    if key is None:
        return fill
    last = f"SELECT coalesce(max({quote(key.name)}), 0) + 1 FROM {ours}"  # noqa: S608  # nosec B608
    return f"{fill}; SELECT setval(pg_get_serial_sequence('{ours}', '{key.name}'), ({last}), false)"


@cache
def _finishing(table: Table) -> str:
    parts: list[ExecutableDDLElement] = [
        CreateIndex(one) for one in sorted(table.indexes, key=lambda one: str(one.name))
    ]
    parts += map(AddConstraint, sorted(table.foreign_key_constraints, key=lambda one: str(one.name)))
    return "; ".join(map(_as_text, parts))


def _as_text(statement: ExecutableDDLElement) -> str:
    return str(statement.compile(dialect=_DIALECT))
