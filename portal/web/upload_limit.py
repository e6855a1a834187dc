"""How much a request may send: little to a public page, a form or files from who is signed in and nobody else.

What is refused here is refused before a byte of the body is read.
"""

from flask import Flask, abort, current_app, request
from flask_login import current_user

from portal.web import edge
from portal.web.guard import PUBLIC, declared

PUBLIC_BYTES = 64 * 1024
PUBLIC_FIELDS = 100
"""Most that anyone may send: the public forms hold an address, a password, a code."""
FORM_BYTES = 4 * 1024 * 1024
FORM_FIELDS = 5_000
"""Most that a form without files may weigh and hold, from someone signed in."""


def install(app: Flask) -> None:
    """Set the limit before anything else reads the body."""
    app.config.update(MAX_CONTENT_LENGTH=PUBLIC_BYTES, MAX_FORM_MEMORY_SIZE=FORM_BYTES, MAX_FORM_PARTS=PUBLIC_FIELDS)
    app.before_request_funcs[None].insert(0, _set_limits)


def _set_limits() -> None:
    """Only someone whose session is alive may be read at length; files, only where a view takes them.

    A signed cookie proves nothing: it outlives the session it names. A public page never asks who is calling.
    """
    if "\0" in request.path:
        abort(404)
    if b"%00" in request.query_string:
        abort(400)  # nobody types it, and PostgreSQL takes it for a fault of ours
    if request.content_length is None:
        if "Transfer-Encoding" in request.headers:
            abort(411)  # no browser sends a form without its size
        return
    if _is_public() or not current_user.is_authenticated:
        most_bytes, most_fields = PUBLIC_BYTES, PUBLIC_FIELDS
    else:
        view = current_app.view_functions[request.endpoint or ""]
        files = edge.settings().upload_max_bytes if getattr(view, "__takes_files__", False) else 0
        most_bytes, most_fields = files + FORM_BYTES, FORM_FIELDS
    request.max_content_length, request.max_form_parts = most_bytes, most_fields
    if request.content_length > most_bytes:
        abort(413)
    if request.mimetype == "application/x-www-form-urlencoded" and _fields() > most_fields:
        abort(413)


def _is_public() -> bool:
    """Whether nobody needs to be signed in where this goes; an address that does not exist is for anyone."""
    return request.endpoint is None or declared(current_app, request.endpoint) == PUBLIC


def _fields() -> int:
    """How many fields a form that is not of files holds; Werkzeug counts those of the others."""
    return request.get_data(cache=True, parse_form_data=False).count(b"&") + 1
