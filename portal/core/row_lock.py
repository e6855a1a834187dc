"""A row, or a turn, kept to one transaction: whoever acts at the same moment waits, then sees what was done."""

from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from portal.core.db import Base


def hold_row(session: Session, row: Base) -> None:
    """Keep a row to this transaction until its end, and read again all that it says, as others have just written it.

    What is pending is written first. On SQLite a writing transaction has the database to itself already; the row is
    read again all the same.
    """
    mapper: Any = inspect(type(row))
    session.flush()
    session.refresh(row, [column.key for column in mapper.column_attrs], with_for_update=True)


def hold_turn(session: Session, turn: int) -> None:
    """Keep to this transaction what no single row stands for; `turn` is any number, one for each such thing.

    SQLite lets one transaction write at a time: there is nothing to hold.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(turn)))
