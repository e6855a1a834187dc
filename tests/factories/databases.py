"""A database of a test's own, whose commits last: for what two transactions do to each other."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.core.db import Base, Database
from tests.conftest import fresh_postgres


@contextmanager
def lasting_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[Database]:
    """SQLite in a file, or a database of the suite's PostgreSQL server."""
    if os.environ.get("VIGIE_TEST_DATABASE") == "postgres":
        name = f"lasting_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{folder.name[-12:]}".replace("-", "_")
        url = fresh_postgres(request.getfixturevalue("postgres"), name)
    else:
        url = f"sqlite:///{folder / 'lasting.db'}"
    database = Database.at(url)
    Base.metadata.create_all(database.engine)
    try:
        yield database
    finally:
        database.engine.dispose()
