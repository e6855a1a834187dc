"""Two transactions that meet, on a database whose commits last (`committed`): started together, or overlapping."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import event

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core.db import Database
from portal.core.errors import Refused
from tests.conftest import NOW

A_MOMENT = 0.3
"""Seconds that the first of two transactions leaves to the second to read what it should wait for."""


def both(database: Database, act: Callable[[Context, int], Any]) -> list[Any]:
    """Run `act(ctx, number)` in two transactions at the same moment; returns what each came to, or its refusal."""
    gate = threading.Barrier(2)

    def begin(number: int) -> Any:
        gate.wait()
        return _came_to(database, lambda ctx: act(ctx, number))

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(begin, range(2)))


def overlapping(
    database: Database, first: Callable[[Context], Any], second: Callable[[Context], Any], *, read: type[Any]
) -> list[Any]:
    """Run `second` in a transaction that begins when `first` has done its work and has not yet ended its own.

    The first ends as soon as the second has read a row of `read`, or after a moment when it waits as it should. Where
    one transaction alone may write, the second begins after the first has ended. Returns what each came to, or how it
    was refused.
    """
    is_done, is_read = threading.Event(), threading.Event()

    def begin(ctx: Context) -> Any:
        came_to = first(ctx)
        ctx.session.flush()
        is_done.set()
        is_read.wait(A_MOMENT)
        return came_to

    def follow(ctx: Context) -> Any:
        event.listen(ctx.session, "loaded_as_persistent", lambda _, row: isinstance(row, read) and is_read.set())
        return second(ctx)

    with ThreadPoolExecutor(2) as pool:
        ahead = pool.submit(_came_to, database, begin)
        is_done.wait(A_MOMENT * 100)
        behind = pool.submit(_came_to, database, follow)
        return [ahead.result(), behind.result()]


def _came_to(database: Database, act: Callable[[Context], Any]) -> Any:
    try:
        with database.transaction() as session:
            return act(Context(session, SYSTEM, NOW))
    except Refused as refusal:
        return refusal
