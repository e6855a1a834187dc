"""How many items a column of JSON holds, counted by the database: the same words for an index and a statement."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class length_of(FunctionElement[int]):  # noqa: N801 - called as the functions of SQL are
    """The number of items of a list; 0 of what is no list."""

    type = Integer()
    inherit_cache = True


@compiles(length_of)
def _by_default(element: Any, compiler: Any, **told: Any) -> str:
    return f"json_array_length({compiler.process(element.clauses, **told)})"


@compiles(length_of, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **told: Any) -> str:
    column = compiler.process(element.clauses, **told)
    # SQLite counts 0 in an object; PostgreSQL refuses to count in one, and a database with such a row to be migrated.
    return f"(CASE jsonb_typeof({column}) WHEN 'array' THEN jsonb_array_length({column}) ELSE 0 END)"
