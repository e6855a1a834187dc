"""What may be decided of a period, until when that is awaited, and the last day that a notice leads to."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.contracts.rules.deadline_choices import awaited_by, last_day_after
from portal.contracts.rules.deadlines import ContractTerms, NoticePeriod, NoticeUnit, deadlines
from portal.core.language import Sentence
from tests.effort import at_most

TERMS = st.builds(
    ContractTerms,
    st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    st.integers(1, 60),
    st.integers(0, 24),
    st.builds(NoticePeriod, st.integers(0, 6), st.sampled_from(NoticeUnit)),
)


@pytest.mark.parametrize(
    ("letter", "last"),
    [
        (date(2026, 9, 30), date(2026, 12, 31)),
        (date(2026, 10, 1), date(2027, 12, 31)),
        (date(2026, 12, 31), date(2027, 12, 31)),
        (date(2025, 6, 1), date(2026, 12, 31)),
        (date(2028, 9, 30), date(2028, 12, 31)),
    ],
)
def test_a_notice_after_its_last_day_ends_the_period_that_follows(letter, last):
    assert last_day_after(ContractTerms(date(2026, 1, 1), 12, 12, NoticePeriod(3)), letter) == last


@given(TERMS, st.dates(date(2000, 1, 1), date(2040, 12, 31)))
@at_most(60)
def test_a_contract_ends_on_the_first_end_whose_notice_is_not_past(terms, letter):
    """By brute force: every end of a period, one after the other."""
    day, ends = letter, []
    while len(ends) < 40:
        found = deadlines(terms, day, day)
        assert not isinstance(found, Sentence)
        ends.append(found)
        if found.renews_on is None:
            break
        day = found.renews_on
    in_time = [one.ends_on for one in ends if one.notice_by >= letter or one.renews_on is None]
    assert last_day_after(terms, letter) == in_time[0]


@given(TERMS, st.integers(0, 6000), st.booleans())
@at_most(60)
def test_what_is_awaited_is_never_past_and_never_of_a_period_that_was_decided(terms, later, decided):
    today = terms.effective_on + timedelta(days=later)
    first = deadlines(terms, today, today)
    assert not isinstance(first, Sentence)
    until = first.ends_on if decided else None
    found = awaited_by(terms, until, today)
    if found is None:
        assert terms.renewal_months == 0
        assert decided or first.ends_on < today
    else:
        assert found >= today
        assert decided <= (terms.renewal_months > 0)
