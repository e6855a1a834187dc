"""HTML of what never changes, kept by its hash: a journal entry, the text of a contract once drawn up."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from markupsafe import Markup


class FrozenHtml:
    """Pieces of pages kept in this process; beyond `most`, those used longest ago are forgotten.

    A key names all that a piece depends on: the hash of what it shows, the reader's language, what the reader may do.
    A piece holds nothing of a request: no token of a form, no nonce, no name of the reader.

    >>> kept = FrozenHtml(most=1)
    >>> [kept.of(key, lambda key=key: key.upper()) for key in ("a", "b")], kept.of("b", lambda: "never asked")
    ([Markup('A'), Markup('B')], Markup('B'))
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Markup] = OrderedDict()
        self._guard = Lock()

    def of(self, key: Hashable, make: Callable[[], str]) -> Markup:
        """The piece of a key, made at its first use."""
        with self._guard:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        made = Markup(make())  # noqa: S704 - a page of ours, escaped as it was made
        with self._guard:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made

    def pieces(self) -> list[Markup]:
        """What is kept."""
        with self._guard:
            return list(self._kept.values())

    def forget(self) -> None:
        """Forget every piece."""
        with self._guard:
            self._kept.clear()
