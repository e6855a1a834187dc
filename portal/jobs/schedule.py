"""The ticks: what each domain looks at every few seconds; APScheduler calls them and owns no truth."""

from collections.abc import Callable
from datetime import datetime

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Actor, Role
from portal.core import logs
from portal.core.db import Database, is_outage
from portal.jobs import clock_guard, tick_failures
from portal.jobs.clock_guard import ClockLeap, RunningWorker

Tick = Callable[[Context], int]
TICKS: dict[str, Tick] = {}
BY_HAND = Actor(Role.SYSTEM, name="Commande")
"""Who ticks when a person typed the command, at an instant of their choice."""
ON_LEAP: list[Callable[[Context, ClockLeap], None]] = []
"""Told once of each leap of the clock that holds the schedule."""
log = logs.get_logger()


def every_tick(name: str) -> Callable[[Tick], Tick]:
    """Register a function that starts what is due; it must be safe in several processes at once."""

    def register(function: Tick) -> Tick:
        TICKS[name] = function
        return function

    return register


def tick(
    database: Database, *, at: datetime, by_hand: bool = False, worker: RunningWorker | None = None
) -> dict[str, int]:
    """Run every tick in a transaction of its own; a failing one is logged and does not stop the others.

    At an instant that the machine's clock gives, none runs when that clock has leapt (`clock_guard`), which a worker
    that says how long it has run sees sooner. Raises what the database raises when it is away.
    """
    if not by_hand and not _is_believed(database, at, worker):
        return {}
    actor = BY_HAND if by_hand else SYSTEM
    done: dict[str, int] = {}
    failed: dict[str, Exception] = {}
    for name, function in TICKS.items():
        try:
            with database.transaction() as session:
                done[name] = function(Context(session, actor, at))
        except Exception as error:  # the next tick tries again
            if is_outage(error):
                raise
            log.error("tick failed", tick=name, exc_info=error)
            failed[name] = error
    tick_failures.note(database, done, failed, at=at)
    return done


def _is_believed(database: Database, at: datetime, worker: RunningWorker | None) -> bool:
    with database.transaction() as session:
        believed, told = clock_guard.look(session, at, worker.expected() if worker else None)
        if told is not None:
            log.error("clock leapt, schedule held", said=told.said.isoformat(), last=told.last.isoformat())
            for tell in ON_LEAP:
                tell(Context(session, SYSTEM, at), told)
    if believed and worker:
        worker.ticked(at)
    return believed
