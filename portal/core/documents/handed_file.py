"""An open file given to a child process by its descriptor: a large one is neither copied nor named on a disk."""

import io
import os

from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class HandedFile:
    """Among the arguments of a call, an open file of the caller; the child's function gets a descriptor of its own."""

    descriptor: int


class PlacedReader(io.RawIOBase):
    """Reads a descriptor without moving the place its owner reads from, which both processes share."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._at = descriptor, 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # what BufferedReader gives
        """Fill the buffer as far as the file goes; returns how many bytes."""
        count = os.preadv(self._descriptor, [buffer], self._at)
        self._at += count
        return count

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Change the place of the next reading, in bytes."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at}.get(whence)
        self._at = offset + (os.fstat(self._descriptor).st_size if start is None else start)
        return self._at

    def close(self) -> None:
        """Close the descriptor, once."""
        if not self.closed:
            os.close(self._descriptor)
        super().close()
