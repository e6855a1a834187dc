"""Tokens of one-time links: derived from the secret when a mail is sent, kept only as a hash."""

import hashlib
import hmac
import secrets


def derive(secret: str, purpose: str) -> str:
    """A 256-bit token for one purpose (`invitation:12:nonce`), the same each time: nothing secret need be stored."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def fingerprint(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def draw() -> str:
    """A fresh 256-bit random value, URL-safe."""
    return secrets.token_urlsafe(32)


def digits(secret: str, purpose: str, count: int = 6) -> str:
    """A short code for one purpose, the same each time, to be typed by whoever received it.

    >>> digits("s", "code:1"), len(digits("s", "code:2", 8))
    ('467455', 8)
    """
    return f"{int(derive(secret, purpose), 16) % 10**count:0{count}}"
