"""How many rows of a table have each set of values of a few columns: kept by the database in the write that changes it.

A count does not stop, so that it costs more with every row that is counted. What a page counts each time is kept beside
the rows, by triggers: whoever writes, by whatever way, the tally follows in the same transaction (docs/adr/0107).
A tally has as many rows as there are sets of values, whatever the number of rows counted: states, risks, days.

No model has these tables: no backup of rows and no move from one database to another carries them, and the rows that
come in are counted there.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Dialect,
    Integer,
    Select,
    TableClause,
    case,
    column,
    event,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from portal.core.db import Base

ACTS = ("insert", "update", "delete")
_TALLIES: list["Tally"] = []


class Tally:
    """The number of rows of a model by some of its columns; `rows` is the table that holds it, with those and `n`."""

    def __init__(
        self, name: str, model: Any, columns: Sequence[str], *, of: str = "", reads: Sequence[str] = ()
    ) -> None:
        """Declare a tally, at import; a migration makes it, with the text of `making`.

        `of` keeps it to some rows, in SQL of both databases where `{row}.` stands before each column; `reads` names
        those of its columns that are not counted by.
        """
        self.name, self.model, self.columns, self.of = f"{name}_tally", model, tuple(columns), of
        self.watched = (*self.columns, *reads)
        kinds = {one: getattr(model, one).type for one in self.columns}
        self.rows: TableClause = table(
            self.name, *(column(one, kind) for one, kind in kinds.items()), column("n", Integer)
        )
        self.is_kept = is_kept(self)
        _TALLIES.append(self)

    @property
    def triggers(self) -> list[str]:
        """The names of the triggers that keep it, on both databases."""
        return [f"{self.name}_{act}" for act in ACTS]

    def count(self, *where: ColumnElement[bool], otherwise: Select[int]) -> ColumnElement[int]:
        """How many rows these conditions on its columns keep; counted by `otherwise` where the tally is not kept.

        A migration that copied the table on SQLite, or a person, may have taken a trigger away: the figure is then
        what the rows say, at the price of counting them.
        """
        kept = select(func.coalesce(func.sum(self.rows.c.n), 0)).where(*where)
        is_kept_now = select(self._known.c.held).scalar_subquery()
        return case((is_kept_now, kept.scalar_subquery()), else_=otherwise.scalar_subquery())

    @cached_property
    def _known(self) -> CTE:
        """Whether it is kept, looked at once by a statement that reads several of its figures."""
        return select(self.is_kept.label("held")).cte(f"{self.name}_known")

    def making(self, dialect: Dialect) -> list[str]:
        """The statements that make its table, count the rows that are there, and keep it from then on."""
        kinds = [f"{one} {getattr(self.model, one).type.compile(dialect)}" for one in self.columns]
        listed, source = ", ".join(self.columns), self.model.__tablename__
        only = f" WHERE {self.of.format(row=source)}" if self.of else ""
        counted = f"SELECT {listed}, count(*) FROM {source}{only} GROUP BY {listed}"  # noqa: S608  # nosec B608
        keeping = _on_postgresql if dialect.name == "postgresql" else _on_sqlite
        # Nothing but names of ours is in these statements.
        return [
            f"CREATE TABLE {self.name} ({', '.join(kinds)}, n INTEGER NOT NULL)",
            f"CREATE INDEX ix_{self.name} ON {self.name} ({listed})",
            f"INSERT INTO {self.name} {counted}",  # nosec B608
            *keeping(self),
        ]


class _Kept(FunctionElement[bool]):
    """Whether triggers are there; its arguments are the name of each, after that of the table that it is on."""

    type = Boolean()
    inherit_cache = True


@compiles(_Kept)
def _compile_kept(element: Any, compiler: SQLCompiler, **_told: Any) -> str:
    told = [compiler.process(one) for one in element.clauses]
    sources, names = told[::2], told[1::2]
    # Names of our own tables and triggers: no value of anybody is in this text.
    if compiler.dialect.name == "postgresql":
        placed = ", ".join(f"(to_regclass({source}), {name})" for source, name in zip(sources, names, strict=True))
        where = f"pg_trigger WHERE (tgrelid, tgname) IN ({placed}) AND tgenabled IN ('O', 'A')"
    else:
        where = f"sqlite_master WHERE type = 'trigger' AND name IN ({', '.join(names)})"
    return f"((SELECT count(*) FROM {where}) = {len(names)})"  # noqa: S608  # nosec B608


def is_kept(*tallies: Tally) -> ColumnElement[bool]:
    """Whether all of these are kept: none of their triggers is missing or disabled."""
    return triggers_stand((tally.model.__tablename__, name) for tally in tallies for name in tally.triggers)


def triggers_stand(placed: Iterable[tuple[str, str]]) -> ColumnElement[bool]:
    """Whether triggers, each after its table, are there and enabled: a migration, or a person, may take one away."""
    return _Kept(*(literal_column(f"'{told}'") for one in placed for told in one))


def _on_sqlite(tally: Tally) -> list[str]:
    """Where one writes at a time, the number is changed where it stands; what comes to nothing goes."""
    name, columns = tally.name, tally.columns
    made = []
    for act in ACTS:
        steps = []
        if act != "insert":
            same = " AND ".join(f"{one} IS OLD.{one}" for one in columns)
            only = f" AND ({tally.of.format(row='OLD')})" if tally.of else ""
            steps.append(f"UPDATE {name} SET n = n - 1 WHERE {same}{only}")  # noqa: S608  # nosec B608
        if act != "delete":
            same = " AND ".join(f"{one} IS NEW.{one}" for one in columns)
            only = f" AND ({tally.of.format(row='NEW')})" if tally.of else ""
            news = ", ".join(f"NEW.{one}" for one in columns)
            steps.append(
                f"INSERT INTO {name} SELECT {news}, 0"  # noqa: S608  # nosec B608
                f" WHERE NOT EXISTS (SELECT 1 FROM {name} WHERE {same}){only}"
            )
            steps.append(f"UPDATE {name} SET n = n + 1 WHERE {same}{only}")  # noqa: S608  # nosec B608
        if act != "insert":
            same = " AND ".join(f"{one} IS OLD.{one}" for one in columns)
            steps.append(f"DELETE FROM {name} WHERE {same} AND n = 0")  # noqa: S608  # nosec B608
        of = f" OF {', '.join(tally.watched)}" if act == "update" else ""
        moved = " OR ".join(f"OLD.{one} IS NOT NEW.{one}" for one in tally.watched)
        when = f" WHEN {moved}" if act == "update" else ""
        made.append(
            f"CREATE TRIGGER {name}_{act} AFTER {act.upper()}{of} ON {tally.model.__tablename__}{when}"
            f" BEGIN {'; '.join(steps)}; END"
        )
    return made


_TOLD = """
        WITH changed AS (
            SELECT {listed}, sum(n) AS n FROM ({moved}) AS moved GROUP BY {listed} HAVING sum(n) <> 0
        ), held AS (
            DELETE FROM {name} WHERE ctid = ANY (ARRAY(
                SELECT kept.ctid FROM {name} AS kept JOIN changed ON {same} FOR UPDATE OF kept SKIP LOCKED
            )) RETURNING {listed}, n
        )
        INSERT INTO {name} ({listed}, n)
            SELECT {listed}, sum(n) FROM (SELECT * FROM changed UNION ALL SELECT * FROM held) AS told
            GROUP BY {listed} HAVING sum(n) <> 0;"""
"""A row of the tally is what a transaction added: it takes in those that nobody else is taking in, and waits for none.

