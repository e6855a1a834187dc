"""Dates in SQL, the same on SQLite and PostgreSQL."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Date, Integer, SQLColumnExpression, func, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement, ReturnTypeFromArgs

Value = TypeVar("Value")
Column = SQLColumnExpression[Value | None] | SQLColumnExpression[Value]


class _MonthsLater(FunctionElement[Any]):
    name = "months_later"
    type = Date()
    inherit_cache = True


@compiles(_MonthsLater)
def _on_postgresql(element: _MonthsLater, compiler: SQLCompiler, **options: Any) -> str:
    day, months = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST({day} + make_interval(months => CAST({months} AS INTEGER)) AS DATE)"


@compiles(_MonthsLater, "sqlite")
def _on_sqlite(element: _MonthsLater, compiler: SQLCompiler, **options: Any) -> str:
    # « +1 month » after 31 January is 3 March for SQLite: the last day of the month bounds it.
    day, months = (compiler.process(clause, **options) for clause in element.clauses)
    last = f"date({day}, 'start of month', (({months}) + 1) || ' months', '-1 day')"
    return f"min(date({day}, ({months}) || ' months'), {last})"


class _Least(ReturnTypeFromArgs[Any]):
    name = "least"
    inherit_cache = True


@compiles(_Least)
def _least_on_postgresql(element: _Least, compiler: SQLCompiler, **options: Any) -> str:
    return f"least({compiler.process(element.clauses, **options)})"


@compiles(_Least, "sqlite")
def _least_on_sqlite(element: _Least, compiler: SQLCompiler, **options: Any) -> str:
    return f"min({compiler.process(element.clauses, **options)})"


def months_later(day: Column[date], months: Column[int]) -> FunctionElement[date | None]:
    """The same day of the month, some months later, or the last day of a shorter month; null when either is.

    `portal.core.calendar` says the same in Python.
    """
    return _MonthsLater(day, months)


def earliest(*days: Column[date]) -> ColumnElement[date | None]:
    """The earliest of some days, those that are null left out; null when all are."""
    return _smallest(literal(date.max, Date), days)


def fewest(*numbers: Column[int]) -> ColumnElement[int | None]:
    """The smallest of some numbers, those that are null left out; null when all are."""
    return _smallest(literal(2**31 - 1, Integer), numbers)


def _smallest(beyond: ColumnElement[Any], values: Iterable[Column[Any]]) -> ColumnElement[Any]:
    # SQLite's min() is null as soon as one of its values is: a value beyond all others stands for null.
    least = _Least(*(func.coalesce(value, beyond) for value in values))
    return func.nullif(least, beyond, type_=beyond.type)
