"""How much a request may send: a form, or files where a view takes them from someone signed in."""

from flask import Flask, current_app, request
from flask import session as cookie

from portal.web import edge

FORM_BYTES = 4 * 1024 * 1024
"""Most that a form without files may weigh."""


def install(app: Flask) -> None:
    """Set the limit before anything else reads the body."""
    app.config.update(MAX_CONTENT_LENGTH=FORM_BYTES, MAX_FORM_MEMORY_SIZE=FORM_BYTES)
    app.before_request_funcs[None].insert(0, _set_limit)


def _set_limit() -> None:
    """Only a view that takes files, called by someone with a session, may be sent more than a form."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "__takes_files__", False) and "_user_id" in cookie:
        request.max_content_length = edge.settings().upload_max_bytes + FORM_BYTES
