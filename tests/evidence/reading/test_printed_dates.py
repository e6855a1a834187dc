"""Days as documents print them."""

import pytest

from portal.evidence.reading.printed_dates import is_month_first, printed_dates
from portal.evidence.reading.printed_text import fold


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("le 1er janvier 2026", "2026-01-01"),
        ("le 01/02/2026", "2026-02-01"),
        ("January 2, 2026", "2026-01-02"),
        ("2 January 2026", "2026-01-02"),
        ("le 2\u00a0janvier\u202f2026", "2026-01-02"),
        ("the 12th day of March 2026", "2026-03-12"),
        ("12-MAR-2026", "2026-03-12"),
        ("2026-01-02", "2026-01-02"),
        ("du 1er au 31 mars 2026", "2026-03-01/2026-03-31"),
        ("entre le 1er et le 12 décembre 2025", "2025-12-01/2025-12-12"),
        ("1 January – 31 December 2025", "2025-01-01/2025-12-31"),
        ("du 28 décembre au 3 janvier 2026", "2025-12-28/2026-01-03"),
        ("March 3-14, 2026", "2026-03-03/2026-03-14"),
        ("valable à compter du (année/mois/jour) 2024-03-12 jusqu'au 2027-03-11", "2024-03-12/2027-03-11"),
        ("le 31 février 2026, version 1.2 – 9 avril 2026", "2026-04-09"),
        ("ISO/IEC 27001:2022", ""),
    ],
)
def test_a_day_is_read_however_it_is_printed(text, days):
    found = printed_dates(fold(text), month_first=False)
    assert ",".join("/".join(dict.fromkeys([str(one.first), str(one.last)])) for one in found) == days


def test_figures_put_the_month_first_only_when_one_of_them_must():
    assert is_month_first("8/14/2026 and 2/3/2026")
    assert not is_month_first("01/02/2026")
    assert not is_month_first("14/08/2026")
    assert str(printed_dates("2/3/2026", month_first=True)[0].first) == "2026-02-03"
