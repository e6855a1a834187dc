"""The triggers that mark each change of what the chain and its picture are made of, on both databases.

Whoever changes a row, by whatever way, leaves a mark that was never there before, in the same transaction: what a
process has kept under the marks it read holds as long as they stand. The marks belong to the database that they stand
in: no backup or copy of rows carries them (docs/adr/0091). Their text here is that of the migrations which made them.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection

from portal.core.dataclass import dataclass
from portal.core.db import Base

CHAIN, REGISTER, REACHED = "chain", "register", "reached"
"""Kinds of marks: of the companies and who engages whom; of what is drawn beside them; of what else a question reaches:
contracts, and who would take over."""
KINDS = (CHAIN, REGISTER, REACHED)


@dataclass(frozen=True)
class Watched:
    """A table whose changes leave a mark: any row added or taken away, and a change of these columns, or of any."""

    kind: str
    columns: tuple[str, ...] = ()


WATCHED: Mapping[str, Watched] = {
    "chain_company": Watched(CHAIN),
    "chain_link": Watched(CHAIN),
    "chain_transfer": Watched(CHAIN),
    "activity_service": Watched(REGISTER),
    "activity_version": Watched(REGISTER, ("activity_id", "content", "name", "valid_until")),
    "contract": Watched(REACHED, ("key", "state", "title", "vendor_id")),
    "legal_entity": Watched(REGISTER, ("name",)),
    "processing_activity": Watched(REGISTER, ("ended_on", "key", "legal_entity_id", "name")),
    "service": Watched(REGISTER, ("ended_on", "legal_entity_id", "name", "vendor_id")),
    "standing_answer": Watched(REACHED, ("contested", "question_key", "value", "vendor_id")),
    "vendor": Watched(REGISTER, ("country", "folded_name", "key", "name")),
}
"""The columns that the statements of `picture_page` and `what_if_page` read, beside the numbers of rows; a test
compares."""
_ACTS = ("insert", "delete", "update")


def watch_names(dialect: str) -> frozenset[str]:
    """The names of the triggers that ought to be there."""
    acts = ("", "_emptied") if dialect == "postgresql" else tuple(f"_{act}" for act in _ACTS)
    return frozenset(f"watch_{table}{act}" for table in WATCHED for act in acts)


def watch(connection: Connection) -> None:
    """Make the table of marks, with a first mark of each kind, and the triggers."""
    connection.exec_driver_sql(
        "CREATE TABLE chain_mark (mark VARCHAR(80) NOT NULL PRIMARY KEY, kind VARCHAR(40) NOT NULL)"
    )
    if connection.dialect.name == "postgresql":
        _watch_postgresql(connection)
        return
    _begin(connection, "lower(hex(randomblob(16)))")
    for table, watched in WATCHED.items():
        for act in _ACTS:
            of = f" OF {', '.join(watched.columns)}" if act == "update" and watched.columns else ""
            begun = f"CREATE TRIGGER watch_{table}_{act} AFTER {act.upper()}{of} ON {table}"
            connection.exec_driver_sql(f"{begun} BEGIN {_MARK.format(kind=watched.kind)}; END")


_MARK = "UPDATE chain_mark SET mark = lower(hex(randomblob(16))) WHERE kind = '{kind}'"


def _begin(connection: Connection, drawn: str) -> None:
    """A first mark of each kind, which no other database has."""
    # Nothing but names of ours is in this statement.
    for kind in KINDS:
        connection.exec_driver_sql(f"INSERT INTO chain_mark VALUES ({drawn}, '{kind}')")  # noqa: S608  # nosec B608


FUNCTION = """
CREATE FUNCTION mark_chain_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text := 'vigie.marked_' || TG_ARGV[0];
    here text := pg_current_xact_id()::text;
BEGIN
    IF current_setting(told, true) IS DISTINCT FROM here THEN
        DELETE FROM chain_mark WHERE mark IN
            (SELECT mark FROM chain_mark WHERE kind = TG_ARGV[0] FOR UPDATE SKIP LOCKED);
        INSERT INTO chain_mark VALUES (gen_random_uuid()::text, TG_ARGV[0]);
        PERFORM set_config(told, here, true);
    END IF;
    RETURN NULL;
END $$
"""
"""Once a transaction, and without waiting for anybody: marks that another transaction is about to take away stay until
the next change, so that two writers never wait for each other here; what is read is all the marks of a kind."""


def _watch_postgresql(connection: Connection) -> None:
    _begin(connection, "gen_random_uuid()::text")
    connection.exec_driver_sql(FUNCTION)
    for table, watched in WATCHED.items():
        of = f" OF {', '.join(watched.columns)}" if watched.columns else ""
        for name, acts in (
            (f"watch_{table}", f"INSERT OR DELETE OR UPDATE{of}"),
            (f"watch_{table}_emptied", "TRUNCATE"),
        ):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name} AFTER {acts} ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION mark_chain_change('{watched.kind}')"
            )


@event.listens_for(Base.metadata, "after_create")
def _watch_copy(_metadata: object, connection: Connection, **_told: Any) -> None:
    """A copy of the database for a drill is made from the models, without a migration: it has marks of its own."""
    watch(connection)
