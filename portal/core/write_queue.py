"""The queue before SQLite's one write lock: who asked first writes first, in this process and among processes.

SQLite makes a writer look again after longer and longer sleeps: the lock lies free meanwhile, and goes to who has just
come rather than to who has waited. Here the lock is handed over.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

SECONDS = 30.0
"""How long a writer waits for its turn before it is told that the database is locked, unless it says otherwise."""
PAUSE = 0.0005
"""Seconds between two looks at a file that another process holds."""


class WriteQueue:
    """The queue before one file. Threads wait in order; the first of each process waits for the other processes.

    Between processes there are two locks: nobody asks for the second without holding the first, so that a process which
    has just written and asks again comes after the one that waits. A process that dies lets go of both.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     mine, theirs = (WriteQueue(f"{folder}/vigie.db") for _process in range(2))
    ...     mine.take(), theirs.take(seconds=0), mine.give_back(), theirs.take(seconds=0)
    (True, False, None, True)
    """

    def __init__(self, database: str) -> None:
        self._paths = (f"{database}-next", f"{database}-turn")
        self._files: tuple[int, int] | None = None
        self._guard = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many threads of this process wait."""
        return len(self._waiting)

    def take(self, seconds: float = SECONDS) -> bool:
        """Wait for one's turn; False when it has not come in time."""
        end = time.monotonic() + seconds
        if not self._enter(seconds):
            return False
        if self._go_before_other_processes(end):
            return True
        self._leave()
        return False

    def give_back(self) -> None:
        """Let the next one write."""
        fcntl.flock(self._opened()[1], fcntl.LOCK_UN)
        self._leave()

    def _enter(self, seconds: float) -> bool:
        turn = threading.Lock()
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=seconds):
            return True
        with self._guard:
            if turn not in self._waiting:
                return True  # it was given at the last moment
            self._waiting.remove(turn)
            return False

    def _leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False

    def _go_before_other_processes(self, end: float) -> bool:
        following, turn = self._opened()
        if not _lock_before(end, following):
            return False
        try:
            return _lock_before(end, turn)
        finally:
            fcntl.flock(following, fcntl.LOCK_UN)

    def _opened(self) -> tuple[int, int]:
        """The two files, opened at the first turn: an engine connects to nothing before it is used."""
        if self._files is None:
            first, second = (os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for path in self._paths)
            self._files = (first, second)
        return self._files

    def close(self) -> None:
        """Let go of the files."""
        if self._files is not None:
            for file in self._files:
                os.close(file)
            self._files = None


def _lock_before(end: float, file: int) -> bool:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(PAUSE)
        else:
            return True


class QueuedConnection(sqlite3.Connection):
    """A connection that has its turn before it writes, and gives it back when its transaction ends, however it ends."""

    queue: WriteQueue
    has_turn = False

    def take_turn(self, seconds: float = SECONDS) -> None:
        """Wait for one's turn to write; raises sqlite3.OperationalError when it does not come."""
        if not self.queue.take(seconds):
            raise sqlite3.OperationalError("database is locked")
        self.has_turn = True

    def end_turn(self) -> None:
        """Let the next one write, if it was one's turn."""
        if self.has_turn:
            self.has_turn = False
            self.queue.give_back()

    def commit(self) -> None:
        """Keep what was written; when that fails the transaction, and the turn, are still there."""
        super().commit()
        self.end_turn()

    def rollback(self) -> None:
        """Undo what was written."""
        try:
            super().rollback()
        finally:
            self.end_turn()

    def close(self) -> None:
        """Let go of the database."""
        try:
            super().close()
        finally:
            self.end_turn()


def connections_of(queue: WriteQueue, prepare: Callable[[], object] = bool) -> Callable[..., QueuedConnection]:
    """What sqlite3.connect makes connections with; `prepare` is called before each opens the file."""

    def make(*arguments: Any, **options: Any) -> QueuedConnection:
        prepare()
        made = QueuedConnection(*arguments, **options)
        made.queue = queue
        return made

    return make
