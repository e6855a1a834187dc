"""The calculator's form: what it reads, what it refuses and where it says so."""

from datetime import date
from decimal import Decimal

import pytest

from portal.consumer_law.calculator_page import exclusion_form
from portal.consumer_law.exposure_form import ExposureForm
from portal.consumer_law.exposure_page import ExposedFinding
from portal.consumer_law.forms import CalculatorForm
from portal.consumer_law.rules.exposure import Breach, LateRefunds

GOODS = {"kind": "goods", "channel": "distance", "place": "FR/metropole", "informed": "yes", "received": "2026-10-28"}
DAY = date(2026, 11, 24)


@pytest.fixture
def posted(app, monkeypatch):
    """`posted(...)` is the calculator's form as posted, and whether it is sound."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)

    def post(**changed):
        with app.test_request_context("/", method="POST", data={**GOODS, **changed}):
            form = CalculatorForm()
            return form.submitted(), form

    return post


@pytest.fixture
def exposing(app, monkeypatch):
    """The same for the exposure form, a vendor with two findings."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    found = [
        ExposedFinding(7, "C1", "Contrat", None, ("28(3)",), ()),
        ExposedFinding(9, "C2", "Accusé", None, ("44", "48"), ("consumer.withdrawal",)),
    ]  # fmt: skip

    def post(**changed):
        with app.test_request_context("/", method="POST", data={"linked": "yes", **changed}):
            form = ExposureForm()
            form.offer(found, DAY)
            return form.submitted(), form, form.exposure_input() if not form.errors else None

    return post


@pytest.mark.parametrize("text", ["2026-10-28", "28/10/2026"])
def test_a_date_is_read_as_browsers_send_it_and_as_people_write_it(posted, text):
    sound, form = posted(received=text)
    assert sound
    assert form.facts().deliveries == (date(2026, 10, 28),)


@pytest.mark.parametrize("text", ["31/02/2026", "hier", "10/28/2026", "2026-13-01"])
def test_what_is_no_date_is_refused_beside_its_field(posted, text):
    sound, form = posted(received=text)
    assert not sound
    assert form.status == 422
    assert "31/12/2026" in str(form.received.errors[0])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"received": ""}, "received"),
        ({"kind": "service"}, "concluded"),
        ({"received": "2012-01-01"}, "received"),
        ({"concluded": "2026-11-01"}, "received"),
        ({"informed": "late"}, "informed_on"),
        ({"kind": "several", "deliveries": "2026-10-28\ndemain"}, "deliveries"),
        ({"kind": "several"}, "deliveries"),
        ({"place": "XX/"}, "place"),
        ({"kind": ""}, "kind"),
    ],
)
def test_a_refusal_is_said_beside_the_field_it_is_about(posted, changed, field):
    base = {"received": ""} if changed.get("kind") == "several" and "deliveries" not in changed else {}
    sound, form = posted(**{**base, **changed})
    assert not sound
    assert form[field].errors
    assert form.status == 422


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"stated": "2012-01-01"}, "stated", "Les règles connues"),
        ({"stated": "2199-01-01"}, "stated", "Les règles connues"),
        ({"stated": "2026-11-05", "heard": "2013-11-05"}, "heard", "Les règles connues"),
        ({"concluded": "2026-10-20", "stated": "2026-10-19"}, "stated", "avant la conclusion"),
        ({"stated": "2026-11-05", "heard": "2026-11-04"}, "heard", "avant d’être envoyée"),
        ({"stated": "2026-11-05", "recovered": "2026-10-27"}, "recovered", "avant d’avoir été reçu"),
        ({"stated": "2026-11-05", "dispatched": "2026-10-27"}, "dispatched", "avant d’avoir été reçu"),
        ({"stated": "2026-11-05", "paid": "2026-11-04", "amount": "10"}, "paid", "précéderait"),
        ({"paid": "2026-11-04"}, "stated", "Donnez la date d’envoi"),
        ({"heard": "2026-11-04"}, "stated", "Donnez la date d’envoi"),
        ({"amount": "129,90"}, "stated", "Donnez la date d’envoi"),
    ],
)
def test_days_that_cannot_follow_one_another_are_refused_beside_their_field(posted, changed, field, words):
    sound, form = posted(**changed)
    assert not sound
    assert words in str(form[field].errors[0])
    assert form.status == 422


@pytest.mark.parametrize(
    "changed",
    [
        {"stated": "2026-10-01"},
        {"concluded": "2026-10-20", "stated": "2026-10-20"},
        {"stated": "2026-11-05", "heard": "2026-11-05", "dispatched": "2026-10-28", "paid": "2026-11-05"},
        {"kind": "service", "concluded": "2026-10-28", "recovered": "2026-01-01"},
    ],
)
def test_a_withdrawal_may_come_before_the_goods_and_what_is_hidden_does_not_count(posted, changed):
    sound, form = posted(**changed)
    assert sound, form.errors


