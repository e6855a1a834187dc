"""Worlds that many tests begin with: each is made once in a process by the portal itself, then put back as its rows."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from portal.core import clock, process
from portal.core.db import Base

World = TypeVar("World")
Numbers = TypeVar("Numbers")
Rows = dict[str, list[tuple[Any, ...]]]

AS_MIGRATED = "as migrated"
"""Under this name a connection of a test keeps how many rows it had ever changed when its transaction began."""

_EMPTY: Rows = {}
_MADE: dict[Hashable, tuple[Rows, Any]] = {}


def once(
    session: Session, name: Hashable, make: Callable[[], World], numbers: Callable[[World], Numbers],
    found: Callable[[Numbers], World],
) -> World:  # fmt: skip
    """The world that `make` makes and commits: from then on its rows are put back, and read by their `numbers`.

    In an empty SQLite database only, at the same instant and with the same secrets; anywhere else it is made.
    """
    if not is_as_migrated(session):
        return make()
    key = name, clock.now(), id(process.settings().secrets), session.get_bind().engine.url
    if key not in _MADE:
        if not _EMPTY:
            _EMPTY.update(_rows(session))
        made = make()
        _MADE[key] = _added(session), numbers(made)
        return made
    rows, kept = _MADE[key]
    _put(session, rows)
    world = found(kept)
    session.commit()
    return world


def is_as_migrated(session: Session) -> bool:
    """Whether nothing was written in the database of this test yet."""
    connection = session.connection()
    begun = connection.info.get(AS_MIGRATED)
    return begun is not None and _driver(session).total_changes == begun


def _driver(session: Session) -> Any:
    return session.connection().connection.driver_connection


def _columns(table: str) -> str:
    """What is written of a row: what the database works out by itself is not."""
    columns = Base.metadata.tables[table].columns
    return ", ".join(f'"{column.name}"' for column in columns if column.computed is None)


def _rows(session: Session) -> Rows:
    held = {name: f'SELECT {_columns(name)} FROM "{name}"' for name in Base.metadata.tables}
    return {name: _driver(session).execute(read).fetchall() for name, read in held.items()}


def _added(session: Session) -> Rows:
    """The rows that were added to an empty database; those it had must all be there as they were."""
    added: Rows = {}
    for name, rows in _rows(session).items():
        before = set(_EMPTY[name])
        assert before <= set(rows), f"the world changes rows of {name} that every database has"
        added[name] = [row for row in rows if row not in before]
    return {name: rows for name, rows in added.items() if rows}


def _put(session: Session, rows: Rows) -> None:
    driver = _driver(session)
    driver.execute("PRAGMA defer_foreign_keys=ON")  # in whatever order
    for name, added in rows.items():
        values = ", ".join("?" * len(added[0]))
        driver.executemany(f'INSERT INTO "{name}" ({_columns(name)}) VALUES ({values})', added)
    driver.execute("PRAGMA defer_foreign_keys=OFF")
