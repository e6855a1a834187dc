"""People who do not exist: each has an address of their own, and nothing that could be somebody's."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from portal.decoys.people import stock
from portal.decoys.rules import invent, normal_phone, person_words
from tests.effort import at_most


@at_most(10)
@given(st.integers(0, 2**32), st.integers(1, 200))
def test_no_two_have_one_address_and_none_has_one_that_is_taken(seed, number):
    first = invent(Random(seed), stock(), "courrier.example", number, set())
    taken = {one.email for one in first}
    again = invent(Random(seed), stock(), "courrier.example", number, taken)
    assert len(taken) == number
    assert not taken & {one.email for one in again}
    for one in (*first, *again):
        assert one.email.isascii()
        assert one.email.endswith("@courrier.example")
        assert normal_phone(one.phone)[:6] in stock().phone_ranges, "kept for fiction: nobody is called by mistake"
        assert person_words(one.full_name, one.postal_code)


def test_the_stock_is_wide_enough_that_an_address_is_not_guessed():
    names = len(set(stock().first_names)) * len(set(stock().last_names))
    assert names * 9000 > 30_000_000
    assert all(len(digits) == 6 and digits.isdigit() for digits in stock().phone_ranges)
    assert all(len(code) == 5 and code.isdigit() and town for code, town in stock().towns)
