"""What `/metrics` shows: requests as counted, and the state of the portal as the database has it at that moment."""

import shutil
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.core.late import late
from portal.evidence import queries as evidence
from portal.jobs import heartbeats, queries, tick_failures
from portal.journal.models import JournalEntry
from portal.operations import health
from portal.operations.health import Portal
from portal.operations.request_figures import RequestFigures

if TYPE_CHECKING:
    import prometheus_client as prometheus
    from prometheus_client import core as families
else:
    prometheus = late("prometheus_client")
    families = late("prometheus_client.core")

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def written(requests: RequestFigures, portal: Portal) -> bytes:
    """Every figure, in the text format of Prometheus."""
    state = prometheus.CollectorRegistry()
    state.register(_State(portal))
    return bytes(prometheus.generate_latest(requests.registry()) + prometheus.generate_latest(state))


class _State:
    """Read when it is asked for; of a database that is away, its check says so and the rest is left out."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def describe(self) -> Iterable[Any]:
        """Nothing before it is read."""
        return ()

    def collect(self) -> Iterator[Any]:
        """The families, each with its samples."""
        healthy = families.GaugeMetricFamily("vigie_healthy", "1 when a check finds nothing wrong.", labels=["check"])
        for name, reasons in health.look(self._portal).items():
            healthy.add_metric([name], 0.0 if reasons else 1.0)
        yield healthy
        disk = shutil.disk_usage(self._portal.settings.data_dir)
        yield _gauge("vigie_disk_free_bytes", "Room on the disk of the data folder.", disk.free)
        yield _gauge("vigie_disk_bytes", "Size of that disk.", disk.total)
        try:
            with self._portal.database.reading() as session:
                yield from list(self._stored(session))
        except SQLAlchemyError:
            return

    def _stored(self, session: Session) -> Iterator[Any]:
        at = self._portal.at
        jobs = families.GaugeMetricFamily("vigie_jobs", "Jobs, by state and queue.", labels=["state", "queue"])
        for (state, queue), count in queries.counts_by_queue(session).items():
            jobs.add_metric([state.value, queue], count)
        yield jobs
        due = queries.oldest_due(session, at=at)
        late_by = 0.0 if due is None else (at - due).total_seconds()
        yield _gauge("vigie_oldest_due_job_seconds", "How long the oldest job that is due has been.", late_by)
        mails = families.GaugeMetricFamily("vigie_mails", "Messages that have not left, by state.", labels=["state"])
        for mail_state, count in queries.mails_not_sent(session).items():
            mails.add_metric([mail_state.value], count)
        yield mails
        yield _gauge("vigie_oldest_mail_seconds", "How long the oldest message that waits has.",
                     health.waited(session, at).total_seconds())  # fmt: skip
        last = queries.last_tick(session)
        if last is not None:  # no figure rather than one that looks like a time
            yield _gauge("vigie_last_tick_timestamp_seconds", "When the schedule last ran.", last.timestamp())
        yield _gauge("vigie_workers", "Workers that gave a sign of life of late.", heartbeats.alive(session, at=at))
        ticks = families.GaugeMetricFamily("vigie_tick_failures", "Failures in a row of a tick.", labels=["tick"])
        for row in tick_failures.failing(session):
            ticks.add_metric([row.name], row.failures)
        yield ticks
        outages = select(func.count(JournalEntry.id)).where(JournalEntry.action == "database.away")
        yield families.CounterMetricFamily(
            "vigie_database_outages", "Outages of the database that workers lived through.",
            value=session.scalar(outages) or 0,
        )  # fmt: skip
        yield _gauge("vigie_evidence_to_check", "Proofs sent that nobody has judged.", evidence.count_to_judge(session))


def _gauge(name: str, words: str, value: float) -> Any:
    return families.GaugeMetricFamily(name, words, value=value)
