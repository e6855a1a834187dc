"""Worlds that many tests begin with: each is made once in a process by the portal itself, then put back as its rows."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from sqlalchemy.orm import Session

from portal.core import clock, process
from tests.factories.standing_rows import KINDS, RowsOf, Taken

World = TypeVar("World")
Numbers = TypeVar("Numbers")

AS_MIGRATED = "as migrated"
"""Under this name a connection of a test keeps, where its transaction began in a database without rows, how many it had
ever changed."""

_EMPTY: dict[str, Taken] = {}
"""What a database of each kind holds before anything is written there."""
_MADE: dict[Hashable, tuple[Taken, object]] = {}


def once(
    session: Session, name: Hashable, make: Callable[[], World], numbers: Callable[[World], Numbers],
    found: Callable[[Numbers], World],
) -> World:  # fmt: skip
    """The world that `make` makes and commits: from then on its rows are put back, and read by their `numbers`.

    In an empty database only, at the same instant and with the same secrets and files; anywhere else it is made.
    """
    if not is_as_migrated(session):
        return make()
    kind = session.get_bind().dialect.name
    rows = _rows_of(session)
    key = name, clock.now(), id(process.settings().secrets), id(process.store()), session.get_bind().engine.url
    if key not in _MADE:
        if kind not in _EMPTY:
            _EMPTY[kind] = rows.taken()
        made = make()
        _MADE[key] = _added(rows.taken(), _EMPTY[kind]), numbers(made)
        return made
    added, kept = _MADE[key]
    rows.put(added)
    world = found(kept)  # type: ignore[arg-type]  # what `numbers` gave under this name
    session.commit()
    return world


def is_as_migrated(session: Session) -> bool:
    """Whether nothing was written in the database of this test yet."""
    begun = session.connection().info.get(AS_MIGRATED)
    return begun is not None and _rows_of(session).is_as_it_was(begun)


def _rows_of(session: Session) -> RowsOf:
    connection = session.connection()
    return KINDS[connection.dialect.name](connection.connection.driver_connection)


def _added(now: Taken, before: Taken) -> Taken:
    """The rows that were added to an empty database; those it had must all be there as they were."""
    added: Taken = {}
    for name, rows in now.items():
        had = set(before[name])
        assert had <= set(rows), f"the world changes rows of {name} that every database has"
        added[name] = [row for row in rows if row not in had]
    return {name: rows for name, rows in added.items() if rows}
