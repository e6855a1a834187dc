"""Where one person stands in the tables: every declared column, candidates by the database, judged by the rules."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, Row, String, Table, Text, cast, or_, select

from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.core.db import Base
from portal.core.expressions import expression
from portal.journal import person_keys
from portal.privacy.declared import declaration
from portal.privacy.rules import Fate, SoughtPerson, names_in

_PLAIN = expression(r"[A-Za-z0-9@._+-]+")


@dataclass(frozen=True)
class Mention:
    """A column of a row in which a person is named."""

    table: str
    row: tuple[Any, ...]
    """The primary key."""
    column: str
    fate: Fate
    value: Any

    @property
    def number(self) -> str:
        """The row as it is called."""
        return ", ".join(str(one) for one in self.row)


def mentions(
    ctx: Context, person: SoughtPerson, fates: Collection[Fate], tables: Collection[str] = ()
) -> Iterator[Mention]:
    """Where a person is named, in columns of some fates; one statement a table."""
    if not person.words:
        return
    for name, said in declaration().tables.items():
        columns = [one for one, fate in said.columns.items() if fate in fates]
        if columns and (not tables or name in tables):
            yield from _in_table(ctx, Base.metadata.tables[name], columns, person)


def _in_table(ctx: Context, table: Table, names: list[str], person: SoughtPerson) -> Iterator[Mention]:
    keys = list(table.primary_key.columns)
    columns = [table.c[name] for name in names]
    wanted = select(*keys, *columns).where(or_(*(_may_name(column, person) for column in columns))).order_by(*keys)
    fates = declaration().tables[table.name].columns
    for row in ctx.session.execute(wanted).all():
        for place, name in enumerate(names):
            value = _unsealed(row, len(keys) + place)
            if names_in(value, person):
                yield Mention(table.name, tuple(row[: len(keys)]), name, fates[name], value)


def _unsealed(row: Row[Any], place: int) -> Any:
    """What stands there in clear: a sealed text names nobody."""
    value = row[place]
    return "" if isinstance(value, str) and value.startswith(person_keys.MARK) else value


def _may_name(column: Column[Any], person: SoughtPerson) -> ColumnElement[bool]:
    """Rows that may name the person: by the part of each word that every way of writing it keeps, JSON included."""
    if isinstance(column.type, LargeBinary):
        return column.is_not(None)
    text = column if isinstance(column.type, String | Text) else cast(column, Text)
    parts = {max(_PLAIN.findall(word), key=len, default="") for word in person.words}
    return or_(*(text.icontains(part, autoescape=True) for part in sorted(parts)))