def test_several_deliveries_are_read_one_per_line(posted):
    sound, form = posted(kind="several", deliveries="28/10/2026\n2026-11-03\n\n")
    assert sound
    assert form.facts().deliveries == (date(2026, 10, 28), date(2026, 11, 3))


@pytest.mark.parametrize(("text", "value"), [("129,90", "129.90"), ("1 299 €", "1299"), ("0.5", "0.5"), ("", None)])
def test_a_sum_is_read_with_a_comma_a_point_or_spaces(posted, text, value):
    _, form = posted(amount=text)
    assert form.amount.data == (Decimal(value) if value else None)


@pytest.mark.parametrize("text", ["-5", "1e9", "NaN", "12,345", "10000000,01", "cent"])
def test_what_is_no_sum_is_refused_and_stays_written(posted, text):
    sound, form = posted(amount=text)
    assert not sound
    assert form.amount.errors
    assert text in form.amount()


def test_parts_of_france_come_first_then_countries_by_name(app):
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        labels = [label for _, label, *_ in CalculatorForm().place.iter_choices()]
    assert labels[0] == "Metropolitan France"
    countries = labels[10:]
    assert countries == sorted(countries)
    assert "Germany" in countries


def test_an_exception_applies_only_when_every_question_is_answered_as_it_needs(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.test_request_context("/", method="POST", data={}):
        form, exclusion = exclusion_form(2, DAY)
        assert not form.submitted()
        assert form.status == 422
    right = {one.key: "yes" if one.expected else "no" for one in exclusion.conditions}
    for wrong in (None, *right):
        given = {key: {"yes": "no", "no": "yes"}[value] if key == wrong else value for key, value in right.items()}
        with app.test_request_context("/", method="POST", data=given):
            form, _ = exclusion_form(2, DAY)
            assert form.submitted()
            assert form.ruling().applies is (wrong is None)


def test_breaches_are_the_findings_ticked_the_articles_chosen_and_an_order(exposing):
    sound, _, asked = exposing(findings=["7", "9"], articles=["10"], order="y", vendor="30 000 000")
    assert sound
    assert [source.label for source in asked.sources] == ["C1", "C2", "10", "injonction"]
    assert asked.sources[1].breaches == (Breach("44"), Breach("48"))
    assert asked.sources[3].breaches[0].is_order
    assert (asked.controller, asked.vendor, asked.groups) == (None, Decimal(30_000_000), None)


def test_groups_name_findings_and_articles_as_the_page_does(exposing):
    sound, _, asked = exposing(findings=["7", "9"], articles=["32"], linked="groups", groups="c1, art. 32")
    assert sound
    assert asked.groups == (("C1", "32"),)
    assert exposing(articles=["32"], linked="no")[2].groups == ()


@pytest.mark.parametrize("groups", ["C1, C9", "C1, 33", "C1, 32\n32", "C1, C1"])
def test_a_group_holds_only_what_was_chosen_and_once(exposing, groups):
    sound, form, _ = exposing(findings=["7"], articles=["32"], linked="groups", groups=groups)
    assert not sound
    assert form.groups.errors


def test_late_refunds_are_read_line_by_line(exposing):
    _, form, asked = exposing(late="129,90 ; 25 ; 340\n\n 1 299 €;8\n59\t12")
    assert asked.late == (
        LateRefunds(Decimal("129.90"), 25, 340),
        LateRefunds(Decimal(1299), 8),
        LateRefunds(Decimal(59), 12),
    )
    assert not form.errors


@pytest.mark.parametrize("line", ["129,90", "cent ; 3", "10 ; -3", "10 ; 3 ; trop", "10 ; 3 ; 4 ; 5", "10;99999999"])
def test_a_line_that_is_not_understood_is_named(exposing, line):
    sound, form, _ = exposing(late=f"59 ; 12\n{line}")
    assert not sound
    assert "Ligne 2" in str(form.late.errors[0])


def test_too_many_lines_are_refused_in_a_sentence(exposing):
    _, form, _ = exposing(late="1 ; 1\n" * 2001)
    assert "Deux mille" in str(form.late.errors[0])


def test_nothing_chosen_is_refused(exposing):
    sound, form, _ = exposing()
    assert not sound
    assert form.articles.errors


@pytest.mark.parametrize("data", [{"findings": ["8"]}, {"articles": ["200"]}, {"fines": ["rgpd.lower"]}])
def test_what_was_not_offered_is_refused(exposing, data):
    sound, form, _ = exposing(**data)
    assert not sound
    assert form.status == 422
