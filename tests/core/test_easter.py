from datetime import date

from portal.core.easter import easter


def test_easter_keeps_to_its_thirty_five_days_and_to_sundays():
    for year in range(1583, 3000):
        found = easter(year)
        assert found.weekday() == 6
        assert date(year, 3, 22) <= found <= date(year, 4, 25)
