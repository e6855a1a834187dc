"""Two transactions that meet: a database of its own on each engine, and two threads that start together."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import migrating
from portal.core.db import Database
from portal.core.errors import Refused
from tests import databases
from tests.conftest import NOW


def database_of_its_own(url: str) -> Iterator[Database]:
    """A migrated database at this address; for a fixture to yield from."""
    database = Database.at(url)
    databases.STATEMENTS.watch(database.engine)
    migrating.upgrade(database)
    yield database
    database.engine.dispose()


def both(database: Database, act: Callable[[Context, int], Any]) -> list[Any]:
    """Run `act(ctx, number)` in two transactions at the same moment; returns what each came to."""
    gate, results = threading.Barrier(2), list[Any]([None, None])

    def run(number: int) -> None:
        gate.wait()
        try:
            with database.transaction() as session:
                results[number] = act(Context(session, SYSTEM, NOW), number)
        except Refused as refusal:
            results[number] = refusal

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results
