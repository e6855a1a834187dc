"""The triggers that refuse to change or remove what the journal holds, on both databases.

They stop a mistake and a program, not who owns the tables: such a person can drop them, and the chain and the anchor
then tell. Their text here is that of the migrations which made them.
"""

from sqlalchemy.engine import Connection

GUARDED = ("journal_check", "journal_entry", "journal_head", "journal_timestamp", "journal_tree_node")
REFUSAL = "the journal is only added to"
_ACTS = ("update", "delete")


def guard_names(dialect: str) -> frozenset[str]:
    """The names of the triggers that ought to be there."""
    if dialect == "postgresql":
        return frozenset(f"{table}_guard" for table in GUARDED)
    return frozenset(f"{table}_guard_{act}" for table in GUARDED for act in _ACTS)


def missing_guards(connection: Connection) -> list[str]:
    """Those that are not there, or that somebody has disabled."""
    if connection.dialect.name == "postgresql":
        held = connection.exec_driver_sql("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')")
    else:
        held = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    return sorted(guard_names(connection.dialect.name) - set(held.scalars()))


def guard(connection: Connection) -> None:
    """Make the triggers."""
    if connection.dialect.name == "postgresql":
        for table in GUARDED:
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()"
            )
        return
    for table in GUARDED:
        for act in _ACTS:
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_guard_{act} BEFORE {act.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )


def unguard(connection: Connection) -> None:
    """Drop the triggers: for the demonstration that is made again, and for tests that do what an attacker would."""
    for table in GUARDED:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_guard ON {table}")
            continue
        for act in _ACTS:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_guard_{act}")
