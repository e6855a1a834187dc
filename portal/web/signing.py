"""What signs the cookie and the token of forms, made once in a process for each set of keys.

Flask and Flask-WTF make it again in each request, and it works on its key again at each signature. What is signed, and
what is refused, is the same to the letter: a cookie of one is read by the other.
"""

import hmac
from functools import lru_cache
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from itsdangerous.signer import SigningAlgorithm

CSRF_SALT = "wtf-csrf-token"
"""Flask-WTF's."""


class _HmacSha1(SigningAlgorithm):
    """What itsdangerous signs with, in one call."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha1")


class _KeptSigner(TimestampSigner):
    """One that works on each of its keys once."""

    def __init__(self, *told: Any, **named: Any) -> None:
        super().__init__(*told, **{**named, "algorithm": _HmacSha1()})
        self._derived: dict[bytes, bytes] = {}

    def derive_key(self, secret_key: Any = None) -> bytes:
        secret = self.secret_keys[-1] if secret_key is None else secret_key
        if secret not in self._derived:
            self._derived[secret] = super().derive_key(secret)
        return self._derived[secret]


class _KeptSerializer(URLSafeTimedSerializer):
    """One that keeps its signer: nothing in a signer changes as it signs."""

    def make_signer(self, salt: str | bytes | None = None) -> Any:
        if salt is not None and salt != self.salt:
            return super().make_signer(salt)
        held = self.__dict__.get("held")
        if held is None:
            held = self.held = super().make_signer(self.salt)
        return held


class KeptCookies(SecureCookieSessionInterface):
    """Flask's signed cookie."""

    def get_signing_serializer(self, app: Flask) -> Any:
        """What signs it and opens it: the keys that are retired first, today's last."""
        if not app.secret_key:
            return None
        return _of_cookies(self, (*(app.config["SECRET_KEY_FALLBACKS"] or ()), app.secret_key))


@lru_cache(maxsize=4)
def _of_cookies(cookies: KeptCookies, keys: tuple[Any, ...]) -> _KeptSerializer:
    return _KeptSerializer(
        list(keys),
        salt=cookies.salt,
        serializer=cookies.serializer,
        signer=_KeptSigner,
        signer_kwargs={"key_derivation": cookies.key_derivation, "digest_method": cookies.digest_method},
    )


@lru_cache(maxsize=4)
def of_forms(key: str | bytes) -> _KeptSerializer:
    """What signs the token of forms."""
    return _KeptSerializer(key, salt=CSRF_SALT, signer=_KeptSigner)


def install(app: Flask) -> None:
    """Have this application sign its cookie so."""
    app.session_interface = KeptCookies()
