"""What a search finds of each kind of things: how many, in one statement for all kinds, and the first ones."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.core.dataclass import dataclass
from portal.core.pages import Page
from portal.core.statements import written_once

MOST_COUNTED = 200
"""Rows that a search counts: of more, nobody needs to know how many."""

Shown: TypeAlias = Select[*tuple[Any, ...]]
"""What is read of each thing, in the order in which they are shown."""


@dataclass(frozen=True)
class Found:
    """How a search finds things of one kind: statements that are written once, and asked with its words."""

    numbers: Select[int] | CompoundSelect[int]
    """The numbers of all, along some index, in no order."""
    few: Shown
    """The first of them in their order, `shown` at most; for those that are counted to the last."""
    many: Shown
    """The same of more than are counted, without reading `numbers` to its end."""


def found_of(
    wanted: Shown,
    number: InstrumentedAttribute[int],
    numbers: Select[int] | CompoundSelect[int],
    *,
    every: Sequence[ColumnElement[bool]],
) -> Found:
    """What is found of an ordered select, whose numbers come along some index.

    Of more than are counted, the select is followed in its own order, each row tried with `every`, what is so common
    being soon met.
    """
    shown: BindParameter[int] = bindparam("shown")
    return Found(numbers, wanted.where(number.in_(numbers)).limit(shown), wanted.where(*every).limit(shown))


@written_once
def _counting(kinds: tuple[Select[int] | CompoundSelect[int], ...]) -> Shown:
    return select(
        *(
            select(func.count())
            .select_from(numbers.limit(MOST_COUNTED + 1).subquery())
            .scalar_subquery()
            .label(f"k{place}")
            for place, numbers in enumerate(kinds)
        )
    )


def totals_of(session: Session, kinds: Sequence[Found], asked: Mapping[str, Any]) -> list[int]:
    """How many there are of each kind, `MOST_COUNTED` and one at most: one statement, whatever the kinds."""
    return list(session.execute(_counting(tuple(kind.numbers for kind in kinds)), asked).one()) if kinds else []


def first_of(session: Session, found: Found, asked: Mapping[str, Any], *, total: int, size: int) -> Page[Any]:
    """The first rows of what was found, when anything was: one statement."""
    wanted = found.few if total <= MOST_COUNTED else found.many
    rows = session.execute(wanted, {**asked, "shown": size}).all() if total else []
    return Page(rows, 1, size, total)
