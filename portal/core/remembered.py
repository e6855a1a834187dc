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
        self._held: OrderedDict[Hashable, tuple[Hashable, Made]] = OrderedDict()
        self._looking, self._making = Lock(), Lock()

    def get(self, key: Hashable, make: Callable[[], Made], place: Hashable = None) -> Made:
        """The result under a key, made when it is not there; two threads never make the same one twice.

        A place holds one result: what is made for it takes away what was there under another key, before it is made.
        """
        found = self.peek(key, place)
        if found is not None:
            return found
        with self._making:
            found = self.peek(key, place)
            if found is not None:
                return found
            if place is not None:
                with self._looking:
                    self._held.pop(place, None)
            made = make()
            with self._looking:
                self._held[key if place is None else place] = key, made
                while len(self._held) > self._most:
                    self._held.popitem(last=False)
            return made

    def peek(self, key: Hashable, place: Hashable = None) -> Made | None:
        """The result under a key, at its place if it has one, when it is there; without making it."""
        place = key if place is None else place
        with self._looking:
            held_under, found = self._held.get(place, (None, None))
            if found is None or held_under != key:
                return None
            self._held.move_to_end(place)
            return found

    def clear(self) -> None:
        """Keep nothing: for tests and measures."""
        with self._looking:
            self._held.clear()
