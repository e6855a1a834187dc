"""All rows of a database, taken and put back through its driver, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from portal.chain.watches import CHAIN_MARKS
from portal.core.db import Base
from portal.dora.watches import DORA_MARKS

Taken = dict[str, list[tuple[Any, ...]]]
"""By table, rows as they are put back: what a database works out by itself is not in them."""


class RowsOf(Protocol):
    """The rows of one database, inside the transaction of a test."""

    def is_as_it_was(self, begun: int) -> bool:
        """Whether nothing was written since the transaction began, when so many rows had ever been changed."""

    def taken(self) -> Taken:
        """Every row."""

    def put(self, rows: Taken) -> None:
        """Add rows, which point at each other in whatever order."""


class OfSqlite:
    """Triggers write what they keep again as the rows come in."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def is_as_it_was(self, begun: int) -> bool:
        """SQLite counts every row that a connection changes."""
        return bool(self._driver.total_changes == begun)

    def taken(self) -> Taken:
        """Those of the models."""
        held = {name: f'SELECT {_columns(name)} FROM "{name}"' for name in Base.metadata.tables}
        return {name: self._driver.execute(read).fetchall() for name, read in held.items()}

    def put(self, rows: Taken) -> None:
        """Keys are looked at once all are there."""
        self._driver.execute("PRAGMA defer_foreign_keys=ON")
        for name, added in rows.items():
            values = ", ".join("?" * len(added[0]))
            self._driver.executemany(f'INSERT INTO "{name}" ({_columns(name)}) VALUES ({values})', added)
        self._driver.execute("PRAGMA defer_foreign_keys=OFF")


def _columns(table: str) -> str:
    """What is written of a row: what the database works out by itself is not."""
    columns = Base.metadata.tables[table].columns
    return ", ".join(f'"{column.name}"' for column in columns if column.computed is None)


_WATCHED = frozenset({*CHAIN_MARKS.watched, *DORA_MARKS.watched})
_TABLES = """
    SELECT relname, string_agg(quote_ident(attname), ', ' ORDER BY attnum),
        string_agg('quote_nullable(' || quote_ident(attname) || '::text)', ' || '', '' || ' ORDER BY attnum)
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
        AND attgenerated = '' AND relname NOT IN ('alembic_version', 'chain_mark', 'dora_mark')
    GROUP BY relname ORDER BY relname
"""
"""Each table, its columns, and an expression that writes a row of them as it is written in a statement."""


class OfPostgres:
    """Rows are written as text that the server has read once, and sent in one statement.

    No trigger runs while they come in, nor are keys looked at: what triggers keep (tallies) is taken and put back as
    well, and a mark is drawn for each table that is watched.
    """

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def is_as_it_was(self, begun: int) -> bool:
        """A transaction has no number before it writes."""
        return bool(self._driver.execute("SELECT pg_current_xact_id_if_assigned() IS NULL").fetchone()[0])

    def taken(self) -> Taken:
        """Those of every table, of the models or not, but for marks."""
        tables = self._tables()
        reads = "; ".join(f'SELECT {values} FROM "{name}"' for name, (_, values) in tables.items())
        answers = _answers(self._driver.execute(reads))
        return {name: answer.fetchall() for name, answer in zip(tables, answers, strict=True)}

    def put(self, rows: Taken) -> None:
        """In one statement of many: a way to the server and back for each would take longer than the rows."""
        tables = self._tables()
        steps = ["SET LOCAL session_replication_role = replica"]
        for name, added in rows.items():
            values = ", ".join(f"({row[0]})" for row in added)
            steps.append(f'INSERT INTO "{name}" ({tables[name][0]}) OVERRIDING SYSTEM VALUE VALUES {values}')
        steps.append("SET LOCAL session_replication_role = origin")
        # A statement that finds no row leaves a mark all the same.
        steps += [f'DELETE FROM "{name}" WHERE false' for name in rows if name in _WATCHED]
        self._driver.execute("; ".join(steps).encode())

    def _tables(self) -> Mapping[str, tuple[str, str]]:
        return _tables_of(self._driver.info.dbname, lambda: self._driver.execute(_TABLES).fetchall())


_KNOWN: dict[str, Mapping[str, tuple[str, str]]] = {}


def _tables_of(database: str, read: Callable[[], list[tuple[str, str, str]]]) -> Mapping[str, tuple[str, str]]:
    if database not in _KNOWN:
        _KNOWN[database] = {name: (columns, values) for name, columns, values in read()}
    return _KNOWN[database]


def _answers(cursor: Any) -> Iterator[Any]:
    yield cursor
    while cursor.nextset():
        yield cursor


KINDS: Mapping[str, Callable[[Any], RowsOf]] = {"sqlite": OfSqlite, "postgresql": OfPostgres}
