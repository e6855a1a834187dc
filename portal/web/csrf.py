"""The token of forms, written differently in each answer.

Flask-WTF's token begins with the same letters in every page of a session. Compressed beside words that somebody else
chose, they could be guessed from the length of the answer; masked by a pad drawn for each answer, nothing in a page
repeats from one answer to the next.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import shake_256

from flask import Flask, current_app, g, session
from flask_wtf.csrf import CSRFProtect, _FlaskFormCSRF, generate_csrf

from portal.web import signing

_SEED_BYTES = 16
_FIELD = "csrf_token"
"""Flask-WTF's, in the session and, signed, beside the request."""


class MaskedCsrf(CSRFProtect):  # type: ignore[misc]
    """Flask-WTF's protection of posts, whose token is masked in pages and unmasked when it comes back."""

    def init_app(self, app: Flask) -> None:
        """Give templates the masked token under the name that Flask-WTF uses."""
        super().init_app(app)
        app.jinja_env.globals["csrf_token"] = masked_token
        app.context_processor(lambda: {"csrf_token": masked_token})

    def _get_csrf_token(self) -> str | None:
        sent = super()._get_csrf_token()
        return None if sent is None else unmask(sent)


class FormCsrf(_FlaskFormCSRF):  # type: ignore[misc]
    """The token as forms hold it."""

    def generate_csrf_token(self, csrf_token_field: object) -> str:
        """The one of this answer."""
        return signed_token()


def signed_token() -> str:
    """Flask-WTF's token of this answer, put where it looks for it; it draws the first of a session."""
    held = g._get_current_object()
    signed: str | None = held.get(_FIELD)
    if signed is None:
        drawn, key = session.get(_FIELD), current_app.secret_key
        if isinstance(drawn, str) and key:
            signed = held.csrf_token = signing.of_forms(key).dumps(drawn)
    return str(generate_csrf()) if signed is None else signed


def masked_token() -> str:
    """The token of this answer's forms, the same in all of them."""
    held = g._get_current_object()
    token = signed_token()
    known, masked = held.get("masked_csrf", ("", ""))
    if known != token:
        masked = mask(token, secrets.token_bytes(_SEED_BYTES))
        held.masked_csrf = (token, masked)
    return str(masked)


def mask(token: str, seed: bytes) -> str:
    """A token under a pad drawn from a seed, the seed before it.

    >>> mask("abc", b"0" * 16) == mask("abc", b"1" * 16)
    False
    >>> unmask(mask("abc", b"0" * 16))
    'abc'
    """
    return urlsafe_b64encode(seed + _padded(token.encode(), seed)).decode().rstrip("=")


def unmask(sent: str) -> str:
    """The token that came back; what is not masked is given back as it came, for the check that follows to judge.

    Pages opened before an update hold a token that is not masked: it has dots, a masked one has none.

    >>> unmask("WyJh.Zx.c"), unmask("é"), unmask("a")
    ('WyJh.Zx.c', 'é', 'a')
    """
    if "." in sent or not sent.isascii():
        return sent
    try:
        raw = urlsafe_b64decode(sent + "=" * (-len(sent) % 4))
    except (NotBase64, ValueError):
        return sent
    return _padded(raw[_SEED_BYTES:], raw[:_SEED_BYTES]).decode("latin-1") if len(raw) > _SEED_BYTES else sent


def _padded(text: bytes, seed: bytes) -> bytes:
    pad = shake_256(seed).digest(len(text))
    return (int.from_bytes(text) ^ int.from_bytes(pad)).to_bytes(len(text))
