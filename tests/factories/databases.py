"""A database of a test's own, whose commits last: for what two transactions do to each other."""

from collections.abc import Iterator
from contextlib import contextmanager

from portal.core.db import Base, Database


@contextmanager
def lasting_database(url: str) -> Iterator[Database]:
    """The empty database at an address, with the tables of the portal."""
    database = Database.at(url)
    Base.metadata.create_all(database.engine)
    try:
        yield database
    finally:
        database.engine.dispose()
