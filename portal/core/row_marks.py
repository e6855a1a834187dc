"""Marks that a database draws by itself whenever rows of some tables change, on both databases.

Whoever changes a row, by whatever way, leaves a mark that was never there before, in the same transaction: what a
process has kept under the marks it read holds as long as they stand. The marks belong to the database that they stand
in: no backup or copy of rows carries them (docs/adr/0091). The statements written here are those of the migrations
which made them.
"""

from collections.abc import Mapping
from functools import cache

from sqlalchemy import TextClause, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from portal.core.dataclass import dataclass

_ACTS = ("insert", "delete", "update")


@dataclass(frozen=True)
class Watched:
    """A table whose changes leave a mark: any row added or taken away, and a change of these columns, or of any."""

    kind: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowMarks:
    """Marks of one or several kinds, the table that they stand in, and the tables whose changes draw them."""

    table: str
    trigger: str
    """What the names of its triggers begin with."""
    function: str
    """The name of its function, on PostgreSQL."""
    setting: str
    """What the names of its settings begin with there."""
    watched: Mapping[str, Watched]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of marks, each once."""
        return tuple(dict.fromkeys(one.kind for one in self.watched.values()))

    def trigger_names(self, dialect: str) -> frozenset[str]:
        """The names of the triggers that ought to be there."""
        acts = ("", "_emptied") if dialect == "postgresql" else tuple(f"_{act}" for act in _ACTS)
        return frozenset(f"{self.trigger}_{name}{act}" for name in self.watched for act in acts)

    def make(self, connection: Connection) -> None:
        """Make the table of marks, with a first mark of each kind, and the triggers."""
        connection.exec_driver_sql(
            f"CREATE TABLE {self.table} (mark VARCHAR(80) NOT NULL PRIMARY KEY, kind VARCHAR(40) NOT NULL)"
        )
        if connection.dialect.name == "postgresql":
            self._watch_postgresql(connection)
            return
        self._begin(connection, "lower(hex(randomblob(16)))")
        for name, watched in self.watched.items():
            mark = _MARK.format(marks=self.table, kind=watched.kind)
            for act in _ACTS:
                of = f" OF {', '.join(watched.columns)}" if act == "update" and watched.columns else ""
                begun = f"CREATE TRIGGER {self.trigger}_{name}_{act} AFTER {act.upper()}{of} ON {name}"
                connection.exec_driver_sql(f"{begun} BEGIN {mark}; END")

    def read(self, session: Session) -> Mapping[str, str] | None:
        """What stands of each kind, as this transaction sees it; read before what is kept under it. One statement.

        None when nothing may be kept: a trigger is missing or disabled (a migration that copied a table, a person), or
        this transaction has itself written, on PostgreSQL, whose triggers mark once a transaction.
        """
        dialect = session.get_bind().dialect.name
        names = self.trigger_names(dialect)
        found: dict[str, list[str]] = {kind: [] for kind in self.kinds}
        is_sure = True
        for mark, kind, watches, has_written in session.execute(_reading(self.table, names, dialect)):
            is_sure = is_sure and watches == len(names) and not has_written
            found[kind].append(mark)
        if not is_sure or not all(found.values()):
            return None
        return {kind: " ".join(drawn) for kind, drawn in found.items()}

    def _begin(self, connection: Connection, drawn: str) -> None:
        """A first mark of each kind, which no other database has."""
        # Nothing but names of ours is in this statement.
        for kind in self.kinds:
            connection.exec_driver_sql(f"INSERT INTO {self.table} VALUES ({drawn}, '{kind}')")  # noqa: S608  # nosec B608

    def _watch_postgresql(self, connection: Connection) -> None:
        self._begin(connection, "gen_random_uuid()::text")
        connection.exec_driver_sql(_FUNCTION.format(function=self.function, setting=self.setting, marks=self.table))
        for name, watched in self.watched.items():
            of = f" OF {', '.join(watched.columns)}" if watched.columns else ""
            for trigger, acts in (
                (f"{self.trigger}_{name}", f"INSERT OR DELETE OR UPDATE{of}"),
                (f"{self.trigger}_{name}_emptied", "TRUNCATE"),
            ):
                connection.exec_driver_sql(
                    f"CREATE TRIGGER {trigger} AFTER {acts} ON {name} "
                    f"FOR EACH STATEMENT EXECUTE FUNCTION {self.function}('{watched.kind}')"
                )


_MARK = "UPDATE {marks} SET mark = lower(hex(randomblob(16))) WHERE kind = '{kind}'"
_FUNCTION = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text := '{setting}' || TG_ARGV[0];
    here text := pg_current_xact_id()::text;
BEGIN
    IF current_setting(told, true) IS DISTINCT FROM here THEN
        DELETE FROM {marks} WHERE mark IN
            (SELECT mark FROM {marks} WHERE kind = TG_ARGV[0] FOR UPDATE SKIP LOCKED);
        INSERT INTO {marks} VALUES (gen_random_uuid()::text, TG_ARGV[0]);
        PERFORM set_config(told, here, true);
    END IF;
    RETURN NULL;
END $$
"""
"""Once a transaction, and without waiting for anybody: marks that another transaction is about to take away stay until
the next change, so that two writers never wait for each other here; what is read is all the marks of a kind."""


@cache
def _reading(marks: str, triggers: frozenset[str], dialect: str) -> TextClause:
    names = ", ".join(f"'{name}'" for name in sorted(triggers))
    # Names of our own triggers, as they were written: no value of anybody is in these statements.
    if dialect == "postgresql":
        return text(
            "SELECT mark, kind, (SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"  # noqa: S608  # nosec B608
            f" WHERE c.relnamespace = current_schema()::regnamespace AND t.tgname IN ({names})"
            " AND t.tgenabled IN ('O', 'A')), pg_current_xact_id_if_assigned() IS NOT NULL"
            f" FROM {marks} ORDER BY mark"
        )
    return text(
        f"SELECT mark, kind, (SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN ({names})), 0"  # noqa: S608  # nosec B608
        f" FROM {marks} ORDER BY mark"
    )
