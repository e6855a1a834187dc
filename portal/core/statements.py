"""Statements put together once: a page asks the same each time, and to write it out again costs more than to ask it.

What a statement holds is said by the arguments of the function that puts it together, and by nothing else: who asks for
it (`Reach`), the day, the filter. Two who differ in any of these never get each other's. It holds no row and no result.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import ColumnElement, CompoundSelect, Integer, Select, bindparam, func, literal, select, union_all

P = ParamSpec("P")
Statement = TypeVar("Statement")
KEPT = 8
"""Of each function, the last used: as many readers as differ, on one day."""


def written_once(write: Callable[P, Statement]) -> Callable[P, Statement]:
    """Keep what a function puts together, by its arguments; these can be hashed, and none of them is a session."""
    return lru_cache(maxsize=KEPT)(write)  # type: ignore[return-value]


def among(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether a column has one of some values that never change: states, mostly.

    As `in_`, whose list may be longer the next time: each statement is then written out again before it is asked, which
    costs as much as asking it. For what differs from one time to the next, `in_` it is.
    """
    found: ColumnElement[bool] = column.in_([literal(value, column.type) for value in values])
    return found


def among_written(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """The same, its values in the text of the statement: an index of such an expression is followed by no other."""
    found: ColumnElement[bool] = column.in_(
        [bindparam(None, value, type_=column.type, literal_execute=True) for value in values]
    )
    return found


def first_of_each(kinds: Sequence[Select[Any]], order: Sequence[Any]) -> CompoundSelect[Any]:
    """The first `most` rows of each of some selects of one column, in an order.

    Each follows an index and stops: the first of all of them, in that order, are among these, and what waits by the
    thousand is not put in order to show five. A row may be in two of them; `most` is bound when it is asked.
    """
    most = bindparam("most", type_=Integer)
    return union_all(*(select(kind.order_by(*order).limit(most).subquery()) for kind in kinds))


def soonest(kinds: Sequence[Any]) -> Select[int]:
    """The numbers of the first `most` of all the rows of some selects of a day and a number, which share no row."""
    order = tuple(kinds[0].selected_columns)
    each = first_of_each(kinds, order).subquery()
    return select(each.c[1]).order_by(each.c[0], each.c[1]).limit(bindparam("most", type_=Integer))


def soonest_days(kinds: Sequence[Any]) -> Select[Any, int]:
    """The days of the first `most` of all the rows of such selects, the soonest first, and how many rows have each.

    What a page counts before it knows which few rows it opens: none is read but in the index of its day.
    """
    most = bindparam("most", type_=Integer)
    each = union_all(*(select(kind.order_by(*kind.selected_columns).limit(most).subquery()) for kind in kinds))
    found = each.subquery()
    day = found.c[0].label("day")
    return days_counted(select(day).order_by(day, found.c[1]).limit(most))


def days_counted(days: Select[Any]) -> Select[Any, int]:
    """The days of a select of one day a row, in their order, and how many rows have each."""
    each = days.subquery()
    return select(each.c[0], func.count()).group_by(each.c[0]).order_by(each.c[0])


def one_by_one(counted: Iterable[Any]) -> list[Any]:
    """Each value as often as it was counted.

    >>> one_by_one([("lundi", 2), ("mardi", 1)])
    ['lundi', 'lundi', 'mardi']
    """
    return [value for value, number in counted for _ in range(number)]
