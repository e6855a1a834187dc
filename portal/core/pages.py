"""A page of a list: some rows, how many there are in all, and what stands before and after."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Select, bindparam, func
from sqlalchemy.orm import Session

from portal.core.dataclass import dataclass

PAGE_SIZE = 25
"""Rows on a page, where nothing else is asked for."""

Row = TypeVar("Row")
Other = TypeVar("Other")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page of a list, and where that page stands; a number beyond the last has no rows."""

    rows: Sequence[Row]
    number: int
    """From 1."""
    size: int
    total: int
    """Rows of the whole list."""

    @property
    def pages(self) -> int:
        """How many pages the whole list takes; none when it is empty.

        >>> Page([], 1, 25, 0).pages, Page([], 1, 25, 25).pages, Page([], 1, 25, 26).pages
        (0, 1, 2)
        """
        return -(-self.total // self.size)

    @property
    def previous(self) -> int | None:
        """The page before, when the list has several.

        >>> Page([], 3, 25, 60).previous, Page([], 1, 25, 60).previous, Page([], 9, 25, 20).previous
        (2, None, None)
        """
        return self.number - 1 if self.pages > 1 and self.number > 1 else None

    @property
    def following(self) -> int | None:
        """The page after, when there is one.

        >>> Page([], 2, 25, 60).following, Page([], 3, 25, 60).following
        (3, None)
        """
        return self.number + 1 if self.number < self.pages else None

    def showing(self, rows: Sequence[Other]) -> "Page[Other]":
        """The same page with other rows: those read for the identifiers it holds."""
        return cast("Page[Other]", replace(self, rows=cast("Any", rows)))


def page_of(
    session: Session,
    wanted: Select[Row],
    number: int = 1,
    *,
    size: int = PAGE_SIZE,
    total: int | None = None,
    asked: Mapping[str, Any] = MappingProxyType({}),
) -> Page[Row]:
    """One page of an ordered select of one column or entity, and its total: two statements.

    A select of identifiers skips along an index, and only the rows of the page are then opened (`Page.showing`): a long
    list costs no more than a short one. `total` spares the statement that counts, to whoever knows it already.
    `asked` is what is bound to a select that is written once.
    """
    paged = _made_of(_PAGED, wanted, lambda: wanted.limit(bindparam("page_rows")).offset(bindparam("page_start")))
    rows = session.scalars(paged, {**asked, "page_rows": size, "page_start": (number - 1) * size}).all()
    return Page(rows, number, size, _counted(session, wanted, asked) if total is None else total)


_PAGED: "WeakKeyDictionary[Select[Any], Select[Any]]" = WeakKeyDictionary()
_COUNTING: "WeakKeyDictionary[Select[Any], Select[Any]]" = WeakKeyDictionary()
"""What was made of a select, while it is there: one that is written once (`statements`) is paged and counted once."""


def _made_of(
    kept: "WeakKeyDictionary[Select[Any], Select[Any]]", wanted: Select[Any], make: Callable[[], Select[Any]]
) -> Select[Any]:
    found = kept.get(wanted)
    if found is None:
        kept[wanted] = found = make()
    return found


def _counted(session: Session, wanted: Select[Any], asked: Mapping[str, Any]) -> int:
    counting = _made_of(
        _COUNTING, wanted,
        lambda: wanted.with_only_columns(func.count(), maintain_column_froms=True).order_by(None),
    )  # fmt: skip
    return session.scalar(counting, asked) or 0
