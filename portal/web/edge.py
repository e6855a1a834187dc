"""The edge of a request: its session, its context, commit or roll back, headers, error pages."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from flask import Flask, Response, abort, current_app, g, has_request_context, jsonify, render_template, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from portal.authz.context import Context
from portal.authz.policy import NOBODY, Actor
from portal.core.clock import now
from portal.core.config import Settings
from portal.core.db import Database
from portal.core.errors import Forbidden, NotFound, PortalError, Refused
from portal.core.files import Damaged, Unavailable
from portal.web.text import _, said

FORM_BYTES = 4 * 1024 * 1024
"""Most that a form without files may weigh."""
log = structlog.get_logger()
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
_STATUSES = {NotFound: 404, Forbidden: 403, Unavailable: 503, Damaged: 500}
"""What the refusals are to a browser; any other is 422. The last two are ours to mend: an operator reads the log."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def database() -> Database:
    """The database of this application."""
    found: Database = current_app.extensions["vigie.database"]
    return found


def settings() -> Settings:
    """The settings of this application."""
    found: Settings = current_app.extensions["vigie.settings"]
    return found


def db_session() -> Any:
    """The request's session, opened at first use: writing for unsafe methods, reading otherwise."""
    if "db_session" not in g:
        g.db_session = database().session(write=request.method not in _READS)
    return g.db_session


def release() -> None:
    """Commit what this request has written so far and let go of the database, before long work (taking a file in).

    On SQLite a writing request holds the one write lock: nobody else may wait for a slow upload.
    """
    db_session().commit()


def current() -> Context:
    """The context of this request; without a signed-in person it has no grant at all."""
    if "context" not in g:
        actor = current_user.actor if current_user.is_authenticated else NOBODY
        g.context = Context(db_session(), actor, request_time())
    found: Context = g.context
    return found


def anonymous(actor: Actor) -> Context:
    """A context for a use case that a stranger may start (sign-in, invitation), with a named actor."""
    return Context(db_session(), actor, request_time())


def request_time() -> Any:
    """One instant for the whole request."""
    if "now" not in g:
        g.now = now()
    return g.now


def nonce() -> str:
    """The script nonce of this response."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def wants_json() -> bool:
    """Whether the caller is one of our scripts rather than a person."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" or request.headers.get("X-Requested-With") == "fetch"


def install(app: Flask, store: Database, check: Callable[[Flask], ResponseReturnValue | None]) -> None:
    """Wire the edge: permission check, commit or roll back, headers, error pages."""
    app.extensions["vigie.database"] = store
    app.before_request(lambda: check(app))
    app.before_request_funcs[None].insert(0, _set_limit)
    app.after_request(_close)
    app.after_request(_headers)
    app.teardown_request(_drop)
    app.logger.addFilter(lambda record: not record.exc_info)  # `_crash` tells it once, with a reference and no value
    app.register_error_handler(PortalError, _portal_error)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crash)


def _set_limit() -> None:
    """Only a view that takes files, called by someone with a session, may be sent more than a form."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "__takes_files__", False) and "_user_id" in cookie:
        request.max_content_length = settings().upload_max_bytes + FORM_BYTES


def _close(response: Response) -> Response:
    session = g.get("db_session")
    if session is not None:
        if response.status_code < 400 or g.get("commit_anyway"):
            session.commit()
        else:
            session.rollback()
    return response


def commit_despite_error() -> None:
    """Keep what this request wrote although its answer is an error: a failed sign-in must be counted."""
    g.commit_anyway = True


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY.format(nonce=nonce()))
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint not in {"static", "bootstrap.static", "web.static"}:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _drop(_error: BaseException | None) -> None:
    session = g.pop("db_session", None)
    if session is not None:
        session.close()


def _undo() -> None:
    """Take back what the view wrote, unless it asked that an error should keep it."""
    session = g.get("db_session")
    if session is not None and not g.get("commit_anyway"):
        session.rollback()


def _portal_error(error: PortalError) -> ResponseReturnValue:
    _undo()
    status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 422)
    if status >= 500:
        log.error("files failed", endpoint=request.endpoint, status=status, why=str(error.sentence))
    return _page(status, said(error.sentence))


def _expired_form(_error: CSRFError) -> ResponseReturnValue:
    _undo()
    return _page(
        400, _("Cette page est restée ouverte trop longtemps. Revenez en arrière, rechargez-la et recommencez.")
    )


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, Exception):
        return _crash(error.original_exception)  # what broke while the answer was being closed: the commit
    _undo()
    status = error.code or 500
    if status < 400:
        return error
    sentences = _sentences()
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    return _page(status, sentences.get(status, sentences[400 if status < 500 else 503]), headers)


def _crash(error: Exception) -> ResponseReturnValue:
    g.commit_anyway = False
    _undo()
    reference = secrets.token_hex(4)
    log.error("request failed", reference=reference, endpoint=request.endpoint, exc_info=error)
    if current_app.testing or current_app.debug:
        raise error
    return _page(
        500, _("Quelque chose s'est cassé chez nous. Rien n'a été enregistré. Référence : %(ref)s.", ref=reference)
    )


def _sentences() -> dict[int, str]:
    return {
        400: _("La demande n'a pas été comprise."),
        401: _("Votre session a pris fin. Connectez-vous de nouveau ; ce que vous avez saisi est encore à l'écran."),
        403: _("Votre compte ne permet pas cette action."),
        404: _("Cette page n'existe pas, ou n'est pas accessible avec votre compte."),
        405: _("Cette page ne s'ouvre pas de cette façon."),
        409: _("Quelqu'un d'autre a modifié cela entre-temps."),
        413: _("Ce fichier est trop volumineux."),
        429: _("Trop de tentatives. Attendez un peu avant de recommencer."),
        503: _("Le service n'est pas disponible pour le moment."),
    }


def _page(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> ResponseReturnValue:
    if wants_json():
        return jsonify(error=sentence), status, dict(headers or {})
    html = render_template("errors/error.html", status=status, sentence=sentence)
    return html, status, dict(headers or {})


def refuse_inline(error: Refused) -> str:
    """The sentence of a refusal, for a page that shows it above what was typed."""
    return said(error.sentence)


__all__ = [
    "abort",
    "anonymous",
    "commit_despite_error",
    "current",
    "db_session",
    "has_request_context",
    "install",
    "nonce",
]
