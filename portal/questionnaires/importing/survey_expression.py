"""Expressions of SurveyJS: `{question} = 'value'`, `contains`, `anyof`, with `and`, `or`, `not` and brackets."""

from portal.core.expressions import expression
from portal.questionnaires.importing.expressions import Either, Every, Expression, Opposite, Picked, Unsayable

LONGEST = 4_000
_DEEPEST = 40
_TOKEN = expression(
    r"\{[^{}]{1,200}\}|'[^']{0,500}'|\"[^\"]{0,500}\"|<>|!=|==|=|>=|<=|>|<|&&|\|\||[!()\[\],*]|[^\s{}'\"<>!=&|()\[\],*]{1,200}"
)
_OPEN, _CLOSED, _BETWEEN = {"(", "["}, {"]"}, {","}
_AND, _OR, _NOT = {"and", "&&"}, {"or", "||"}, {"!", "not", "negate"}
_EQUAL, _DIFFERENT = {"=", "==", "equal"}, {"<>", "!=", "notequal"}
_HOLDS, _LACKS = {"contains", "contain", "*=", "anyof"}, {"notcontains", "notcontain", "noneof"}


class _NotSaid(ValueError):
    """The text is no such expression."""


def parse_survey_expression(text: str) -> Expression:
    """The expression; an `Unsayable` with the text of what is of another kind.

    >>> parse_survey_expression("{a} = 'x' and {b} anyof ['y', 'z']").parts[1].choices == {"y", "z"}
    True
    >>> parse_survey_expression("{age} > 18")
    Unsayable(text='{age} > 18')
    """
    tokens, at = [], 0
    while at < len(text) and len(text) <= LONGEST:
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            return Unsayable(text[:300])
        tokens.append(match[0])
        at = match.end()
    if at < len(text):
        return Unsayable(text[:300])
    reading = _SurveyReading(tokens)
    try:
        return reading.whole()
    except _NotSaid:
        return Unsayable(text[:300])


class _SurveyReading:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._at = tokens, 0

    def whole(self) -> Expression:
        found = self._either(0)
        if self._at < len(self._tokens):
            raise _NotSaid
        return found

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._next()
        self._at += 1
        return token

    def _either(self, depth: int) -> Expression:
        parts = [self._every(depth)]
        while self._next().lower() in _OR:
            self._at += 1
            parts.append(self._every(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _every(self, depth: int) -> Expression:
        parts = [self._one(depth)]
        while self._next().lower() in _AND:
            self._at += 1
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _one(self, depth: int) -> Expression:
        if depth > _DEEPEST:
            raise _NotSaid
        token = self._take()
        if token.lower() in _NOT:
            return Opposite(self._one(depth + 1))
        if token in _OPEN:
            found = self._either(depth + 1)
            if self._take() != ")":
                raise _NotSaid
            return found
        if token.startswith("{"):
            return self._compared(token[1:-1].strip())
        if token[:1] in {"'", '"'} and self._next().lower() in _EQUAL:
            self._at += 1
            question = self._take()
            if question.startswith("{"):
                return Picked(question[1:-1].strip(), frozenset({token[1:-1]}))
        raise _NotSaid

    def _compared(self, question: str) -> Expression:
        operator = self._take().lower()
        if operator in {"notempty", "empty"}:
            return Unsayable(f"{{{question}}} {operator}")
        began = self._at
        values = self._values()
        if operator in _EQUAL | _HOLDS and len(values) > 1 and operator == "contains":
            return Every(tuple(Picked(question, frozenset({value})) for value in values))
        if operator in _EQUAL | _HOLDS:
            return Picked(question, frozenset(values))
        if operator == "allof":
            return Every(tuple(Picked(question, frozenset({value})) for value in values))
        if operator in _DIFFERENT | _LACKS:
            return Opposite(Picked(question, frozenset(values)))
        return Unsayable(f"{{{question}}} {operator} {' '.join(self._tokens[began : self._at])}")

    def _values(self) -> list[str]:
        token = self._take()
        if token not in _OPEN:
            return [self._value(token)]
        values = []
        while (token := self._take()) not in _CLOSED:
            if token in _BETWEEN:
                continue
            values.append(self._value(token))
        if not values:
            raise _NotSaid
        return values

    def _value(self, token: str) -> str:
        if token[:1] in {"'", '"'}:
            return token[1:-1]
        if not token or token[0] in "{}()[],<>=!&|*":
            raise _NotSaid
        return token
