"""An insertion that may say what becomes of the rows that are there already, in the words of the database it is for."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insertion(session: Session, into: Any) -> Any:
    """An insertion into a table, or that of a model, by the database of a session."""
    return insertion_for(session.get_bind().dialect.name, into)


def insertion_for(dialect: str, into: Any) -> Any:
    """The same, by the name of the database's dialect.

    >>> from sqlalchemy import column, table
    >>> print(insertion_for("sqlite", table("town", column("name"))).on_conflict_do_nothing())
    INSERT INTO town (name) VALUES (?) ON CONFLICT DO NOTHING
    """
    return (postgresql if dialect == "postgresql" else sqlite).insert(into)
