"""New rows written by a statement kept compiled, for a use case that knows all that they say.

A flush walks whatever may depend on a row, table by table: for a vendor, on which the whole model hangs, that cost more
than everything else its creation asks of the database.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Insert, Table, insert
from sqlalchemy.orm import Session, class_mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict

from portal.core import history
from portal.core.asked import asked
from portal.core.history import Kept
from portal.core.insertions import insertion_for

Row = TypeVar("Row")


def insert_row(session: Session, model: type[Row], said: Mapping[str, Any]) -> Row:
    """Write one row, and its version when its model keeps some; the session holds it as one that it has read.

    `said` is by the names of columns, which the attributes bear too; columns left out get their defaults.
    """
    session.flush()
    written = asked(session.connection(), _insertion(cast(Any, model)), dict(said))
    (row_id,) = written.inserted_primary_key or (None,)
    return _held(session, model, row_id, written)


def insert_row_unless_taken(session: Session, model: type[Row], said: Mapping[str, Any], column: str) -> Row | None:
    """The same, or None when another row has what `said` says in a column that no two rows may have alike."""
    session.flush()
    connection = session.connection()
    statement = _insertion_unless_taken(cast(Any, model), column, connection.dialect.name)
    written = asked(connection, statement, dict(said))
    row_id = written.scalar_one_or_none()
    return None if row_id is None else _held(session, model, row_id, written)


def _held(session: Session, model: type[Row], row_id: Any, written: CursorResult[Any]) -> Row:
    held = {**_nothing(cast(Any, model)), **cast(dict[str, Any], written.last_inserted_params()), "id": row_id}
    mapper = class_mapper(model)
    row = mapper.class_manager.new_instance()
    instance_dict(row).update(held)
    make_transient_to_detached(row)
    gone = session.identity_map.get(mapper.identity_key_from_instance(row))
    if gone is not None:
        session.expunge(gone)  # one that was taken back with its savepoint, and whose number is given again
    session.add(row)
    if isinstance(row, Kept):
        history.note_new(session, row)
    return row


@cache
def _insertion(model: type[Any]) -> Insert:
    return insert(cast(Table, model.__table__))


@cache
def _insertion_unless_taken(model: type[Any], column: str, dialect: str) -> Any:
    table = cast(Table, model.__table__)
    return insertion_for(dialect, table).on_conflict_do_nothing(index_elements=[column]).returning(table.c.id)


@cache
def _nothing(model: type[Any]) -> dict[str, None]:
    """The columns that say nothing unless they are told; what the database works out is read when it is asked for."""
    table = cast(Table, model.__table__)
    return {one.name: None for one in table.columns if one.default is None and one.computed is None and one.nullable}
