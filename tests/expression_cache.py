"""Expressions of the readings that were prepared before, kept on disk from one process and one run to the next.

In `var/cache/expressions`, as the commands of the portal keep them (`portal.paper.kept_expressions`): the name of the
file says the readings, the code that prepares them, and Python. Between two modules, a process takes what another one
has kept meanwhile, and keeps its own once it has prepared many more: each would prepare two thousand by itself.
"""

from contextlib import suppress

from portal.core.config import ROOT
from portal.paper import kept_expressions
from portal.paper.rules.patterns import PREPARED

FOLDER = ROOT / "var" / "cache" / "expressions"
MANY = 300
"""Expressions prepared beyond those kept that are worth the time of writing the file."""


class Followed:
    """The file, as this process last met it."""

    def __init__(self) -> None:
        self._met = 0
        """When the file that was last read or written was written, in nanoseconds."""
        self._kept = 0
        """Expressions that were prepared then."""

    def take(self) -> None:
        """Take what another process has kept since."""
        if (written := self._written()) != self._met:
            with kept_expressions.kept_expressions(FOLDER):
                PREPARED.changed = False  # nothing is written here
            self._met, self._kept = written, len(PREPARED.codes)

    def keep(self, least: int = MANY) -> None:
        """Keep what was prepared, if that is as many as this."""
        if len(PREPARED.codes) - self._kept >= least:
            with kept_expressions.kept_expressions(FOLDER):
                PREPARED.changed = True
            self._met, self._kept = self._written(), len(PREPARED.codes)

    def _written(self) -> int:
        with suppress(FileNotFoundError):  # another process has just taken away that of older readings
            return max((path.stat().st_mtime_ns for path in FOLDER.glob("expressions-*.bin")), default=0)
        return 0
