"""Timing in CPU seconds, and lines that say what was measured, against what, and whether the aim is met."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import quantiles

from sqlalchemy import Engine, event

_NOT_COUNTED = ("BEGIN", "COMMIT", "PRAGMA", "SAVEPOINT", "RELEASE")


@dataclass
class Report:
    """The lines of a run."""

    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)

    def add(self, what: str, value: float, unit: str, aim: float | None, limit: str = "") -> None:
        """One figure; `aim` is what it must not exceed, in the same unit; `limit` what was measured beside it."""
        verdict = "" if aim is None else "ok" if value <= aim else "MISSED"
        row = (what, f"{value:,.2f} {unit}", "" if aim is None else f"≤ {aim:g} {unit}", limit, verdict)
        self.rows.append(row)
        print("  ".join(cell for cell in row if cell), flush=True)

    def show(self) -> None:
        """Print the table."""
        headers = ("measure", "figure", "aim", "beside it, same run", "")
        widths = [max(len(row[i]) for row in [headers, *self.rows]) for i in range(5)]
        print()
        for row in [headers, *self.rows]:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def cpu(action: Callable[[], object], *, times: int = 9, warm: int = 2) -> float:
    """CPU milliseconds of an action in this process: the first quartile, for what others do on a machine only adds."""
    for _ in range(warm):
        action()
    spent = []
    for _ in range(times):
        start = time.process_time()
        action()
        spent.append((time.process_time() - start) * 1000)
    return quantiles(spent, n=4)[0]


def statements(engine: Engine, action: Callable[[], object]) -> int:
    """SQL statements of an action, those of transactions aside."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.upper().startswith(_NOT_COUNTED):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        action()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
