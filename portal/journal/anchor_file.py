"""The file of the anchor on the disk: lines are added whole or not at all, by one process at a time."""

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.errors import PortalError
from portal.core.files import Full, Unavailable
from portal.core.language import say
from portal.journal.rules import (
    LONGEST_LINE,
    AnchorState,
    ChainKey,
    LineKind,
    continued,
    is_line_sealed,
    line_text,
    read_anchor,
    read_line,
)

ROTATED_AT = 8 * 1024 * 1024
"""Bytes from which a file goes on in another: some twenty thousand writes."""
MODE = 0o600
LINES_AT_END = 8
"""Lines at the end of a file that say where the journal ended."""
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class AnchorAway(Unavailable):
    """A line could not be written: the transaction that it was to announce is not committed."""


@dataclass(frozen=True)
class AnchorFile:
    """A file of the anchor, and the key that seals its lines."""

    path: Path
    key: ChainKey

    def read(self) -> AnchorState | None:
        """What it says; None when there is no such file. Raises AnchorAway when it cannot be read."""
        try:
            with self.path.open(encoding="ascii", errors="replace") as lines:
                return read_anchor(self.key, (line.rstrip("\n") for line in lines if line.endswith("\n")))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _failure(self.path, error) from error

    def since(self) -> int | None:
        """The first entry that is sealed with the key, as its first line says; None when it does not."""
        try:
            with self.path.open(encoding="ascii", errors="replace") as lines:
                line = read_line(lines.readline(LONGEST_LINE))
        except OSError:
            return None
        if line is None or not is_line_sealed(self.key, line) or not isinstance(line.get("since"), int):
            return None
        return int(line["since"])

    def noted_end(self) -> int | None:
        """The last entry that its last lines are sure of; None without a file, or one whose end is not ours."""
        try:
            with self.path.open("rb") as handle:
                text = _tail_text(handle.fileno())[1]
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _failure(self.path, error) from error
        ends = []
        for line in filter(None, map(read_line, text.splitlines()[-LINES_AT_END:])):
            said = line.get("before" if line.get("kind") == LineKind.NEXT else "count")
            if line.get("kind") != LineKind.SIGNED and isinstance(said, int) and is_line_sealed(self.key, line):
                ends.append(said)
        return max(ends, default=None)

    def trouble(self) -> str | None:
        """Why no line can be added now, for /healthz; None when one can."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not os.access(self.path if self.path.exists() else self.path.parent, os.W_OK):
                return "not writable"
        except OSError as error:
            return error.strerror or type(error).__name__
        return None

    def add(
        self, said: Mapping[str, Any], *, begin: Callable[[], Mapping[str, Any]] | None = None, is_kept: bool = True
    ) -> None:
        """Add a line, on the disk when `is_kept`; `begin` makes the first line of a file that is not there yet.

        Raises AnchorAway or Full, and the file is then as it was.
        """
        try:
            with self._held() as descriptor:
                size, previous = _tail(descriptor)
                text = ""
                if not size and begin is not None:
                    text = line_text(self.key, "", begin()) + "\n"
                    previous = _seal_of(text)
                text += line_text(self.key, previous, said) + "\n"
                _write(descriptor, size, text, is_kept=is_kept)
                if size + len(text) > ROTATED_AT:
                    self._go_on()
        except OSError as error:
            raise _failure(self.path, error) from error

    def restart(self, first: Mapping[str, Any]) -> None:
        """Begin the file again with one line; the former one is kept beside it, under another name."""
        try:
            with self._held():
                if self.path.stat().st_size:
                    shutil.copy2(self.path, self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}"))
                self._replace(first)
        except OSError as error:
            raise _failure(self.path, error) from error

    def _go_on(self) -> None:
        """Go on in a file that begins with all that is still to be held to; the former one is kept, once."""
        state = read_anchor(self.key, self.path.read_text(encoding="ascii", errors="replace").splitlines())
        shutil.copy2(self.path, self.path.with_name(self.path.name + ".1"))
        self._replace(continued(state))

    def _replace(self, first: Mapping[str, Any]) -> None:
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as handle:
                handle.write(line_text(self.key, "", first) + "\n")
                handle.flush()
                os.fsync(handle.fileno())
            draft.replace(self.path)
        finally:
            draft.unlink(missing_ok=True)

    @contextmanager
    def _held(self) -> Iterator[int]:
        """The file, open and ours alone; another process may have replaced it while we waited."""
        while True:
            descriptor = self._opened()
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if self._is_here(descriptor):
                    yield descriptor
                    return
            finally:
                os.close(descriptor)

    def _opened(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT, MODE)
        except FileNotFoundError:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(self.path, os.O_RDWR | os.O_CREAT, MODE)

    def _is_here(self, descriptor: int) -> bool:
        try:
            return os.fstat(descriptor).st_ino == os.stat(self.path).st_ino
        except FileNotFoundError:
            return False


def _tail(descriptor: int) -> tuple[int, str]:
    """Where the last whole line ends, and its seal."""
    end, text = _tail_text(descriptor)
    return end, _seal_of(text)


def _tail_text(descriptor: int) -> tuple[int, str]:
    """Where the last whole line ends, and the text up to there; what a loss of power left of another is no line."""
    size = os.fstat(descriptor).st_size
    start = max(size - 2 * LONGEST_LINE, 0)
    text = os.pread(descriptor, size - start, start)
    whole = text.rfind(b"\n") + 1
    return start + whole, text[:whole].decode("ascii", "replace")


def _seal_of(text: str) -> str:
    """The seal of the last line of a text; empty when it is none, which no line that follows can hide."""
    line = read_line(text.rstrip("\n").rpartition("\n")[2])
    return "" if line is None else str(line["mac"])


def _write(descriptor: int, size: int, text: str, *, is_kept: bool) -> None:
    """Put a text at the end, whole or not at all."""
    try:
        if os.fstat(descriptor).st_size != size:
            os.ftruncate(descriptor, size)
        written, data = 0, text.encode("ascii")
        while written < len(data):
            written += os.pwrite(descriptor, data[written:], size + written)
        if is_kept:
            os.fdatasync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _failure(path: Path, error: OSError) -> PortalError:
    if error.errno in _NO_ROOM:
        return Full()
    return AnchorAway(
        say(
            "L'ancre du journal ne s'écrit pas ou ne se lit pas (%(path)s : %(why)s) : rien n'est enregistré sans "
            "elle. Prévenez l'administrateur.",
            path=path.name,
            why=error.strerror or type(error).__name__,
        )
    )
