"""Pages of the acts of a life: each act has its form, and one page of the domain shows them all the same way."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from portal.authz.context import Context
from portal.core.dataclass import dataclass

Row = TypeVar("Row")


@dataclass(frozen=True)
class ActPage(Generic[Row]):
    """The page of an act on a row: its form, what it does, what is said before and after."""

    form: Callable[..., Any]
    do: Callable[[Context, Row, Any], object]
    lead: str
    done: str
    shown: Callable[[Context, Row], Mapping[str, Any]] = lambda _ctx, _row: {}
    """What the form holds when it is opened."""


def with_text(service: Callable[[Context, Row, str], object]) -> Callable[[Context, Row, Any], object]:
    """Do an act with the text of its form."""
    return lambda ctx, row, form: service(ctx, row, form.text.data)


def with_sheet(service: Callable[[Context, Row, Any], object]) -> Callable[[Context, Row, Any], object]:
    """Do an act with the sheet that its form makes."""
    return lambda ctx, row, form: service(ctx, row, form.sheet())