What is read is the sum, so that two writers never wait for each other here, and a transaction that is given up leaves
what it had taken in."""
_FUNCTION = """
CREATE FUNCTION keep_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN{insert}
    ELSIF TG_OP = 'UPDATE' THEN{update}
    ELSIF TG_OP = 'DELETE' THEN{delete}
    ELSE
        DELETE FROM {name};
    END IF;
    RETURN NULL;
END $$
"""
_BEFORE, _AFTER = "OLD TABLE AS before_rows", "NEW TABLE AS after_rows"
_ROWS = {"insert": _AFTER, "update": f"{_BEFORE} {_AFTER}", "delete": _BEFORE}


def _on_postgresql(tally: Tally) -> list[str]:
    """Once a statement, whatever the number of its rows."""
    name, source, listed = tally.name, tally.model.__tablename__, ", ".join(tally.columns)
    same = " AND ".join(f"kept.{one} IS NOT DISTINCT FROM changed.{one}" for one in tally.columns)

    def told(act: str) -> str:
        moved = []
        for rows, sign, absent in (("after_rows", "1", "delete"), ("before_rows", "-1", "insert")):
            if act != absent:
                only = f" WHERE {tally.of.format(row=rows)}" if tally.of else ""
                moved.append(f"SELECT {listed}, {sign} AS n FROM {rows}{only}")  # noqa: S608  # nosec B608
        return _TOLD.format(name=name, listed=listed, same=same, moved=" UNION ALL ".join(moved))

    made = [_FUNCTION.format(name=name, **{act: told(act) for act in ACTS})]
    made += [
        f"CREATE TRIGGER {name}_{act} AFTER {act.upper()} ON {source} REFERENCING {_ROWS[act]}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION keep_{name}()"
        for act in ACTS
    ]
    emptied = f"CREATE TRIGGER {name}_emptied AFTER TRUNCATE ON {source}"
    return [*made, f"{emptied} FOR EACH STATEMENT EXECUTE FUNCTION keep_{name}()"]


def tallies() -> tuple[Tally, ...]:
    """All that are declared."""
    return tuple(_TALLIES)


@event.listens_for(Base.metadata, "after_create")
def _make(_metadata: object, connection: Connection, **_told: Any) -> None:
    """A copy of the database for a drill is made from the models, without a migration: its rows are counted again."""
    for tally in _TALLIES:
        for statement in tally.making(connection.dialect):
            connection.exec_driver_sql(statement)
