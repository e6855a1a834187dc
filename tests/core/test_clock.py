from datetime import UTC, date, datetime, timedelta

import pytest

from portal.core import clock


@pytest.mark.usefixtures("passing_time")
def test_now_is_aware_and_in_utc():
    before = datetime.now(UTC)
    found = clock.now()
    assert before <= found <= datetime.now(UTC)
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29)),
    ],
)
def test_the_legal_day_turns_at_midnight_in_paris_in_summer_and_in_winter(instant, day):
    assert clock.legal_date(instant) == day


@pytest.fixture
def put_back():
    yield
    clock.move(timedelta())


@pytest.mark.usefixtures("passing_time", "put_back")
def test_a_moved_clock_goes_on_from_where_it_was_put():
    clock.move(clock.read_movement("+400d"))
    assert timedelta(days=399) < clock.now() - datetime.now(UTC) < timedelta(days=401)
    assert abs(clock.machine_instant(clock.now()) - datetime.now(UTC)) < timedelta(hours=1)


@pytest.mark.parametrize(
    ("told", "instant"),
    [
        ("2031-07-01T09:00:00Z", datetime(2031, 7, 1, 9, tzinfo=UTC)),
        ("2031-07-01T09:00:00+02:00", datetime(2031, 7, 1, 7, tzinfo=UTC)),
        ("2031-07-01T09:00", datetime(2031, 7, 1, 7, tzinfo=UTC)),
        ("2031-07-01", datetime(2031, 6, 30, 22, tzinfo=UTC)),
    ],
)
def test_an_instant_is_where_the_clock_starts(monkeypatch, told, instant):
    monkeypatch.setattr(clock, "_machine", lambda: datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert datetime(2026, 11, 24, 9, tzinfo=UTC) + clock.read_movement(told) == instant


@pytest.mark.parametrize("told", ["demain", "+400", "400 d", "+d", "9999999d", "2999-01-01", "0001-01-01", "+٣d", ""])
def test_what_is_no_movement_is_refused(told):
    with pytest.raises((ValueError, OverflowError)):
        clock.read_movement(told)
