"""`python -m tests.regexes.compiled`: every expression that the portal compiles, as JSON, one process to itself.

Nothing is listed by hand: the compiler of `re` is watched while every module of the portal is imported, its data files
are loaded, and a contract, lists, samples and forms are read. Those that libraries compile for themselves are left out.
"""

import json
import pkgutil
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from re import _compiler
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PORTAL = str(ROOT / "portal")
_READINGS = "clause_library/readings"
SKIPPED = {"portal.seed.__main__", "portal.translations.__main__", "portal.core.documents.printing_child"}
"""Programs, which run when they are imported."""


@dataclass(frozen=True)
class CompiledExpression:
    """One expression: its source, its flags, and where it was compiled."""

    source: str
    flags: int
    is_bytes: bool
    place: str
    is_reading: bool = False
    """Whether it is only ever searched in lines whose words were cut (`paper.rules.patterns`)."""
    parts: Sequence[str] = ()
    """What it is made of, when these are searched one after the other (`paper.rules.ordered_words`)."""

    def pattern(self) -> re.Pattern[Any]:
        """Compiled anew."""
        return re.compile(self.source.encode("latin-1") if self.is_bytes else self.source, self.flags)


class _Watched:
    """The compiler of `re`, noting what the portal's own files give it."""

    def __init__(self) -> None:
        self.found: dict[tuple[Any, int], CompiledExpression] = {}
        self._compile = _compiler.compile
        _compiler.compile = self  # type: ignore[assignment]

    def __call__(self, source: Any, flags: int = 0) -> re.Pattern[Any]:
        made = self._compile(source, flags)
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename == re.__file__:
            frame = frame.f_back  # type: ignore[assignment]
        place = frame.f_code.co_filename if frame is not None else ""
        if place.startswith(PORTAL):
            self.note(made, f"{place[len(PORTAL) + 1 :]}:{frame.f_lineno}")
        return made

    def note(self, made: re.Pattern[Any], place: str, *, is_reading: bool = False) -> None:
        """Keep one."""
        is_bytes = isinstance(made.pattern, bytes)
        source = made.pattern.decode("latin-1") if is_bytes else made.pattern
        flags = made.flags & ~(re.TEMPLATE if hasattr(re, "TEMPLATE") else 0)
        self.found.setdefault((source, flags), CompiledExpression(source, flags, is_bytes, place, is_reading))


def _modules() -> Iterator[str]:
    for one in pkgutil.walk_packages([PORTAL], "portal."):
        if one.name not in SKIPPED:
            yield one.name


def collect(*, readings: bool) -> list[CompiledExpression]:
    """Every expression, or all but those of the readings, in a process that has not imported the portal yet."""
    assert not any(name.startswith("portal") for name in sys.modules), "ask for it in a process of its own"
    watched = _Watched()
    # Those that wait for their first search are compiled at once, where they are written.
    import_module("portal.core.expressions").expression = re.compile
    for name in _modules():
        import_module(name)
    exercise = import_module("tests.regexes.exercise")
    exercise.run()
    for source, place in exercise.written_in_calls():
        watched.note(re.compile(source), place)
    prepared = import_module("portal.paper.rules.patterns").PREPARED
    # Those that a check has just searched are compiled by `re`'s own machine, which is not watched.
    for expression in exercise.readings() if readings else prepared.codes:
        watched.note(prepared.compiled(expression), _READINGS, is_reading=True)
    joined = f".{{0,{import_module('portal.paper.rules.ordered_words').CLOSE}}}?".join
    together = (
        CompiledExpression(joined(f"(?:{part})" for part in term.parts), re.UNICODE, False, _READINGS, True, term.parts)
        for term in (exercise.ordered_readings() if readings else ())
    )
    return [*watched.found.values(), *together]


if __name__ == "__main__":
    json.dump([vars(one) for one in collect(readings="readings" in sys.argv)], sys.stdout)
