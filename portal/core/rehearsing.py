"""Whether this thread works on a copy of the database, in a drill: what it hands out says so. Standard library only."""

from contextvars import ContextVar, Token

_on: ContextVar[bool] = ContextVar("rehearsing", default=False)


def is_on() -> bool:
    """Whether it does."""
    return _on.get()


def begin() -> Token[bool]:
    """From here on it does, until the token is given back."""
    return _on.set(True)


def end(token: Token[bool]) -> None:
    """It does no more."""
    _on.reset(token)
