from datetime import date

from portal.core.calendar import easter, months_later


def test_easter_keeps_to_its_thirty_five_days_and_to_sundays():
    for year in range(1583, 3000):
        found = easter(year)
        assert found.weekday() == 6
        assert date(year, 3, 22) <= found <= date(year, 4, 25)


def test_the_day_of_a_short_month_is_its_last_day():
    assert months_later(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_later(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert months_later(date(2026, 3, 31), -1) == date(2026, 2, 28)
