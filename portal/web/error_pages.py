"""The answers to errors: a page for a person, JSON for one of our scripts; what the view wrote is taken back.

None of them asks the database for anything: it may be what is missing. Who is signed in is shown when it is known.
"""

import errno
from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app, g, jsonify, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import HTTPException, InternalServerError

from portal.core import logs
from portal.core.errors import GONE, Forbidden, NotFound, PortalError
from portal.core.files import Damaged, Full, Unavailable
from portal.core.language import NO_BREAK, Language
from portal.web import edge, request_trace, security_headers
from portal.web.text import SPOKEN, _, current_language, said
from portal.web.upload_limit import FORM_BYTES

log = logs.get_logger()
RETRY_SECONDS = "10"
"""After how long to ask again, when the database or the place of files does not answer."""
_MEGABYTE = 1024 * 1024
WRITTEN_WORDS = 4
"""From how many words a field was written, and is given back when the session has ended."""
_STATUSES = {NotFound: 404, Forbidden: 403, Full: 507, Unavailable: 503, Damaged: 500}
"""What the refusals are to a browser; any other is 422. The last three are ours to mend: an operator reads the log."""
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_FULL = ("disk is full", "No space left")
"""What SQLite and PostgreSQL say of a disk without room."""
_MET = frozenset({"23505", "40001", "40P01"})
"""What PostgreSQL says of two who write at the same moment: the same key, or rows that each waits for the other to
leave. SQLite lets one write at a time: what a view has seen is still so when it writes."""
_OURS = ("no such table", "no such column")
"""Faults of our own statements that SQLite reports as it does a database that is away."""


def install(app: Flask) -> None:
    """Answer every error of a view."""
    app.logger.addFilter(
        lambda record: not record.exc_info
    )  # `_crash` tells it once, under the request's number and without a value
    app.register_error_handler(PortalError, _portal_error)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crash)


def wants_json() -> bool:
    """Whether the caller is a script, one of ours or another, rather than a person."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" or request.headers.get("X-Requested-With") == "fetch"


def _portal_error(error: PortalError) -> ResponseReturnValue:
    edge.undo()
    _settle_language()
    status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 422)
    if status >= 500 and not isinstance(error, Full):  # which is logged where it is noticed, page or no page
        log.error("files failed", endpoint=request.endpoint, status=status, why=str(error.sentence))
    return _page(status, said(error.sentence), {"Retry-After": RETRY_SECONDS} if status == 503 else None)


def _expired_form(_error: CSRFError) -> ResponseReturnValue:
    edge.undo()
    _settle_language()
    return _page(
        400, _("Cette page est restée ouverte trop longtemps. Revenez en arrière, rechargez-la et recommencez."),
        gives_back=True,
    )  # fmt: skip


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, Exception):
        # What broke, or refused, while the answer was being closed: the commit.
        found = error.original_exception
        return _portal_error(found) if isinstance(found, PortalError) else _crash(found)
    edge.undo()
    _settle_language()
    status = error.code or 500
    if status < 400:
        return error
    sentences = _sentences()
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    return _page(status, sentences.get(status, sentences[400 if status < 500 else 503]), headers)


def _crash(error: Exception) -> ResponseReturnValue:
    edge.undo_all()
    _settle_language()
    if has_no_room(error):
        log.error("no room left on the disk", endpoint=request.endpoint, why=type(error).__name__)
        return _page(507, said(Full.SENTENCE))
    if is_outage(error):
        log.error("database away", endpoint=request.endpoint, why=_said_by_database(error))
        return _page(503, _sentences()[503], {"Retry-After": RETRY_SECONDS})
    log.error("request failed", endpoint=request.endpoint, exc_info=error)
    if current_app.testing or current_app.debug:
        raise error
    if has_met_another(error):
        return _page(
            409, _("Quelqu'un d'autre écrivait au même moment : rien de votre envoi n'a été gardé. Rechargez la page."),
            gives_back=True,
        )  # fmt: skip
    reference = request_trace.request_id()
    return _page(
        500, _("Quelque chose s'est cassé chez nous. Rien n'a été enregistré. Référence : %(ref)s.", ref=reference)
    )


def is_outage(error: BaseException) -> bool:
    """Whether an error says that the database is away, locked or full up with callers: asking again later may do."""
    if isinstance(error, NoConnectionLeft):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if has_met_another(error):
        return False
    return isinstance(error, OperationalError | InterfaceError) and not any(w in str(error.orig) for w in _OURS)


def has_met_another(error: BaseException) -> bool:
    """Whether an error says that somebody wrote at the same moment what is written once: reading it again is enough."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _MET


