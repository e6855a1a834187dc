"""Addresses: how they are put together, and which numbers they may hold.

A number that no row can have is an address that does not exist, never an error of the database.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context, request, url_for
from werkzeug.routing import IntegerConverter, Map, Rule

from portal.core.errors import NotFound

LARGEST_ID = 2_147_483_647
"""Most that an identifier may be: the integer of PostgreSQL."""


MOST_KEPT = 4_096
"""Addresses in a process."""
_LONGEST_KEPT = 12
"""Letters of a word in an address that is kept: no token is that short."""


def install(app: Flask) -> None:
    """Keep the addresses that pages put together again and again: those of a page by its name, a number, short words.

    What such an address depends on is what it is kept by: where the application stands (a drill has its own address),
    the method of the request, and the blueprint of the page when the name is said from there. It says nothing of who
    asks. What is asked for as a whole address, with its host, is put together each time.
    """
    put_together = app.url_for

    @lru_cache(maxsize=MOST_KEPT)
    def kept(
        _root: str, _method: str, _blueprint: str | None, endpoint: str, values: tuple[tuple[str, Any], ...]
    ) -> str:
        return put_together(endpoint, **dict(values))

    def url_for_page(
        endpoint: str,
        /,
        *,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        if _method or _scheme or _external or not has_request_context() or not all(map(_is_kept, values.items())):
            return put_together(endpoint, _method=_method, _scheme=_scheme, _external=_external, **values)
        asked = request._get_current_object()  # type: ignore[attr-defined]
        blueprint = asked.blueprint if endpoint[:1] == "." else None
        return kept(asked.root_path, asked.method, blueprint, endpoint, tuple(values.items()))

    app.url_for = url_for_page  # type: ignore[method-assign,assignment]
    app.jinja_env.globals["url_for"] = url_for_page


def _is_kept(argument: tuple[str, Any]) -> bool:
    name, value = argument
    kind = type(value)
    return kind is int or (kind is str and len(value) <= _LONGEST_KEPT) or (value is None and name == "_anchor")


class Address(Rule):
    """A rule of addresses that is compiled when an address is first put together by it.

    Werkzeug compiles each rule twice when it is added: a twelfth of the start of a process that uses few of them.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        compile_whole = super()._compile_builder
        compiled: list[Any] = []

        def build(rule: Rule, /, **values: Any) -> Any:
            if not compiled:
                compiled.append(compile_whole(append_unknown))
            return compiled[0](rule, **values)

        return build


class RowNumber(IntegerConverter):
    """`<int:…>` bounded by what a row's identifier can be."""

    def __init__(self, url_map: Map, fixed_digits: int = 0, min: int | None = None, max: int | None = None) -> None:
        super().__init__(url_map, fixed_digits, min, LARGEST_ID if max is None else max)


def numbered(endpoint: str, argument: str) -> Callable[[int], str]:
    """The addresses of rows of one kind: what stands around their number is put together once for all of a page.

    `argument` is the one that takes the number; the address says it as the last of its parts that is a number.
    """
    number_of_none: dict[str, Any] = {argument: 0}
    before, _, after = url_for(endpoint, **number_of_none).rpartition("/0")
    return lambda number: f"{before}/{number}{after}"


def row_number(text: str) -> int:
    """A row named after the « ? » of an address; raises NotFound for a number that no row can have.

    >>> row_number("12")
    12
    """
    found = int(text)
    if not 0 < found <= LARGEST_ID:
        raise NotFound()
    return found


def page_number(text: str) -> int:
    """A page of a list, brought back among those that a database can count.

    >>> page_number("3"), page_number("-3"), page_number("9" * 30)
    (3, 1, 2147483647)
    """
    return min(max(int(text), 1), LARGEST_ID)


def page_asked() -> int:
    """The page of a list that the address asks for (`?page=`); the first when it asks for none."""
    return request.args.get("page", 1, type=page_number)
