"""The declarative base, portable column types, and engines that behave (SQLite as carefully as PostgreSQL)."""

import enum
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from json import JSONDecodeError, JSONDecoder, loads
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    JSON,
    ColumnClause,
    ColumnElement,
    CompoundSelect,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Label,
    MetaData,
    Select,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import Connection, RootTransaction, make_url
from sqlalchemy.engine.base import OptionEngine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

from portal.core.asked import asked
from portal.core.private_files import keep_private, make_private_folder
from portal.core.write_queue import SECONDS, QueuedConnection, WriteQueue, connections_of

CONNECT_SECONDS = 5
"""How long a PostgreSQL server that does not answer is waited for."""

SYNCHRONOUS = "FULL"
"""SQLite waits for the disk at each commit: what was answered « saved » outlives a power cut (docs/adr/0084)."""

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

JsonValue = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database; a naive value is a bug and raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive instants; SQLite keeps no zone, so store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: an instant needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """The same in one step for SQLite, which keeps texts: a page reads hundreds of instants."""
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        return _read_instant


def _read_instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table; enumerations are stored by value, lists and mappings as JSON."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime(),
        enum.Enum: Enum(enum.Enum, values_callable=lambda kind: [m.value for m in kind], native_enum=False, length=40),
        dict[str, Any]: JsonValue,
        list[str]: JsonValue,
        list[dict[str, Any]]: JsonValue,
    }


_READ = JSONDecoder().raw_decode


def _stored_json(text: str) -> Any:
    """What a column holds. We wrote it, so nothing stands around it: looking for that is half of reading a word."""
    try:
        found, end = _READ(text)
    except JSONDecodeError:
        return loads(text)  # which says what is wrong
    return found if end == len(text) else loads(text)


class _HintedCompiler(SQLiteCompiler):
    """Says to SQLite by which index a table is read when a statement tells (`with_hint`): the dialect leaves it out."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        return text


def build_engine(url: str, *, pooled: bool = True) -> Engine:
    """An engine that survives concurrency; its errors name no value, for they end up in logs.

    SQLite: WAL, foreign keys on, and `BEGIN IMMEDIATE` for writers, because a deferred transaction that later
    writes fails with « database is locked » whatever the time-out; on a file they wait for it in order of arrival.
    Readers ask for `sqlite_write=False`, and who cannot wait half a minute for `sqlite_wait=` seconds. Without a pool,
    nothing stays open between two transactions: a database that is thrown away leaves no file behind in a process.
    """
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_size=10, max_overflow=20, pool_pre_ping=True, hide_parameters=True,
            connect_args={"connect_timeout": CONNECT_SECONDS},
        )  # fmt: skip
    arguments: dict[str, Any] = {"timeout": SECONDS, "isolation_level": None}
    database = make_url(url).database
    is_file = bool(database) and database != ":memory:"
    if database and is_file:
        make_private_folder(Path(database).parent)
        queue = WriteQueue(database)
        arguments["factory"] = connections_of(queue, lambda: _close_to_others(database))
    pool = {} if pooled else {"poolclass": NullPool}
    engine = create_engine(url, connect_args=arguments, hide_parameters=True, json_deserializer=_stored_json, **pool)
    engine.dialect.statement_compiler = _HintedCompiler
    engine.dialect.do_begin = _begin  # type: ignore[method-assign,assignment]
    engine._connection_cls, engine._option_cls = _ToldConnection, _ToldEngine
    if is_file:
        event.listen(engine, "engine_disposed", lambda _engine: queue.close())
        engine._has_events = False  # the end is told all the same; to look for who hears each statement costs a sixth

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        for pragma in ("journal_mode=WAL", f"synchronous={SYNCHRONOUS}", "foreign_keys=ON"):
            connection.execute("pragma " + pragma)

    return engine


_TOLD = "begins as told"


class _ToldConnection(Connection):
    """One that lets the dialect know how its transaction begins: an event would be asked about at each statement."""

    def _begin_impl(self, transaction: RootTransaction) -> None:
        self.connection.info[_TOLD] = self.get_execution_options()
        super()._begin_impl(transaction)


class _ToldEngine(OptionEngine):
    """An engine whose connections begin otherwise than those of the one it is made of."""

    _connection_cls = _ToldConnection


_ToldEngine._option_cls = _ToldEngine


def _begin(connection: Any) -> None:
    """Begin a transaction on SQLite; what goes wrong is said as for any statement."""
    told, held = connection.info[_TOLD], connection.dbapi_connection
    write, seconds = told.get("sqlite_write", True), told.get("sqlite_wait", SECONDS)
    if connection.info.get("waits", SECONDS) != seconds:  # connections are lent to callers who wait differently
        held.execute(f"pragma busy_timeout={int(seconds * 1000)}")
        connection.info["waits"] = seconds
    if not write:
        held.execute("BEGIN")
    elif isinstance(held, QueuedConnection):
        _begin_in_turn(held, seconds)
    else:
        held.execute("BEGIN IMMEDIATE")


def _begin_in_turn(held: QueuedConnection, seconds: float) -> None:
    held.take_turn(seconds)
    try:
        held.execute("BEGIN IMMEDIATE")
    except BaseException:
        held.end_turn()
        raise


def _close_to_others(database: str) -> None:
    """Its files; SQLite makes the other files as it finds the first."""
    keep_private(Path(database))
    for name in (f"{database}-wal", f"{database}-shm"):
        if Path(name).exists():
            keep_private(Path(name))


def is_outage(error: BaseException) -> bool:
    """Whether an error says that the database is away, locked or full, and not that a statement is wrong."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, (OperationalError, InterfaceError, PoolTimeout, sqlite3.OperationalError))


