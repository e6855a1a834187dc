"""The keys that seal: their form, without the library that seals with them (https://github.com/fernet/spec)."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

_BYTES = 32


def draw_key() -> str:
    """A new key.

    >>> is_key(draw_key())
    True
    """
    return urlsafe_b64encode(secrets.token_bytes(_BYTES)).decode()


def is_key(text: object) -> bool:
    """Whether a text is 32 bytes in base64, as the library asks.

    >>> is_key("abc"), is_key("é" * 44), is_key(None), is_key("A" * 43 + "=")
    (False, False, False, True)
    """
    if not isinstance(text, str) or not text.isascii():
        return False
    try:
        return len(urlsafe_b64decode(text)) == _BYTES
    except ValueError:
        return False
