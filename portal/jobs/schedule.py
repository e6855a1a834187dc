"""The ticks: what each domain looks at every few seconds; APScheduler calls them and owns no truth."""

from collections.abc import Callable
from datetime import datetime

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import logs
from portal.core.db import Database

Tick = Callable[[Context], int]
TICKS: dict[str, Tick] = {}
log = logs.get_logger()


def every_tick(name: str) -> Callable[[Tick], Tick]:
    """Register a function that starts what is due; it must be safe in several processes at once."""

    def register(function: Tick) -> Tick:
        TICKS[name] = function
        return function

    return register


def tick(database: Database, *, at: datetime) -> dict[str, int]:
    """Run every tick in a transaction of its own; a failing one is logged and does not stop the others."""
    done: dict[str, int] = {}
    for name, function in TICKS.items():
        try:
            with database.transaction() as session:
                done[name] = function(Context(session, SYSTEM, at))
        except Exception as error:  # the next tick tries again
            log.error("tick failed", tick=name, exc_info=error)
    return done
