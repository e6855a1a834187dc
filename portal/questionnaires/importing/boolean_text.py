"""Boolean expressions as VSAQ writes them: « && », « || », « ! », brackets, names; anything else cannot be said."""

import re
from collections.abc import Callable

from portal.questionnaires.importing.expressions import Either, Every, Expression, Opposite, Unsayable

LONGEST = 4_000
_DEEPEST = 40
_NOT, _OPEN = {"!"}, {"("}


class _NotParsed(ValueError):
    """The text is no such expression."""


def parse_boolean(text: str, token: re.Pattern[str], named: Callable[[str], Expression]) -> Expression:
    """The expression; an `Unsayable` holding the whole text when it is of another kind.

    >>> parse_boolean("a && !(b || c)", re.compile(r"&&|[|][|]|[!()]|[a-z]+"), Unsayable).parts[0]
    Unsayable(text='a')
    """
    tokens, at = [], 0
    if len(text) > LONGEST:
        return Unsayable(text[:200])
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = token.match(text, at)
        if match is None:
            return Unsayable(text)
        tokens.append(match[0])
        at = match.end()
    reading = _BooleanReading(tokens, named)
    try:
        return reading.whole()
    except _NotParsed:
        return Unsayable(text)


class _BooleanReading:
    def __init__(self, tokens: list[str], named: Callable[[str], Expression]) -> None:
        self._tokens, self._at, self._named = tokens, 0, named

    def whole(self) -> Expression:
        found = self._either(0)
        if self._at < len(self._tokens):
            raise _NotParsed
        return found

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _either(self, depth: int) -> Expression:
        parts = [self._every(depth)]
        while self._next() == "||":
            self._at += 1
            parts.append(self._every(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _every(self, depth: int) -> Expression:
        parts = [self._one(depth)]
        while self._next() == "&&":
            self._at += 1
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _one(self, depth: int) -> Expression:
        token = self._next()
        self._at += 1
        if depth > _DEEPEST or token in {"", ")", "&&", "||"}:
            raise _NotParsed
        if token in _NOT:
            return Opposite(self._one(depth + 1))
        if token in _OPEN:
            found = self._either(depth + 1)
            if self._next() != ")":
                raise _NotParsed
            self._at += 1
            return found
        return self._named(token)
