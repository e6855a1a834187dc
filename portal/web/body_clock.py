"""A clock on the bodies that a thread reads: so long, so fast at least, so many at once.

What a stranger may send has come before a thread is taken (`portal.web.patient_worker`); this is for files, and for a
server that does not wait. It needs the socket, which gunicorn shows; another server keeps its own time.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from werkzeug.exceptions import RequestTimeout, ServiceUnavailable

STALL_SECONDS = 15.0
"""Between two pieces, at most."""
MOST_SECONDS = 3600.0
"""Of one body: 500 MB in an hour is the slowest line that a file of that size is sent by."""
GRACE_SECONDS = 10.0
"""Before the rate is looked at."""
LEAST_RATE = 8 * 1024
"""Bytes a second, on average."""
SMALL = 256 * 1024
"""Bytes of a body that is not counted among those below."""
LARGE_AT_ONCE = 3
"""Requests with a large body that a process answers at once: its other threads answer everybody else."""
PROMPT_SECONDS = 2.0
"""How old such a request may be for another to wait for its end: an older one is slow, and the other is refused."""
WsgiApplication: TypeAlias = Callable[[dict[str, Any], Any], Iterable[bytes]]


def timed(application: WsgiApplication) -> WsgiApplication:
    """The same application, the bodies it reads held to the clock; what is too slow is a RequestTimeout (408)."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        sock = environ.get("gunicorn.socket")
        if sock is None or environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            return application(environ, start_response)
        body = TimedBody(environ["wsgi.input"], sock, _length(environ))
        environ["wsgi.input"] = body
        try:
            return application(environ, start_response)
        finally:
            body.done()

    return answer


def _length(environ: dict[str, Any]) -> int:
    text = environ.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else 0


class LargeBodies:
    """The requests with a large body under way in this process; when each began, in seconds."""

    def __init__(self) -> None:
        self._begun: list[float] = []
        self._changed = threading.Condition()

    def enter(self, clock: Callable[[], float] = time.monotonic) -> float:
        """Count one more, and return when it began; raises ServiceUnavailable where those under way are slow.

        Files that honest people send at the same moment are answered in less than a second, and the one too many waits
        for its turn. It does not wait for those that have been under way for long: a sender who takes their time would
        keep the thread of everybody else.
        """
        with self._changed:
            while len(self._begun) >= LARGE_AT_ONCE:
                seconds_left = max(self._begun) + PROMPT_SECONDS - clock()
                if seconds_left <= 0:
                    raise ServiceUnavailable(retry_after=30)
                self._changed.wait(seconds_left)
            now = clock()
            self._begun.append(now)
            return now

    def leave(self, begun: float) -> None:
        """The one that began then is answered."""
        with self._changed:
            self._begun.remove(begun)
            self._changed.notify()


_under_way = LargeBodies()


class TimedBody:
    """A body that is read against the clock."""

    def __init__(self, body: Any, sock: Any, length: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._body, self._sock, self._clock = body, sock, clock
        self._is_large = length > SMALL
        self._counted_since: float | None = None
        self._begun: float | None = None
        self._received = 0

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes; raises RequestTimeout, or ServiceUnavailable when too many are read at once."""
        return self._timed(lambda: self._body.read(size))

    def readline(self, size: int = -1) -> bytes:
        """One line, as `read` does."""
        return self._timed(lambda: self._body.readline(size))

    def done(self) -> None:
        """Nothing more is read."""
        if self._counted_since is not None:
            _under_way.leave(self._counted_since)
            self._counted_since = None

    def _timed(self, read: Callable[[], bytes]) -> bytes:
        self._begin()
        before = self._sock.gettimeout()
        self._sock.settimeout(STALL_SECONDS)
        try:
            piece = read()
        except TimeoutError as stalled:
            raise RequestTimeout from stalled
        finally:
            self._sock.settimeout(before)
        self._received += len(piece)
        spent = self._clock() - (self._begun or 0.0)
        if spent > MOST_SECONDS or (spent > GRACE_SECONDS and self._received < spent * LEAST_RATE and piece):
            raise RequestTimeout
        return piece

    def _begin(self) -> None:
        if self._begun is not None:
            return
        if self._is_large:
            self._counted_since = _under_way.enter()
        self._begun = self._clock()
