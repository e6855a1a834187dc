"""The pages of a drill: the portal's own, at an address that says so (`/exercice/12/…`), over the drill's copy.

The address alone decides: a tab of the drill stays in it, a tab of the true pages stays out, and a form that was opened
on one side can never be sent to the other. Every link of a page is put together under the address it was asked at.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.authz.context import Context
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.errors import Forbidden, NotFound
from portal.core.language import N_
from portal.drills import copies, workshop
from portal.drills.progress import DrawnLetter
from portal.drills.queries import OVER, drill_to_enter
from portal.incidents.letters import BreachLetter
from portal.web import edge, guard

PREFIX = "/exercice/"
_KEY = "vigie.drill"
_READS = frozenset({"GET", "HEAD"})
_TRUE = frozenset({"identity.sign_out", "identity.language", "static", "bootstrap.static"})
"""Endpoints that are the same on both sides: they concern the browser, or nobody."""
_OUT = frozenset({"identity", "drills"})
"""Blueprints that are no part of a drill: one's account, and the drills themselves."""

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True)
class EnteredDrill:
    """The drill of this request."""

    number: int
    label: str
    ahead: timedelta
    by: str


def install(app: Flask) -> None:
    """Send each request under the address of a drill to its copy: to be called before the guard is installed, and
    before the edge, whose transaction is over when the steps are looked at."""
    app.wsgi_app = addressed(app.wsgi_app)  # type: ignore[method-assign,assignment]
    app.before_request(_enter)
    app.after_request(_look)
    app.teardown_request(_leave)


def addressed(application: WsgiApplication) -> WsgiApplication:
    """Take the number of a drill off the address, so that it is a part of every link that a page puts together."""

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(PREFIX):
            number, slash, rest = path.removeprefix(PREFIX).partition("/")
            if number.isascii() and number.isdecimal() and len(number) < 10 and slash:
                environ[_KEY] = int(number)
                environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}{PREFIX}{number}"
                environ["PATH_INFO"] = f"/{rest}"
        return application(environ, start)

    return answer


def entered() -> EnteredDrill | None:
    """The drill whose copy this request works on; None on any true page."""
    found: EnteredDrill | None = g.get("drill")
    return found


def true_url(endpoint: str, **values: Any) -> str:
    """The address of a true page, even from a page of a drill."""
    return _outside(url_for(endpoint, **values))


def inside_url(number: int, endpoint: str, **values: Any) -> str:
    """The address of a page in a drill."""
    return f"{PREFIX}{number}{true_url(endpoint, **values)}"


def _outside(url: str) -> str:
    number = request.environ.get(_KEY)
    return url if number is None else url.replace(f"{PREFIX}{number}/", "/", 1)


def _enter() -> ResponseReturnValue | None:
    number, endpoint = request.environ.get(_KEY), request.endpoint
    if number is None or endpoint is None or endpoint in _TRUE:
        return None
    if guard.declared(current_app, endpoint) == guard.PUBLIC or request.blueprint in _OUT:
        if request.method not in _READS:
            raise Forbidden(N_("Ceci ne fait pas partie d'un exercice : sortez-en d'abord."))
        return redirect(_outside(f"{request.script_root}{request.full_path.rstrip('?')}"))
    if not current_user.is_authenticated or current_user.required_step is not None:
        return None  # the guard sends to the page that is owed, and no view runs
    now, actor = edge.request_time(), current_user.actor
    with edge.identifying() as reading:
        drill = drill_to_enter(Context(reading, actor, now), number)
        found = EnteredDrill(number, drill.label, drill.ahead, actor.name)
    true = edge.true_database()
    if not copies.is_there(true, number):
        raise NotFound(OVER)
    edge.work_on(copies.opened(true, number), now + found.ahead)
    g.drill = found
    g.drill_store = process.lend(copies.store(number))
    return None


def _look(response: Response) -> Response:
    """Once the transaction is over: what was reached is noted, and what was promised is begun."""
    drill = entered()
    if drill is None or response.status_code >= 400:
        return response
    drawn = _drawn(response)
    if request.method not in _READS or drawn is not None:
        true = edge.true_database()
        workshop.look(true, drill.number, edge.request_time() - drill.ahead, drill.by, drawn)
        if request.method not in _READS:
            workshop.begin_work(true, drill.number, drill.ahead)
    return response


def _drawn(response: Response) -> DrawnLetter | None:
    """The document of a breach that this answer is, with the number of the breach."""
    if request.endpoint != "incidents.document" or response.status_code != 200 or request.method != "GET":
        return None
    asked = request.view_args or {}
    return int(asked["incident_id"]), BreachLetter(asked["named"])


def _leave(_error: BaseException | None) -> None:
    token = g.pop("drill_store", None)
    if token is not None:
        process.take_back(token)