_COPY = "database.copy"


def is_copy(session: Session) -> bool:
    """Whether a session works on a copy of the database, of which nothing leaves: no carrier is told of its jobs."""
    return bool(session.info.get(_COPY))


class ColumnSession(Session):
    """A session of which what gives columns, and no rows of tables, is asked of its connection itself.

    What comes back is the same, after what waits to be written was. Going through the session to have nothing of it
    remembered is half of what such a statement costs.
    """

    def execute(self, statement: Any, params: Any = None, **told: Any) -> Any:
        """As any session does; an expression without a name of its own is left to it, which names it otherwise."""
        if told or _gives(statement) is not _Gives.NAMED_COLUMNS:
            return super().execute(statement, params, **told)
        return asked(self._connected(), statement, params)

    def scalars(self, statement: Any, params: Any = None, **told: Any) -> Any:
        """As any session does."""
        if told or _gives(statement) is _Gives.ROWS:
            return super().scalars(statement, params, **told)
        return asked(self._connected(), statement, params).scalars()

    def scalar(self, statement: Any, params: Any = None, **told: Any) -> Any:
        """As any session does."""
        if told or _gives(statement) is _Gives.ROWS:
            return super().scalar(statement, params, **told)
        return asked(self._connected(), statement, params).scalar()

    def _connected(self) -> Connection:
        self._autoflush()
        return self.connection()


class _Gives(enum.Enum):
    """What comes back of a statement."""

    ROWS = enum.auto()
    """Of tables, or nobody knows."""
    COLUMNS = enum.auto()
    NAMED_COLUMNS = enum.auto()


def _gives(statement: Any) -> _Gives:
    if type(statement) not in _SELECTS:
        return _Gives.ROWS
    known = _GIVEN.get(statement)
    if known is None:
        _GIVEN[statement] = known = _look_at(statement)
    return known


def _look_at(statement: Any) -> _Gives:
    if statement._with_options or statement._execution_options:
        return _Gives.ROWS
    first = statement
    while isinstance(first, CompoundSelect):
        first = first.selects[0]  # which names the columns of all
    if not isinstance(first, Select) or not all(isinstance(column, ColumnElement) for column in first._raw_columns):
        return _Gives.ROWS
    is_named = all(isinstance(column, ColumnClause | Label) for column in first._raw_columns)
    return _Gives.NAMED_COLUMNS if is_named else _Gives.COLUMNS


_SELECTS = frozenset({Select, CompoundSelect})
_GIVEN: "WeakKeyDictionary[Any, _Gives]" = WeakKeyDictionary()
"""Of the selects that are there: those that are written once are looked at once."""


class Database:
    """Sessions for writers and for readers over one engine; one per process, made before any fork is used."""

    def __init__(self, engine: Engine, *, is_copy: bool = False) -> None:
        self.engine = engine
        self.is_copy = is_copy
        self._reading = engine.execution_options(sqlite_write=False)
        self._waiting: dict[float, Database] = {}

    @classmethod
    def at(cls, url: str) -> "Database":
        """Open the database of this address; connects on first use only."""
        return cls(build_engine(url))

    def waiting(self, seconds: float) -> "Database":
        """The same database for who waits no longer than this for SQLite's write lock.

        Raises OperationalError (« database is locked ») after that.
        """
        if seconds not in self._waiting:
            patient = self.engine.execution_options(sqlite_wait=seconds)
            self._waiting[seconds] = Database(patient, is_copy=self.is_copy)
        return self._waiting[seconds]

    def session(self, *, write: bool) -> Session:
        """A session; `write=False` takes no write lock on SQLite and must not write."""
        bind = self.engine if write else self._reading
        return ColumnSession(bind, expire_on_commit=False, info={_COPY: True} if self.is_copy else None)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing session that commits at the end, or rolls back when anything is raised."""
        with self.session(write=True) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that leaves nothing behind."""
        with self.session(write=False) as session:
            yield session
            session.rollback()
