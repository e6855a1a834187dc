"""The ledger: a job is a row written in the caller's own transaction, so none is lost and none is invented."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.jobs.models import Job, JobState

Record = Callable[[Context], None]
"""What an outside task hands back: the effect to write in the transaction that closes the job."""

Deferrer = Callable[[Session, list[int], str], None]


@dataclass(frozen=True)
class Task:
    """A registered kind of job."""

    kind: str
    run: Callable[..., Record | None]
    queue: str
    outside: bool
    lease_seconds: int


@dataclass(frozen=True)
class Order:
    """A job to be written: kind, arguments, and the key that makes it unique for ever."""

    kind: str
    payload: Mapping[str, Any]
    dedup: str
    run_at: datetime | None = None


REGISTRY: dict[str, Task] = {}
SUBSCRIPTIONS: dict[type, tuple[str, ...]] = {}
_DEFERRERS: list[Deferrer] = []


def task(
    kind: str, *, queue: str = "default", outside: bool = False, lease_seconds: int = 120
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as the work of `kind`.

    An inside task runs in the transaction that marks the job done. An `outside` task (mail, PDF) runs with a
    reading session and returns a `Record` that writes its result: the network never holds the write lock.
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
    made = enqueue_many(ctx, [Order(kind, payload, dedup, run_at)])
    return made[0] if made else None


def enqueue_many(ctx: Context, orders: Iterable[Order]) -> list[int]:
    """Promise many jobs with few statements; keys already promised are skipped. Raises KeyError on an unknown kind."""
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
    made: list[int] = []
    for queue in sorted({row["queue"] for row in rows}):
        batch = [row for row in rows if row["queue"] == queue]
        ids = _insert_new(ctx.session, batch)
        made += ids
        for defer in _DEFERRERS:
            defer(ctx.session, ids, queue)
    return made


def _insert_new(session: Session, rows: list[dict[str, Any]]) -> list[int]:
    dialect = session.get_bind().dialect.name
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    ids: list[int] = []
    for start in range(0, len(rows), 500):
        statement = build(Job).values(rows[start : start + 500]).on_conflict_do_nothing(index_elements=["dedup"])
        ids += session.scalars(statement.returning(Job.id)).all()
    return ids


def defer_with(deferrer: Deferrer) -> None:
    """Have a distributed carrier told of each new job, on the session's own connection."""
    _DEFERRERS[:] = [deferrer]


def defer_with_nothing() -> None:
    """Back to the embedded carrier, which polls the ledger."""
    _DEFERRERS.clear()


def subscribe(event_type: type, *kinds: str) -> None:
    """Map an event to the tasks that answer it; `portal.app` alone does so."""
    SUBSCRIPTIONS[event_type] = kinds


def publish(ctx: Context, fact: Any, *, key: str) -> None:
    """Announce a fact: one job per subscriber, in this transaction; `key` makes the announcement unique."""
    enqueue_many(
        ctx,
        [
            Order(kind, asdict(fact), f"{kind}:{type(fact).__name__}:{key}")
            for kind in SUBSCRIPTIONS.get(type(fact), ())
        ],
    )


__all__ = ["Order", "Record", "Task", "enqueue", "enqueue_many", "publish", "subscribe", "task"]
