"""The line of a period: everything on it, in order, and nothing hidden."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.consumer_law import legislation
from portal.consumer_law.rules.periods import ContractFacts, ContractKind, deadline
from portal.consumer_law.timeline import APART, DAY_BY_DAY, timeline_of

LAW = legislation.periods()
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def found(received, **more):
    return deadline(ContractFacts(ContractKind.GOODS, deliveries=(received,), **more), LAW)


@given(days, st.booleans(), st.lists(st.tuples(st.sampled_from("abc"), st.integers(-40, 500)), max_size=6))
def test_every_day_is_on_the_line_in_its_order_and_none_hides_another(received, informed, others):
    period = found(received, informed=informed)
    named = [(name, received + timedelta(days=offset)) for name, offset in others]
    drawing = timeline_of(period, named)
    places = [mark.x for mark in drawing.marks]
    assert places == sorted(places)
    assert all(0 < x < 100 for x in places)
    assert {mark.day for mark in drawing.marks} == {period.start, period.last_day, *(day for _, day in named)}
    for row in range(drawing.rows):
        on_it = [mark.x for mark in drawing.marks if mark.row == row]
        assert on_it
        assert all(right - left >= APART for left, right in pairwise(on_it))
    assert drawing.run[0] < drawing.run[1]


def test_names_that_fall_on_one_day_share_its_mark():
    period = found(date(2026, 11, 6))
    drawing = timeline_of(period, [("sent", date(2026, 11, 20)), ("heard", date(2026, 11, 20))])
    (last,) = [mark for mark in drawing.marks if mark.tone == "last"]
    assert (last.day, last.labels) == (date(2026, 11, 20), ("sent", "heard", "last"))


def test_days_off_are_shaded_while_days_can_be_told_apart():
    short = timeline_of(found(date(2026, 10, 28)))
    # 31 October to 1 November, 7-8 and 11 November: the line ends the day after the 12th.
    assert len(short.off) == 5
    assert all(0 <= x <= x + width <= 105 for x, width in short.off)
    assert [day for _, day in short.ticks] == [date(2026, 11, 2), date(2026, 11, 9)]


def test_a_year_is_ticked_month_by_month():
    long = timeline_of(found(date(2026, 6, 1), informed=False))
    assert (long.last - long.first).days > DAY_BY_DAY
    assert long.off == ()
    assert [day for _, day in long.ticks][:2] == [date(2026, 6, 1), date(2026, 7, 1)]
    assert all(day.day == 1 for _, day in long.ticks)
    assert len(long.ticks) == 13


def test_eight_years_are_ticked_year_by_year_to_their_end():
    period = deadline(ContractFacts(ContractKind.LIFE, date(2020, 3, 2), informed=False), LAW)
    drawing = timeline_of(period)
    assert (drawing.ticks_are_years, drawing.off) == (True, ())
    assert [day for _, day in drawing.ticks] == [date(year, 1, 1) for year in range(2021, 2029)]
    assert not timeline_of(found(date(2026, 6, 1), informed=False)).ticks_are_years


@pytest.mark.parametrize("gap", [1, 2])
def test_close_days_climb_one_above_the_other(gap):
    period = found(date(2026, 6, 1), informed=False)
    named = [("one", date(2027, 1, 4)), ("two", date(2027, 1, 4 + gap)), ("three", date(2027, 1, 4 + 2 * gap))]
    assert timeline_of(period, named).rows == 3
