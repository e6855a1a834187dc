"""A database of a test's own, whose commits last: for what two transactions do to each other."""

from collections.abc import Iterator
from contextlib import contextmanager

from portal.core.db import Database
from tests import databases


@contextmanager
def lasting_database(url: str) -> Iterator[Database]:
    """The database at an address, let go at the end."""
    database = Database.at(url)
    databases.STATEMENTS.watch(database.engine)
    try:
        yield database
    finally:
        database.engine.dispose()
