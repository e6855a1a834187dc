"""Requests counted for whoever watches the portal, those of every process of a server together.

A label is the name of a view, of which there are as many as in the code: no address, no number of a row, no person.
The library is loaded at the first request that is counted, which is none while nobody asked for figures.
"""

import os
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from portal.core.late import late
from portal.web.request_trace import Trace

if TYPE_CHECKING:
    import prometheus_client as prometheus
    from prometheus_client import multiprocess
else:
    prometheus = late("prometheus_client")
    multiprocess = late("prometheus_client.multiprocess")

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Where the library looks for the folder that processes share; read when it is loaded."""
SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class RequestFigures:
    """The counts of this process, and of those beside it once `share` was called before they were forked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: SimpleNamespace | None = None
        self._guard = Lock()
        self._is_shared = False

    def share(self) -> None:
        """Count in files from now on, in a folder for its owner alone and without what an earlier start left there."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for stale in self._folder.glob("*.db"):
            stale.unlink(missing_ok=True)
        os.environ[SHARED] = str(self._folder)  # noqa: TID251 - told to the library, which reads nothing else
        self._is_shared = True

    def forget(self, pid: int) -> None:
        """What a process was doing when it died is not under way any more; what it had counted stays."""
        if self._is_shared:
            multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]

    def began(self) -> None:
        """One more request is under way."""
        self._figures.under_way.inc()

    def ended(self, trace: Trace) -> None:
        """It is over."""
        figures = self._figures
        figures.under_way.dec()
        figures.requests.labels(trace.endpoint, str(trace.status)).inc()
        figures.seconds.labels(trace.endpoint).observe(trace.seconds)

    def registry(self) -> Any:
        """What to read the counts from."""
        if not self._is_shared:
            return self._figures.registry
        together = prometheus.CollectorRegistry()
        multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return together

    @property
    def _figures(self) -> SimpleNamespace:
        with self._guard:
            if self._made is None:
                self._made = _make()
        return self._made


def _make() -> SimpleNamespace:
    registry = prometheus.CollectorRegistry()
    return SimpleNamespace(
        registry=registry,
        requests=prometheus.Counter(
            "vigie_requests", "Requests answered, by view and status.", ["endpoint", "status"], registry=registry
        ),
        seconds=prometheus.Histogram(
            "vigie_request_seconds", "How long they took.", ["endpoint"], registry=registry, buckets=SECONDS
        ),
        under_way=prometheus.Gauge(
            "vigie_requests_under_way", "Requests begun and not over.", registry=registry, multiprocess_mode="livesum"
        ),
    )
