"""The answers to errors: a page for a person, JSON for one of our scripts; what the view wrote is taken back."""

import secrets
from collections.abc import Mapping

from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from portal.core import logs
from portal.core.errors import GONE, Forbidden, NotFound, PortalError
from portal.core.files import Damaged, Unavailable
from portal.web import edge
from portal.web.text import _, said

log = logs.get_logger()
_STATUSES = {NotFound: 404, Forbidden: 403, Unavailable: 503, Damaged: 500}
"""What the refusals are to a browser; any other is 422. The last two are ours to mend: an operator reads the log."""


def install(app: Flask) -> None:
    """Answer every error of a view."""
    app.logger.addFilter(lambda record: not record.exc_info)  # `_crash` tells it once, with a reference and no value
    app.register_error_handler(PortalError, _portal_error)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crash)


def wants_json() -> bool:
    """Whether the caller is one of our scripts rather than a person."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" or request.headers.get("X-Requested-With") == "fetch"


def _portal_error(error: PortalError) -> ResponseReturnValue:
    edge.undo()
    status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 422)
    if status >= 500:
        log.error("files failed", endpoint=request.endpoint, status=status, why=str(error.sentence))
    return _page(status, said(error.sentence))


def _expired_form(_error: CSRFError) -> ResponseReturnValue:
    edge.undo()
    return _page(
        400, _("Cette page est restée ouverte trop longtemps. Revenez en arrière, rechargez-la et recommencez.")
    )


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, Exception):
        return _crash(error.original_exception)  # what broke while the answer was being closed: the commit
    edge.undo()
    status = error.code or 500
    if status < 400:
        return error
    sentences = _sentences()
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    return _page(status, sentences.get(status, sentences[400 if status < 500 else 503]), headers)


def _crash(error: Exception) -> ResponseReturnValue:
    edge.undo_all()
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
        404: said(GONE),
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
