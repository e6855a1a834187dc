"""Headers that every answer carries: what browsers may load, run, keep and tell other sites."""

import secrets

from flask import Flask, Response, g, request
from werkzeug.datastructures import Headers

_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""What any answer carries, a page or a file, from the application or before it."""

_STATIC = frozenset({"static", "bootstrap.static", "web.static"})


def install(app: Flask) -> None:
    """Add the headers to each answer that does not set them itself."""
    app.after_request(_add)


def let_frame(response: Response) -> None:
    """Let a page of ours show this one, or show one of ours, in a frame: a preview, where nothing can be done."""
    policy = _POLICY.format(nonce=nonce()).replace("frame-ancestors 'none'", "frame-ancestors 'self'; frame-src 'self'")
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Frame-Options"] = "SAMEORIGIN"


def nonce() -> str:
    """The script nonce of this response."""
    held = g._get_current_object()
    found: str | None = held.get("nonce")
    if found is None:
        found = held.nonce = secrets.token_urlsafe(16)
    return found


def add_transport_security(headers: Headers, *, is_secure: bool) -> None:
    """Hold browsers to TLS once they have come by it."""
    if is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


def _add(response: Response) -> Response:
    headers = response.headers
    set_already = {name.lower() for name, _value in headers}  # each look among them would read them all
    if "content-security-policy" not in set_already:
        headers.add("Content-Security-Policy", _POLICY.format(nonce=nonce()))
    for name, value in ALWAYS.items():
        if name.lower() not in set_already:
            headers.add(name, value)
    add_transport_security(headers, is_secure=request.is_secure)
    if "cache-control" not in set_already and request.endpoint not in _STATIC:
        headers.add("Cache-Control", "no-store")
    return response
