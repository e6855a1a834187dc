from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.samples.rules import cells
from portal.samples.rules.cells import BadCell

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
minutes = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)).map(lambda at: at.replace(second=0, microsecond=0))


@given(days)
def test_a_day_is_read_in_every_usual_form(day):
    serial = (day - date(1899, 12, 30)).days
    for text in (day.isoformat(), day.strftime("%d/%m/%Y"), f"{day.day}.{day.month}.{day.year}", str(serial)):
        assert cells.moment(text) == day


@given(minutes)
def test_an_hour_is_kept_in_every_usual_form(at):
    forms = ["%d/%m/%Y %H:%M", "%d/%m/%Y %Hh%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%d-%m-%Y à %H:%M"]
    for form in forms[:4]:
        assert cells.moment(at.strftime(form)) == at
        assert cells.day(at.strftime(form)) == at.date()
    since = at - datetime(1899, 12, 30)
    found = cells.moment(f"{since.days + since.seconds / 86_400:.10f}")
    assert found == (at.date() if at.hour == at.minute == 0 else at)


def test_an_hour_without_minutes_or_seconds_is_the_hour_sharp():
    assert cells.moment("24/11/2026 14h") == datetime(2026, 11, 24, 14, 0, 0)
    assert cells.moment("24/11/2026 à 9h05") == datetime(2026, 11, 24, 9, 5, 0)
    assert cells.moment("24/11/2026 9:05:07") == datetime(2026, 11, 24, 9, 5, 7)


def test_a_long_cell_is_shown_by_its_beginning():
    assert cells.shown("a" * cells.LONGEST_SHOWN) == "a" * cells.LONGEST_SHOWN
    assert cells.shown("a" * 31) == "a" * 29 + "…"


def test_an_hour_with_its_zone_is_brought_to_paris():
    assert cells.moment("2026-11-24T23:30:00Z") == datetime(2026, 11, 25, 0, 30)
    assert cells.moment("2026-07-01T10:00:00+02:00") == datetime(2026, 7, 1, 10)


@pytest.mark.parametrize(
    "text",
    ["31/02/2026", "2026-13-01", "24/11/26", "11/24/2026", "hier", "12", "99999", "24/11/2026 25:00", "1726-01-01",
     "24 novembre", "2026-11-24 10:00:00 +", "46350,x", "０", "²²²²²"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_what_to_write(text):
    with pytest.raises(BadCell, match=r"n.est pas une date|année"):
        cells.moment(text)


def test_several_days_come_in_one_cell():
    assert cells.days("01/11/2026;2026-11-03\n05/11/2026") == (
        date(2026, 11, 1), date(2026, 11, 3), date(2026, 11, 5),
    )  # fmt: skip
    with pytest.raises(BadCell):
        cells.days("01/11/2026 ; bientôt")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-01T10:00+02:00 ; 2026-11-03T09:00:00+0100", "2026-11-01+2026-11-03", "01/11/2026+03/11/2026",
        "46327+46329",
    ],
)  # fmt: skip
def test_the_zone_of_a_moment_is_not_another_day(text):
    """A shop's export writes moments with their zone; « +02:00 » was read as a second day, which refused the row."""
    assert cells.days(text) == (date(2026, 11, 1), date(2026, 11, 3))


@given(st.decimals(0, 10**9, places=2))
def test_a_sum_is_read_with_a_comma_a_point_spaces_and_the_sign_of_the_euro(amount):
    french = f"{amount:,.2f}".replace(",", "\u202f").replace(".", ",")
    for text in (
        f"{amount:.2f}",
        f"{amount:.2f}".replace(".", ","),
        f"{french} €",
        f"{amount:,.2f}",
        f"{amount:.2f} EUR",
    ):
        assert cells.money(text) == amount


@pytest.mark.parametrize("text", ["gratuit", "-5", "1.234", "1,234", "12,345", "1.2.3", "", "€", "1e3", "NaN"])
def test_what_is_no_sum_or_could_be_two_is_refused(text):
    with pytest.raises(BadCell, match="somme"):
        cells.money(text)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("3", "3"), ("3°", "3"), ("L221-28 13°", "13"), ("n° 12", "12"), ("art. L. 221-28, 1°", "1"),
        ("Hors délai", "late"), ("LATE", "late"), ("délai expiré", "late"),
    ],
)  # fmt: skip
def test_a_ground_of_refusal_is_a_number_or_a_lateness(text, ground):
    assert cells.refusal(text) == ground


@pytest.mark.parametrize(
    "text", ["14", "0", "produit ouvert", "3 ou 4", "L221-28", "client 3 mécontent du délai de livraison"]
)
def test_another_ground_is_refused(text):
    with pytest.raises(BadCell, match="exception"):
        cells.refusal(text)


@pytest.mark.parametrize(("text", "said"), [("OUI", True), ("x", True), ("Yes", True), ("non", False), ("0", False)])
def test_a_yes_or_a_no_is_read_in_both_languages(text, said):
    assert cells.yes_or_no(text) is said


@pytest.mark.parametrize("text", ["VIG-2026/0001", "a1", "7", "x" * 39 + "1", "A.b_c-1"])
def test_a_pseudonymised_reference_is_accepted(text):
    assert cells.reference(text) == text


@pytest.mark.parametrize(
    "text", ["Jean Dupont", "Dupont", "jean.dupont", "jean@x.fr", "n° 12", "réf1", "x" * 40 + "1", "", "-1", "A;1"]
)
def test_a_name_an_address_or_a_text_is_no_reference(text):
    with pytest.raises(BadCell) as refused:
        cells.reference(text)
    assert not text or text not in str(refused.value)


@pytest.mark.parametrize("read", [cells.kind, cells.channel, cells.way, cells.decision, cells.yes_or_no])
def test_a_word_outside_a_list_is_refused_and_not_repeated_at_length(read):
    with pytest.raises(BadCell) as refused:
        read("mot inconnu " * 10)
    assert "…" in str(refused.value)


def test_places_are_read_by_code_or_by_name():
    assert [cells.country(text) for text in ("fr", "Allemagne", "POLAND", "Narnia")] == ["FR", "DE", "PL", "NARNIA"]
    assert [cells.region(text) for text in ("Alsace-Moselle", "La Réunion", "Métropole", "Saint-Barthélemy")] == [
        "alsace-moselle", "reunion", "", "saint-barthelemy",
    ]  # fmt: skip


def test_a_code_is_short_and_holds_no_address():
    assert cells.code("TXT-3 v2") == "TXT-3 v2"
    for text in ("x" * 41, "a@b.fr", "le client a dit : oui"):
        with pytest.raises(BadCell):
            cells.code(text)
