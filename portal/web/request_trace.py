"""Each request has a number: it stands in every line of the log, in the header of the answer and on error pages.

The access log is one line of JSON a request, beside the other lines of the server. It holds no query string, no
address of a caller, no name, no part of an address that may be a secret: of what stands between two « / », only what
is written in the code and the numbers of rows. Who was signed in is the number of the account.
"""

import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from flask import Flask, g, has_request_context, request
from werkzeug.wsgi import ClosingIterator

from portal.core import logs
from portal.core.dataclass import dataclass
from portal.core.expressions import expression

HEADER = "X-Request-Id"
_GIVEN = expression(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_PART = expression(r"<(?:[a-z]+:)?([a-z_0-9]+)>")
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
_KEY = "vigie.trace"
log = logs.get_logger()


@dataclass
class Trace:
    """What is known of a request, for those who run the portal."""

    request_id: str
    method: str = "OTHER"
    endpoint: str = "assets"
    """The name of the view in the code; `none` where there is no view, `assets` for what is answered before any."""
    path: str = ""
    account: int | None = None
    status: int = 500
    size: int | None = None
    seconds: float = 0.0


class Observer(Protocol):
    """Who counts requests."""

    def began(self) -> None:
        """One more is under way."""

    def ended(self, trace: Trace) -> None:
        """It is over."""


def install(app: Flask, *, from_proxy: bool, is_logged: bool, observer: Observer | None = None) -> None:
    """Number each request, and log or count it once it is over; to be called after whatever else wraps the application.

    `from_proxy` says that something of ours stands in front, whose number is taken when it is well-formed.
    """
    app.teardown_request(_note)
    answer = app.wsgi_app

    def traced(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "") if from_proxy else ""
        trace = Trace(given if _GIVEN.fullmatch(given) else secrets.token_hex(8))
        trace.method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in _METHODS else "OTHER"
        environ[_KEY], begun = trace, time.perf_counter()
        logs.begin_request(trace.request_id)
        if observer is not None:
            observer.began()

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            trace.status = int(status[:3])
            length = next((value for name, value in headers if name.lower() == "content-length"), "")
            trace.size = int(length) if length.isdecimal() else None
            return start_response(status, [*headers, (HEADER, trace.request_id)], *more)

        def over() -> None:
            trace.seconds = time.perf_counter() - begun
            try:
                if observer is not None:
                    observer.ended(trace)
                if is_logged:
                    _write(trace)
            finally:
                logs.end_request()

        try:
            return ClosingIterator(answer(environ, start), over)
        except BaseException:
            over()
            raise

    app.wsgi_app = traced  # type: ignore[method-assign]


def request_id() -> str:
    """The number of this request; empty outside any."""
    trace = request.environ.get(_KEY) if has_request_context() else None
    return trace.request_id if isinstance(trace, Trace) else ""


def _note(_error: BaseException | None) -> None:
    """What only the application knows of its request: nothing is asked of the database for it."""
    trace = request.environ.get(_KEY)
    if not isinstance(trace, Trace):
        return
    trace.endpoint = request.endpoint or "none"
    trace.path = "".join(_shown_path())
    trace.account = getattr(getattr(g.get("_login_user"), "actor", None), "id", None)


def _shown_path() -> Iterator[str]:
    if request.url_rule is None:
        return
    values = request.view_args or {}
    for place, part in enumerate(_PART.split(request.url_rule.rule)):
        value = values.get(part) if place % 2 else part
        yield str(value) if place % 2 == 0 or isinstance(value, int) else f"<{part}>"


def _write(trace: Trace) -> None:
    log.info(
        "request",
        method=trace.method,
        path=trace.path,
        endpoint=trace.endpoint,
        status=trace.status,
        ms=round(trace.seconds * 1000, 1),
        size=trace.size,
        account=trace.account,
    )
