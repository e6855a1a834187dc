"""What a process keeps of work that is dear, under a key that says all it depends on: a few results, the last used."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Remembered(Generic[Made]):
    """The last results, by key. A thing that changes is never kept: what is made is only read by everybody after."""

    def __init__(self, most: int) -> None:
        """Keep so many results at most; each process has its own."""
        self._most = most
        self._held: OrderedDict[Hashable, Made] = OrderedDict()
        self._looking, self._making = Lock(), Lock()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """The result under a key, made when it is not there; two threads never make the same one twice."""
        found = self.peek(key)
        if found is not None:
            return found
        with self._making:
            found = self.peek(key)
            if found is not None:
                return found
            made = make()
            with self._looking:
                self._held[key] = made
                while len(self._held) > self._most:
                    self._held.popitem(last=False)
            return made

    def peek(self, key: Hashable) -> Made | None:
        """The result under a key when it is there, without making it."""
        with self._looking:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def clear(self) -> None:
        """Keep nothing: for tests and measures."""
        with self._looking:
            self._held.clear()
