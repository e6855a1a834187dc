"""Which pages are asked for on a second database: those that say something to it which it has not yet been told.

A page is given by its view, by the statements that it runs, and by what each of them finds: nothing, one row, or
several, whose order is then to be the same. A page of which each was met in this view on the second database, for
whomever it was asked, is not asked for again there; one that writes always is, so that what is read afterwards is the
same.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from sqlite3 import Connection, Cursor
from typing import Any

from sqlalchemy import Engine, event

VALUES = re.compile(r"\(\?(?:, \?)+\)")
"""A list of values, however long."""
WRITES = {"INSERT", "UPDATE", "DELETE"}


@cache
def without_lengths(statement: str) -> str:
    """A statement whose lists of values are all of one length.

    >>> without_lengths("SELECT a FROM b WHERE c IN (?, ?, ?)")
    'SELECT a FROM b WHERE c IN (?)'
    """
    return VALUES.sub("(?)", statement)


@dataclass
class Ran:
    """What was run while a page was answered."""

    statements: list[tuple[Cursor, str]] = field(default_factory=list)
    rows: dict[Cursor, int] = field(default_factory=dict)

    @property
    def shapes(self) -> set[tuple[str, int]]:
        """Each statement, with what it found: no row, one, or two that stand for several."""
        return {(without_lengths(text), min(self.rows.get(cursor, 0), 2)) for cursor, text in self.statements}

    @property
    def is_writing(self) -> bool:
        """Whether a row was written."""
        return any(text.lstrip()[:6].upper() in WRITES for _, text in self.statements)


class OtherDatabase:
    """What was met on the second database, by what the first one, of SQLite and not connected to yet, runs."""

    def __init__(self, first: Engine) -> None:
        self._met: set[tuple[str, str, int]] = set()
        self.views: set[str] = set()
        """Those of which a page was asked for there."""
        self._ran: Ran | None = None
        event.listen(first, "connect", self._count_rows)
        event.listen(first, "before_cursor_execute", self._note)

    def _count_rows(self, connection: Connection, _record: object) -> None:
        connection.row_factory = self._row

    def _row(self, cursor: Cursor, row: tuple[Any, ...]) -> tuple[Any, ...]:
        if self._ran:
            self._ran.rows[cursor] = self._ran.rows.get(cursor, 0) + 1
        return row

    def _note(self, _conn: Any, cursor: Cursor, statement: str, *_: Any) -> None:
        if self._ran:  # else nothing is held: a cursor that is not read to its end keeps its transaction
            self._ran.statements.append((cursor, statement))

    @contextmanager
    def noting(self) -> Iterator[Ran]:
        """What is run inside."""
        self._ran = ran = Ran()
        try:
            yield ran
        finally:
            self._ran = None

    def is_to_be_asked(self, views: set[str], ran: Ran) -> bool:
        """Whether a page of these views (its own, and the one it leads on to) is to be asked for there as well.

        It counts as met from then on.
        """
        shapes = {(view, text, found) for view in views for text, found in ran.shapes}
        if views <= self.views and shapes <= self._met and not ran.is_writing:
            return False
        self.views |= views
        self._met |= shapes
        return True
