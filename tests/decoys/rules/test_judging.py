"""What a message says of a vendor: nothing before the handing over, nothing from those who may write."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.decoys.rules import DecoyVerdict, company_domain, judge
from tests.effort import at_most

PLANTED = date(2026, 3, 1)
days = st.dates(date(2025, 1, 1), date(2028, 1, 1))


@at_most(30)
@given(days, st.none() | days, st.none() | days, st.sampled_from(["a@acme.fr", "x@spam.example", ""]))
def test_only_a_batch_that_was_handed_over_accuses(received, planted, ended, sender):
    verdict = judge(sender, received, planted_on=planted, ended_on=ended, known={"acme.fr"})
    if planted is None or received < planted:
        assert verdict is DecoyVerdict.NOT_PLANTED
    elif sender != "a@acme.fr":
        assert verdict is DecoyVerdict.STRANGER
    else:
        assert verdict.is_leak is (ended is not None and received > ended)


@pytest.mark.parametrize(
    ("sender", "verdict"),
    [
        ("news@acme.fr", DecoyVerdict.EXPECTED),
        ("news@mail.acme.fr", DecoyVerdict.EXPECTED),
        ("news@acme.fr.evil.example", DecoyVerdict.STRANGER),
        ("news@notacme.fr", DecoyVerdict.STRANGER),
        ("acme.fr@evil.example", DecoyVerdict.STRANGER),
        ("", DecoyVerdict.STRANGER),
    ],
)
def test_a_look_alike_is_a_stranger(sender, verdict):
    assert judge(sender, PLANTED, planted_on=PLANTED, ended_on=None, known={"acme.fr"}) is verdict


def test_the_last_day_of_a_service_is_still_one():
    for later, verdict in ((0, DecoyVerdict.EXPECTED), (1, DecoyVerdict.AFTER_EXIT)):
        on = PLANTED + timedelta(days=later)
        assert judge("a@acme.fr", on, planted_on=PLANTED, ended_on=PLANTED, known={"acme.fr"}) is verdict


@pytest.mark.parametrize("text", ["", "Acme", "@", "https://", "x@", "localhost"])
def test_what_names_no_host_has_no_domain(text):
    assert company_domain(text) == ""
