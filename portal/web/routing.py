"""Numbers in addresses: one that no row can have is an address that does not exist, never an error of the database."""

from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2_147_483_647
"""Most that an identifier may be: the integer of PostgreSQL."""


class RowNumber(IntegerConverter):
    """`<int:…>` bounded by what a row's identifier can be."""

    def __init__(self, url_map: Map, fixed_digits: int = 0, min: int | None = None, max: int | None = None) -> None:
        super().__init__(url_map, fixed_digits, min, LARGEST_ID if max is None else max)
