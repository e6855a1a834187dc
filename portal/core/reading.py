"""Reading files that somebody else made, in a child process: a file that would take all the memory or all the time
stops a reading, never who serves pages.

The child is kept from one file to the next, one of each kind in a process: starting one costs as much as reading many
small files. It is the one of printing (`portal.core.documents.printing`), with limits.
"""

import atexit
import io
import pickle
from dataclasses import is_dataclass
from enum import Enum
from typing import Any

from portal.core import logs
from portal.core.documents.printing import Printer, PrintingCrashed, PrintingError, PrintingTimedOut
from portal.core.errors import Refused
from portal.core.language import N_

log = logs.get_logger()
PLAIN_CLASSES = frozenset(
    {
        ("builtins", "set"), ("builtins", "frozenset"), ("collections", "Counter"), ("collections", "OrderedDict"),
        ("datetime", "date"), ("datetime", "datetime"), ("datetime", "time"), ("datetime", "timedelta"),
        ("datetime", "timezone"), ("decimal", "Decimal"), ("fractions", "Fraction"),
    }
)  # fmt: skip
RECORD_BASES = (Enum, Refused, tuple)
"""With dataclasses, what a reading's answer may be made of: enumerations, refusals and named tuples."""


class NotRead(Refused):
    """A file whose reading was stopped: it asked for more time or memory than any honest one."""

    SENTENCE = N_(
        "La lecture de ce fichier a été arrêtée : elle demandait trop de temps ou de mémoire. Rien n'en est gardé. "
        "Ouvrez-le, enregistrez-le à nouveau, et coupez-le en plusieurs s'il est très long."
    )

    def __init__(self) -> None:
        super().__init__(self.SENTENCE)


class _ReadResult(pickle.Unpickler):
    """What a child answers, made of plain values and of the portal's own records.

    The child has read what somebody hostile wrote: were it taken over, its answer would still call nothing here.
    """

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in PLAIN_CLASSES:
            return super().find_class(module, name)
        if module.startswith("portal."):
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, RECORD_BASES)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value of a reading")


class ChildReader:
    """One child that reads files by the functions of one module (declared `answering`), one file at a time."""

    def __init__(self, module: str, seconds: float) -> None:
        self._child, self._seconds, self._module = Printer(module), seconds, module
        atexit.register(self._child.stop)

    def read(self, function: str, *arguments: Any) -> Any:
        """What a function of the module returns; raises what it refused, or NotRead when it was stopped."""
        try:
            refused, found = _ReadResult(io.BytesIO(self._child.call(function, arguments, self._seconds))).load()
        except PrintingError as failure:
            if isinstance(failure, PrintingTimedOut | PrintingCrashed) or str(failure).startswith("MemoryError"):
                log.warning("reading stopped", reader=self._module, why=str(failure))
                raise NotRead from failure
            raise
        if refused is not None:
            raise refused(found)
        return found

    def stop(self) -> None:
        """End the child; the next file gets another."""
        self._child.stop()
