"""A long list costs no more statements than a short one: every list page, counted with 12 and with 60 vendors.

With 60 a page is full and there is a next one; `make bench` prints them with 10,000.
"""

import pytest

from bench.pages import counts
from bench.world import world
from portal.core import process
from portal.core.config import Settings


@pytest.fixture(autouse=True)
def _process_as_found(portal_settings: Settings):
    yield
    process.prepare(portal_settings)


def test_list_pages_cost_the_same_statements_with_12_and_with_60_vendors():
    with world(12, few=True) as few, world(60, few=True) as many:
        short, long = counts(few), counts(many)
    assert short == long
    assert all(number <= 20 for number in short.values()), short
