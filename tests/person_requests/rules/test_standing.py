"""« Answered in time »: each cheapest lie that would turn it green."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.person_requests.rules.life import RequestState
from portal.person_requests.rules.standing import AnswerFacts, Punctuality, counted, punctuality

S, P = RequestState, Punctuality
DAY = date(2026, 11, 2)
DUE = date(2026, 12, 2)


def facts(state=S.CLOSED, told_on=date(2026, 11, 20), size=900):
    return AnswerFacts(state, DAY, DUE, told_on, size)


@pytest.mark.parametrize(
    ("held", "found"),
    [
        (facts(), P.IN_TIME),
        (facts(told_on=DUE), P.IN_TIME),
        (facts(told_on=DUE + timedelta(days=1)), P.LATE),
        (facts(told_on=None), P.UNPROVED),
        (facts(told_on=DAY - timedelta(days=1)), P.UNPROVED),
        (facts(size=0), P.UNPROVED),
        (facts(size=None), P.UNPROVED),
        (facts(S.REFUSED, size=None), P.UNPROVED),
        (facts(S.DROPPED), P.NONE),
        (facts(S.WORKING), P.WAITING),
    ],
    ids=["in time", "last day", "a day late", "closed without an answer", "answered before it was received",
         "an empty proof", "no proof", "a refusal that nobody was told", "dropped", "waiting"],
)  # fmt: skip
def test_only_what_is_proved_and_told_in_time_is_in_time(held, found):
    assert punctuality(held, DAY) is found


def test_a_term_that_is_over_without_an_answer_is_counted_against_us():
    late = DUE + timedelta(days=1)
    assert punctuality(facts(S.RECEIVED), late) is P.OVERDUE
    assert not counted([facts(), facts(S.RECEIVED)], late).is_whole


def test_nothing_answered_is_not_all_answered_and_what_was_dropped_is_said():
    none = counted([facts(S.DROPPED), facts(S.WORKING)], DAY)
    assert (none.in_time, none.total, none.dropped, none.is_whole) == (0, 0, 1, False)


@given(some.lists(some.builds(
    AnswerFacts, some.sampled_from(S), some.just(DAY), some.just(DUE),
    some.one_of(some.none(), some.dates(DAY - timedelta(days=9), DUE + timedelta(days=9))),
    some.one_of(some.none(), some.integers(0, 9)),
), max_size=12))  # fmt: skip
def test_what_is_counted_in_time_is_among_what_is_counted(held):
    found = counted(held, DUE + timedelta(days=2))
    assert 0 <= found.in_time <= found.total <= len(held) - found.dropped
