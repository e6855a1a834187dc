"""Both databases count the items of a list alike, and refuse no row for holding something else."""

import pytest
from sqlalchemy import literal, select

from portal.core.db import JsonValue
from portal.core.json_length import length_of

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(("held", "length"), [([], 0), ([1], 1), (["a", {"b": 1}, None], 3), ({}, 0), ({"a": [1]}, 0)])
def test_the_items_of_a_list_are_counted_and_what_is_no_list_has_none(session, held, length):
    assert session.scalar(select(length_of(literal(held, JsonValue)))) == length
