"""A statement that is asked again is not looked up again: what it was compiled to stays beside it.

SQLAlchemy finds it in its cache by a key that describes the whole statement, clause by clause: to compare it and match
each value costs a third of a short statement. Here the statement itself is the key. Only what is asked a second time as
the very same object keeps anything; no row and no value is kept.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.sql.compiler import WARN_LINTING

_NAME = "_asked"


class _Asked:
    """What a statement was compiled to, for the last database and names of values that it was asked with."""

    __slots__ = ("compiled", "place", "statement")

    def __init__(self, statement: Any) -> None:
        # A statement made of another one is given all that the other holds: what is not its own is told by this.
        self.statement = statement
        self.place: tuple[Any, ...] = ()
        self.compiled: Any = None

    def compile(self, connection: Connection, told: dict[str, Any]) -> Any:
        """As SQLAlchemy does, which keeps it too; None when it had compiled an equal one with other values."""
        found, *_rest = self.statement._compile_w_cache(
            dialect=connection.dialect,
            compiled_cache=connection.engine._compiled_cache,
            column_keys=sorted(told),
            for_executemany=False,
            schema_translate_map=None,
            linting=connection.dialect.compiler_linting | WARN_LINTING,
        )
        return found if found.statement is self.statement else None


def asked(connection: Connection, statement: Any, params: Mapping[str, Any] | None = None) -> Any:
    """What a statement without options of its own gives, as `connection.execute` does; one set of values at most."""
    held = statement.__dict__.get(_NAME)
    if held is None or held.statement is not statement:
        statement.__dict__[_NAME] = _Asked(statement)
        return connection.execute(statement, params)
    told = params or {}
    if type(told) is not dict or _is_heard(connection):
        return connection.execute(statement, params)
    dialect, place = connection.dialect, (connection.dialect, *told)
    if held.place != place:
        held.place, held.compiled = place, held.compile(connection, told)
    compiled = held.compiled
    if compiled is None:
        return connection.execute(statement, params)
    given = [told] if told else []
    return connection._execute_context(
        dialect, dialect.execution_ctx_cls._init_compiled, compiled, given, connection._execution_options,
        compiled, given, statement, None, cache_hit=dialect.CACHE_HIT,
    )  # fmt: skip


def _is_heard(connection: Connection) -> bool:
    """Whether somebody listens to statements before they are compiled, and may change them."""
    if not (connection._has_events or connection.engine._has_events):
        return False
    heard = connection.dispatch
    return bool(heard.before_execute or heard.after_execute)


def written_at_once(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    """Write rows by one statement, most often a single one."""
    if len(rows) == 1:
        asked(connection, statement, rows[0])
    else:
        connection.execute(statement, rows)
