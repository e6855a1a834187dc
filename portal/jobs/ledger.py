"""The ledger: a job is a row written in the caller's own transaction, so none is lost and none is invented."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.core.db import is_copy
from portal.core.insertions import insertion
from portal.jobs.models import Job, JobState

Record = Callable[[Context], None]
"""What an outside task hands back: the effect to write in the transaction that closes the job."""


class TryLater(Exception):
    """Raised by an outside task that could not do its work, through no fault of its own: no attempt is counted.

    The job waits until `at`, or keeps its place when what holds it is the gate of its queue; `record` is written with
    that. A task which raises it says itself when it gives up.
    """

    def __init__(self, reason: str, *, at: datetime | None = None, record: Record | None = None) -> None:
        super().__init__(reason)
        self.at = at
        self.record = record


class WaitingJob(NamedTuple):
    """A job that is ready: what a distributed carrier is told of it."""

    job_id: int
    queue: str
    run_at: datetime


CarrierNotifier = Callable[[Session, Sequence[WaitingJob]], None]


@dataclass(frozen=True)
class Task:
    """A registered kind of job."""

    kind: str
    run: Callable[..., Record | None]
    queue: str
    outside: bool
    lease_seconds: int


@dataclass(frozen=True)
class JobOrder:
    """A job to be written: kind, arguments, and the key that makes it unique for ever."""

    kind: str
    payload: Mapping[str, Any]
    dedup: str
    run_at: datetime | None = None


LEASE_SECONDS = 120
MAIL_QUEUE = "mail"
BOUNCE_QUEUE = "bounces"
MAIL_LANE = (MAIL_QUEUE, BOUNCE_QUEUE)
"""The queues that both carriers serve in a lane of its own: what they call may hang."""
REGISTRY: dict[str, Task] = {}
SUBSCRIPTIONS: dict[type, tuple[str, ...]] = {}
_NOTIFIERS: list[CarrierNotifier] = []


def task(
    kind: str, *, queue: str = "default", outside: bool = False, lease_seconds: int = LEASE_SECONDS
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as the work of `kind`.

    An inside task runs in the transaction that marks the job done. An `outside` task (mail, PDF) runs with a
    reading session and returns a `Record` that writes its result: the network never holds the write lock. Its lease is
    renewed while it works; `lease_seconds` is how long its silence lasts before another worker takes the job over.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        if kind in REGISTRY and REGISTRY[kind].run.__module__ != function.__module__:
            raise ValueError(f"two tasks are called {kind}")
        REGISTRY[kind] = Task(kind, function, queue, outside, lease_seconds)
        return function

    return register


def enqueue(
    ctx: Context, kind: str, payload: Mapping[str, Any], *, dedup: str, run_at: datetime | None = None
) -> int | None:
    """Promise a job in this transaction; returns its id, or None when that key was promised before."""
    return enqueue_by_key(ctx, [JobOrder(kind, payload, dedup, run_at)]).get(dedup)


def enqueue_many(ctx: Context, orders: Iterable[JobOrder]) -> list[int]:
    """Promise many jobs with few statements; keys already promised are skipped. Raises KeyError on an unknown kind."""
    return list(enqueue_by_key(ctx, orders).values())


def enqueue_by_key(ctx: Context, orders: Iterable[JobOrder]) -> dict[str, int]:
    """Promise jobs as `enqueue_many` does; returns the id of each new one by its key."""
    rows: list[dict[str, Any]] = [
        {
            "kind": order.kind,
            "queue": REGISTRY[order.kind].queue,
            "payload": dict(order.payload),
            "dedup": order.dedup,
            "state": JobState.READY,
            "run_at": order.run_at or ctx.now,
            "attempts": 0,
            "created_at": ctx.now,
        }
        for order in orders
    ]
    if not rows:
        return {}
    # A list of parameters, not of VALUES: the statement is compiled once and sent by pages of a thousand rows.
    made = ctx.session.connection().execute(
        insertion(ctx.session, Job)
        .on_conflict_do_nothing(index_elements=["dedup"])
        .returning(Job.id, Job.queue, Job.run_at, Job.dedup),
        rows,
    )
    found = {dedup: WaitingJob(job_id, queue, run_at) for job_id, queue, run_at, dedup in made}
    notify_carrier(ctx.session, list(found.values()))
    return {dedup: one.job_id for dedup, one in found.items()}


def notify_carrier(session: Session, waiting: Sequence[WaitingJob]) -> None:
    """Tell the distributed carrier, when there is one, of jobs that wait; the embedded one polls.

    Those of a copy of the database are nobody's: a worker would run the true job of that number.
    """
    for notify in _NOTIFIERS:
        if waiting and not is_copy(session):
            notify(session, waiting)


def retry(ctx: Context, job_ids: Sequence[int] | None = None) -> list[int]:
    """Give dead jobs five attempts again, all of them when none is named; returns those found dead."""
    return _made_ready(ctx, Job.state == JobState.DEAD, *([Job.id.in_(job_ids)] if job_ids is not None else []))


def start_again(ctx: Context, job_ids: Sequence[int]) -> list[int]:
    """Have jobs that ended, done or dead, run once more; returns those that had."""
    return _made_ready(ctx, Job.state.in_([JobState.DONE, JobState.DEAD]), Job.id.in_(job_ids))


def _made_ready(ctx: Context, *which: ColumnElement[bool]) -> list[int]:
    rows = ctx.session.execute(
        update(Job)
        .where(*which)
        .values(state=JobState.READY, attempts=0, run_at=ctx.now, lease_until=None, locked_by=None, done_at=None)
        .returning(Job.id, Job.queue, Job.run_at)
        .execution_options(synchronize_session=False)
    ).all()
    notify_carrier(ctx.session, [WaitingJob(*row) for row in rows])
    return sorted(row.id for row in rows)


def notify_with(notifier: CarrierNotifier) -> None:
    """Have a distributed carrier told of each job that waits, on the session's own connection."""
    _NOTIFIERS[:] = [notifier]


def notify_nobody() -> None:
    """Tell no carrier: the embedded one polls the ledger."""
    _NOTIFIERS.clear()


def subscribe(subscriptions: Mapping[type, tuple[str, ...]]) -> None:
    """Replace which tasks answer each event; `portal.app` does so with what the domains declare.

    Raises ValueError for a task that no module has registered.
    """
    unknown = sorted(kind for kinds in subscriptions.values() for kind in kinds if kind not in REGISTRY)
    if unknown:
        raise ValueError(f"no task is called {', '.join(unknown)}")
    SUBSCRIPTIONS.clear()
    SUBSCRIPTIONS.update(subscriptions)


def publish(ctx: Context, fact: Any, *, key: str) -> None:
    """Announce a fact: one job per subscriber, in this transaction; `key` makes the announcement unique."""
    publish_many(ctx, [(fact, key)])


def publish_many(ctx: Context, facts: Iterable[tuple[Any, str]]) -> None:
    """Announce many facts, each with its key, with few statements."""
    enqueue_many(
        ctx,
        [
            JobOrder(kind, asdict(fact), f"{kind}:{type(fact).__name__}:{key}")
            for fact, key in facts
            for kind in SUBSCRIPTIONS.get(type(fact), ())
        ],
    )
