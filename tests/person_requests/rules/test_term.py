"""One month, day by day: what Regulation 1182/71 says, and an independent count of it."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.consumer_law.legislation import metropolitan_france
from portal.person_requests.legislation import request_law
from portal.person_requests.rules.kinds import RequestKind
from portal.person_requests.rules.term import IdentityPause, TermFacts, is_covered, term_of

K = RequestKind
DAYS = some.dates(date(2018, 5, 25), date(2035, 12, 31))
GDPR = some.sampled_from([kind for kind in K if not kind.is_consumer_law])


def term(start, kind=K.ACCESS, **more):
    return term_of(TermFacts(kind, start, **more), request_law())


def rules_of(steps):
    return [step.rule.id for step in steps]


@pytest.mark.parametrize(
    ("start", "due", "why"),
    [
        (date(2026, 3, 5), date(2026, 4, 7), "5 April is Easter Sunday, the 6th Easter Monday"),
        (date(2026, 10, 5), date(2026, 11, 5), "the same date of the next month"),
        (date(2026, 8, 31), date(2026, 9, 30), "September has no 31st"),
        (date(2026, 10, 11), date(2026, 11, 12), "11 November is a holiday"),
        (date(2027, 1, 29), date(2027, 3, 1), "28 February 2027 is a Sunday"),
        (date(2028, 1, 31), date(2028, 2, 29), "a leap year"),
        (date(2026, 11, 30), date(2026, 12, 30), "the last day of a month is not the last of the next"),
    ],
)
def test_a_month_ends_where_the_regulation_says(start, due, why):
    assert term(start).due == due, why


def naive(start, months, paused):
    """The same, counted otherwise: month by month, then day by day."""
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    day = date(year, month, min(start.day, monthrange(year, month)[1])) + timedelta(days=paused)
    place = metropolitan_france()
    while day.weekday() > 4 or place.is_holiday(day):
        day += timedelta(days=1)
    return day


@given(DAYS, GDPR, some.booleans(), some.lists(some.integers(0, 40), max_size=3), some.booleans())
def test_the_term_is_that_of_an_independent_count(start, kind, extended, lengths, from_vendor):
    since, pauses = start, []
    for length in lengths:
        pauses.append(IdentityPause(since, since + timedelta(days=length)))
        since += timedelta(days=length)
    found = term(start, kind, is_extended=extended, pauses=tuple(pauses), from_vendor=from_vendor)
    assert found.first_due == naive(start, 1, sum(lengths))
    assert found.due == naive(start, 3 if extended else 1, sum(lengths))
    assert found.steps[-1].day == found.due
    assert rules_of(found.steps)[0] == ("receipt.vendor" if from_vendor else "receipt.us")


@given(DAYS, GDPR, some.integers(0, 90))
def test_a_term_is_worked_comes_after_the_start_and_a_later_receipt_never_ends_sooner(start, kind, later):
    found, after = term(start, kind), term(start + timedelta(days=later), kind)
    assert metropolitan_france().is_working(found.due)
    assert timedelta(days=28) <= found.due - start <= timedelta(days=37)
    assert found.due <= after.due


@given(DAYS, GDPR)
def test_a_doubt_that_is_still_open_moves_nothing(start, kind):
    held = term(start, kind, pauses=(IdentityPause(start, None),))
    assert held.due == term(start, kind).due
    assert "identity.open" in rules_of(held.notices)


@given(DAYS)
def test_a_withdrawal_from_a_contract_is_refunded_in_fourteen_days_whatever_the_week(start):
    found = term(start, K.CONTRACT, is_extended=True, pauses=(IdentityPause(start, start + timedelta(days=9)),))
    assert found.due == found.first_due == start + timedelta(days=14)
    assert "request.month" not in rules_of(found.steps)


def test_each_step_says_its_article_and_how_sure_it_is():
    found = term(
        date(2026, 8, 31), K.CONSENT, from_vendor=True, pauses=(IdentityPause(date(2026, 9, 2), date(2026, 9, 5)),)
    )
    assert rules_of(found.steps) == ["receipt.vendor", "request.month", "month.short", "identity.pause", "end.moved",
                                     "end.midnight"]  # fmt: skip
    assert {step.rule.sure.value for step in found.steps if step.rule.id in {"receipt.vendor", "identity.pause"}} == {
        "inferred"
    }
    assert "consent.anytime" in rules_of(found.notices)


def test_before_the_regulation_nothing_is_counted():
    assert not is_covered(date(2018, 5, 24), request_law())
    with pytest.raises(KeyError):
        term(date(2018, 5, 24))


@given(DAYS, some.integers(0, 400), some.booleans(), some.text(max_size=20))
def test_a_doubt_comes_back_from_json_as_it_was(since, length, is_open, reason):
    doubt = IdentityPause(since, None if is_open else since + timedelta(days=length), reason)
    assert IdentityPause.of(doubt.plain()) == doubt
