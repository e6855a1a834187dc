from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import g
from markupsafe import Markup

from portal.web import formats
from tests.conftest import NOW

N = "\u202f"


@pytest.fixture(params=["fr", "en"])
def language(request):
    return request.param


@pytest.fixture
def within(app):
    """A request of a reader of a language, at the instant of the tests."""
    opened = []

    def enter(language="fr"):
        while opened:
            opened.pop().pop()
        context = app.test_request_context("/", headers={"Accept-Language": language})
        context.push()
        opened.append(context)
        g.now = NOW

    yield enter
    while opened:
        opened.pop().pop()


LATE = datetime(2026, 6, 30, 22, 5, tzinfo=UTC)  # 1 July in Paris


@pytest.mark.parametrize(
    ("call", "french", "english"),
    [
        (lambda: formats.long_date(LATE), "1er juillet 2026", "1 July 2026"),
        (lambda: formats.long_date(date(2026, 11, 24)), "24 novembre 2026", "24 November 2026"),
        (lambda: formats.short_date(date(2026, 11, 24)), "24 nov. 2026", "24 Nov 2026"),
        (lambda: formats.date_time(LATE), "1er juillet 2026 à 00:05", "1 July 2026 at 00:05"),
        (lambda: formats.number(1234567), f"1{N}234{N}567", "1,234,567"),
        (lambda: formats.number(3.14159, 2), "3,14", "3.14"),
        (lambda: formats.percent(0.256), f"26{N}%", "26%"),
        (lambda: formats.percent(0.2567, 1), f"25,7{N}%", "25.7%"),
        (lambda: formats.percent(0), f"0{N}%", "0%"),
        (lambda: formats.percent(1), f"100{N}%", "100%"),
        (lambda: formats.percent(0.9967), f"99{N}%", "99%"),  # 299 answers of 300 are not all of them
        (lambda: formats.percent(0.9996, 1), f"99,9{N}%", "99.9%"),
        (lambda: formats.percent(Decimal(1) / 3000, 1), f"<\u00a00,1{N}%", "<\u00a00.1%"),  # a fault is not none
        (lambda: formats.percent(Decimal(1) / 1000, 1), f"0,1{N}%", "0.1%"),
        (lambda: formats.file_size(999), "999\u00a0octets", "999\u00a0bytes"),
        (lambda: formats.file_size(1500), "1,5\u00a0ko", "1.5\u00a0kB"),
        (lambda: formats.file_size(12_345_678), "12,3\u00a0Mo", "12.3\u00a0MB"),
    ],
)
def test_each_reader_reads_dates_numbers_and_sizes_as_they_write_them(within, call, french, english):
    within("fr")
    assert call() == french
    within("en")
    assert call() == english


@pytest.mark.parametrize(
    ("days", "french", "english"),
    [
        (3, "dans 3 jours", "in 3 days"), (-1, "hier", None), (1, "demain", None), (0, "aujourd’hui", None),
        (-10, "il y a 10 jours", "10 days ago"), (59, "dans 59 jours", "in 59 days"),
        (-90, "il y a 3 mois", "3 months ago"), (400, "dans 13 mois", "in 13 months"),
        (-437, "il y a 14 mois", "14 months ago"), (-456, "il y a 15 mois", "15 months ago"),
        (-563, "il y a 18 mois", "18 months ago"), (-700, "il y a 23 mois", "23 months ago"),
        (-731, "il y a 2 ans", "2 years ago"), (800, "dans 2 ans", "in 2 years"),
        (-1096, "il y a 3 ans", "3 years ago"),
    ],
)  # fmt: skip
def test_a_distance_in_time_is_said_in_days_then_months_then_years(within, days, french, english):
    within("fr")
    assert formats.relative(NOW.date() + timedelta(days)) == french
    if english:
        within("en")
        assert formats.relative(NOW.date() + timedelta(days)) == english


def test_no_distance_is_said_half_a_month_or_half_a_year_away_from_what_it_is(within):
    within("en")
    for days in range(60, 4000):
        count, unit = formats.relative(NOW.date() - timedelta(days)).removesuffix(" ago").split()
        length = 365.2425 if unit.startswith("year") else 365.2425 / 12
        assert abs(int(count) * length - days) <= length / 2
        assert unit.startswith("month") == (days < 23.5 * 365.2425 / 12)


def test_nothing_is_shown_for_nothing(within, language):
    within(language)
    shown = [f(None) for f in (formats.long_date, formats.short_date, formats.date_time, formats.relative)]
    assert [*shown, formats.number(None), formats.percent(None), formats.paragraphs(None)] == [""] * 7


def test_typography_is_the_readers_and_never_trusts_a_text(within):
    within("fr")
    assert formats.typography("L'avis : <b>") == f"L’avis{N}: <b>"
    assert not isinstance(formats.typography("<b>"), Markup)
    assert isinstance(formats.typography(Markup("<b>l'un</b>")), Markup)
    assert formats.typography(None) is None
    within("en")
    assert formats.typography("today's: ") == "today’s: "
    assert formats.typography(Markup("<b class='a'>one's</b>")) == Markup("<b class='a'>one’s</b>")


def test_typed_lines_are_paragraphs_and_what_looks_like_markup_is_text(within):
    within("fr")
    found = formats.paragraphs("Un <script>\n\n  \nd'autres\n")
    assert found == "<p>Un &lt;script&gt;</p><p>d’autres</p>"


def test_a_template_may_ask_whether_a_page_exists(within):
    within()
    assert formats.has_endpoint("identity.sign_in")
    assert not formats.has_endpoint("identity.nowhere")