def has_no_room(error: BaseException) -> bool:
    """Whether an error says that a disk is full: ours, or the database's."""
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    return isinstance(error, DBAPIError) and any(words in str(error.orig) for words in _FULL)


def _said_by_database(error: Exception) -> str:
    """Its own first line, which names no value."""
    return str(getattr(error, "orig", error)).strip().partition("\n")[0]


def _sentences() -> dict[int, str]:
    return {
        400: _("La demande n'a pas été comprise."),
        401: _("Votre session a pris fin. Connectez-vous de nouveau ; ce que vous avez saisi est encore à l'écran."),
        403: _("Votre compte ne permet pas cette action."),
        404: said(GONE),
        405: _("Cette page ne s'ouvre pas de cette façon."),
        408: _("L'envoi s'est arrêté en route : rien n'a été enregistré. Vérifiez votre connexion et recommencez."),
        409: _("Quelqu'un d'autre a modifié cela entre-temps."),
        411: _("L'envoi ne dit pas sa taille : rien n'a été lu."),
        413: _too_large(),
        429: _("Trop de tentatives. Attendez un peu avant de recommencer."),
        503: _("Le portail ne répond pas pour le moment. Rien n'est perdu de ce qui était enregistré : réessayez."),
    }


def _too_large() -> Any:
    """How much may be sent here: a file's size where files are taken, a form's elsewhere."""
    most = request.max_content_length
    if most is None or (request.content_length or 0) <= most:  # it is its fields that are too many
        return _("Cet envoi est trop volumineux : rien n'a été enregistré.")
    most = most - FORM_BYTES if most > FORM_BYTES else most
    units = ("MB", "kB") if current_language() is Language.EN else ("Mo", "ko")
    size = f"{most // _MEGABYTE}{NO_BREAK}{units[0]}" if most >= _MEGABYTE else f"{most // 1024}{NO_BREAK}{units[1]}"
    return _("Cet envoi est trop volumineux, %(size)s au plus : rien n'a été enregistré.", size=size)


def _settle_language() -> None:
    """The language of the answer when nothing has chosen one yet: the choice made, the account's, or the browser's."""
    if "language" in g:
        return
    chosen = session.get("language") or getattr(_known_actor(), "language", None) or session.get(SPOKEN)
    if chosen not in set(Language):
        chosen = request.accept_languages.best_match([one.value for one in Language]) or Language.FR
    g.language = Language(chosen)


def _known_actor() -> Any:
    """Who is signed in, if this request has found it out already."""
    return getattr(g.get("_login_user"), "actor", None)


def _page(
    status: int, sentence: str, headers: Mapping[str, str] | None = None, *, gives_back: bool = False
) -> ResponseReturnValue:
    """The answer; with what was written, when the form came too late for it to be kept."""
    gives_back = gives_back or status == 401
    if wants_json():
        return jsonify(error=sentence), status, dict(headers or {})
    # Not `render_template`: what it adds to every page asks who is signed in, hence the database.
    page = current_app.jinja_env.get_template("errors/error.html")
    back = _page_of_form() if status == 401 else None
    if back is not None:
        sentence = _(
            "Ce que vous veniez d'envoyer n'a pas été enregistré. Connectez-vous : vous reviendrez à cette page."
        )
    shell = {
        "language_url": url_for("identity.language"), "home_url": "/",
        "sign_in_url": url_for("identity.sign_in", next=back),
    }  # fmt: skip
    if len(getattr(g.get("_login_user"), "places", ())) > 1:
        shell["choose_url"] = url_for("vendor_space.choose")
    shown = {
        "status": status, "sentence": sentence, "language": g.language.value, "csp_nonce": security_headers.nonce(),
        "shell": shell, "is_known": _known_actor() is not None, "texts": _texts_sent() if gives_back else [],
        "reference": "" if request_trace.request_id() in sentence else request_trace.request_id(),
    }  # fmt: skip
    html = page.render(shown)
    return html, status, dict(headers or {})


def _texts_sent() -> list[str]:
    """What was written in the form that came too late, sentences and not choices; nothing of a form with a password."""
    try:
        given = request.form
    except HTTPException:
        return []
    if "password" in given:
        return []
    return [text for _name, text in given.items(multi=True) if len(text.split()) >= WRITTEN_WORDS]


def _page_of_form() -> str | None:
    """The page at the address that a form was sent to, when there is one to come back to."""
    matcher = current_app.create_url_adapter(request)
    return request.path if matcher is not None and matcher.test(request.path, "GET") else None
