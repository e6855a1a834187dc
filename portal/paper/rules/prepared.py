"""Expressions prepared once: what each one needs, and its compiled form, as numbers that another process may use.

Preparing an expression (telling its words apart, sharing its letters, compiling it) costs more than searching a
contract with it. The numbers are those of one version of Python, under whose name they are kept (`kept_expressions`).
They are made and read by private parts of `re`: there is no public way to compile once for two processes.
"""

import _sre  # type: ignore[import-not-found]
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from re import _compiler, _parser  # type: ignore[attr-defined]

from portal.core.dataclass import dataclass
from portal.paper.rules.factoring import factor_alternatives
from portal.paper.rules.required_words import SearchPlan, plan_search

MAGIC: int = _sre.MAGIC
"""What the numbers are written for; another one refuses them."""


@dataclass(frozen=True, slots=True)
class CompiledCode:
    """A compiled expression as numbers."""

    source: str
    flags: int
    code: Sequence[int]
    groups: int
    named: Mapping[str, int]


@dataclass(slots=True)
class PreparedExpressions:
    """What is known of expressions, filled as they are used; `changed` says that it holds more than it was given."""

    plans: dict[str, SearchPlan] = field(default_factory=dict)
    codes: dict[str, CompiledCode] = field(default_factory=dict)
    by_flags: dict[tuple[str, int], CompiledCode] = field(default_factory=dict)
    """Those of the code: they are compiled as they are written, under their flags."""
    terms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The expressions of each term of the readings, by its text."""
    changed: bool = False
    _ready: dict[str, re.Pattern[str]] = field(default_factory=dict)

    def plan(self, expression: str) -> SearchPlan:
        """What an expression needs."""
        if expression not in self.plans:
            self.plans[expression] = plan_search(expression)
            self.changed = True
        return self.plans[expression]

    def compiled(self, expression: str) -> re.Pattern[str]:
        """An expression ready to search; what was kept is compiled again when it is not what it should be.

        >>> first = PreparedExpressions()
        >>> first.compiled("notif|inform|note|indic").search("il informe").group()
        'inform'
        >>> again = PreparedExpressions(codes=first.codes)
        >>> again.compiled("notif|inform|note|indic").search("il informe").group(), again.changed
        ('inform', False)
        """
        if expression not in self._ready:
            if expression not in self.codes:
                self.codes[expression] = _code_of(factor_alternatives(expression))
                self.changed = True
            self._ready[expression] = _pattern_of(self.codes[expression])
        return self._ready[expression]

    def as_written(self, source: str, flags: int = 0) -> re.Pattern[str]:
        """An expression of the code, as `re.compile` has it.

        >>> first = PreparedExpressions()
        >>> first.as_written("(?P<verb>notif|inform)", re.IGNORECASE).search("Il INFORME")["verb"]
        'INFORM'
        >>> again = PreparedExpressions(by_flags=first.by_flags)
        >>> again.as_written("(?P<verb>notif|inform)", re.IGNORECASE).flags == re.IGNORECASE | re.UNICODE, again.changed
        (True, False)
        """
        if (source, flags) not in self.by_flags:
            self.by_flags[source, flags] = _code_of(source, flags)
            self.changed = True
        return _pattern_of(self.by_flags[source, flags])


def _code_of(source: str, flags: int = 0) -> CompiledCode:
    """The numbers of an expression, as `re.compile` makes them; raises re.error for a bad one."""
    parsed = _parser.parse(source, flags)
    return CompiledCode(
        source,
        flags | parsed.state.flags,
        _compiler._code(parsed, flags),
        parsed.state.groups - 1,
        parsed.state.groupdict,
    )


def _pattern_of(kept: CompiledCode) -> re.Pattern[str]:
    """The expression of some numbers; they are checked by the machine that runs them, and made anew when refused."""
    names: list[str | None] = [None] * (kept.groups + 1)
    for name, rank in kept.named.items():
        names[rank] = name
    try:
        made: re.Pattern[str] = _sre.compile(
            kept.source, kept.flags, list(kept.code), kept.groups, dict(kept.named), tuple(names)
        )
    except (RuntimeError, OverflowError, TypeError, ValueError):
        return re.compile(kept.source, kept.flags)
    return made
