"""Statements on the portal's tables that were compiled before, for every database of one kind in a process.

SQLAlchemy keeps the last five hundred of each engine, and those of each mapper beside them. The suite runs thousands,
and many tests have a database of their own, which would compile all of theirs again. What a migration says of tables as
they stood stays with its engine, and goes with it.
"""

from collections.abc import Hashable, MutableMapping
from functools import cache
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import Compiled
from sqlalchemy.util import LRUCache

from tests.databases import of_the_portal

KEPT = 10_000
"""Statements kept for each kind of database; the suite has fewer."""


@cache
def _shared(*_kind: Hashable) -> LRUCache[Hashable, Compiled]:
    return LRUCache(KEPT)


class Kept:
    """What engines of one kind have compiled: the key that SQLAlchemy makes, whichever engine it says first."""

    __slots__ = ("_own", "_shared")

    def __init__(self, own: MutableMapping[Any, Compiled], shared: MutableMapping[Any, Compiled]) -> None:
        self._own, self._shared = own, shared

    def get(self, key: tuple[Any, ...]) -> Compiled | None:
        """The statement of this key."""
        return self._shared.get(key[1:]) or self._own.get(key)

    def __setitem__(self, key: tuple[Any, ...], compiled: Compiled) -> None:
        if compiled.statement is not None and of_the_portal(compiled.statement):
            self._shared[key[1:]] = compiled
        else:
            self._own[key] = compiled


_really = ClauseElement._compile_w_cache


def compile_once(self: ClauseElement, dialect: Dialect, *, compiled_cache: Any, **told: Any) -> Any:
    """As SQLAlchemy compiles a statement, taken from what another engine with the same compiler and server keeps."""
    if compiled_cache is not None and not told.get("schema_translate_map"):
        kind = (type(dialect), dialect.statement_compiler, dialect.paramstyle, dialect.server_version_info)
        compiled_cache = Kept(compiled_cache, _shared(*kind))
    return _really(self, dialect, compiled_cache=compiled_cache, **told)
