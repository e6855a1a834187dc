"""A page of a list: some rows, how many there are in all, and what stands before and after."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Select, bindparam, func, select
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


def page_sought(
    session: Session, wanted: Select[int], number: int = 1, *, size: int = PAGE_SIZE, asked: Mapping[str, Any]
) -> Page[int]:
    """The same of a select of numbers that no index narrows: all the rows are tried once, and not again to be counted.

    What is kept by then, in its order, is the numbers of those that were found.
    """
    sought = _made_of(_SOUGHT, wanted, lambda: _paged_and_counted(wanted))
    found = session.execute(sought, {**asked, "page_rows": size, "page_start": (number - 1) * size}).all()
    if found or number == 1:
        return Page([row[0] for row in found], number, size, found[0][1] if found else 0)
    return Page([], number, size, _counted(session, wanted, asked))  # past the last page


def _paged_and_counted(wanted: Select[int]) -> Select[Any]:
    # Read twice, it is worked out once by both databases; neither puts what it holds in another order.
    found = wanted.cte("found")
    total = select(func.count()).select_from(found).scalar_subquery().label("total")
    return select(found.c[0], total).limit(bindparam("page_rows")).offset(bindparam("page_start"))


_SOUGHT: "WeakKeyDictionary[Select[Any], Select[Any]]" = WeakKeyDictionary()
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
