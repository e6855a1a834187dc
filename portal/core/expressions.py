"""Regular expressions of the code, each compiled when it is first searched: a process uses few of those it loads."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

__all__ = ["compiled_by", "expression"]

_COMPILER: ContextVar[Callable[[str, int], re.Pattern[str]]] = ContextVar("compiler", default=re.compile)


class LateExpression:
    """Stands for a compiled expression until one of its names is asked for, and has that name as its own from then on.

    A fault in one shows when it is first searched; `tests/regexes` compiles them all.
    """

    def __init__(self, pattern: Any, flags: int = 0) -> None:
        self.pattern, self._flags = pattern, int(flags)

    def __getattr__(self, wanted: str) -> Any:
        """What the compiled expression calls so."""
        if wanted == "_compiled":
            compiler = _COMPILER.get() if isinstance(self.pattern, str) else re.compile
            found: Any = compiler(self.pattern, self._flags)
        else:
            found = getattr(self._compiled, wanted)
        self.__dict__[wanted] = found
        return found

    def __repr__(self) -> str:
        return f"expression({self.pattern!r})"


if TYPE_CHECKING:
    expression = re.compile
else:

    def expression(pattern: str | bytes, flags: int = 0) -> LateExpression:
        """An expression as `re.compile` has it, compiled when it is first searched.

        >>> expression("[a-z]+", re.IGNORECASE).findall("un DEUX")
        ['un', 'DEUX']
        """
        return LateExpression(pattern, flags)


@contextmanager
def compiled_by(compiler: Callable[[str, int], re.Pattern[str]]) -> Iterator[None]:
    """Have the expressions that are first searched meanwhile compiled by something that knows them already."""
    token = _COMPILER.set(compiler)
    try:
        yield
    finally:
        _COMPILER.reset(token)
