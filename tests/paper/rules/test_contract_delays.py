"""A delay is a number, what it counts, and the words that write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.paper.rules.contract_delays import (
    DelayFigure,
    DelayKind,
    DelayUnit,
    delay_in_sentences,
    delay_of_positions,
    delays_read,
    figures_in,
    is_quoted,
)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("dans les trente (30) jours de la réception", 30, DelayUnit.DAYS),
        ("within ten (10) business days", 10, DelayUnit.WORKING_DAYS),
        ("within 15 working days", 15, DelayUnit.WORKING_DAYS),
        ("sous quinze jours ouvrés", 15, DelayUnit.WORKING_DAYS),
        ("sous 6 jours ouvrables", 6, DelayUnit.WEEKDAYS),
        ("within two weeks", 14, DelayUnit.DAYS),
        ("dans un délai d'un mois", 1, DelayUnit.MONTHS),
        ("48 heures", 48, DelayUnit.HOURS),
    ],
)
def test_what_is_counted_is_read_with_the_number(text, number, unit):
    assert figures_in(text) == [DelayFigure(number, unit)]


def test_only_hours_and_whole_days_have_a_number_of_hours():
    assert [DelayFigure(2, unit).hours for unit in DelayUnit] == [2, 48, None, None, None]


def term(quote, value, unit="days"):
    return {"id": "objection_period", "value": value, "unit": unit, "span": [quote, 0, 1, 1]}


def test_a_reading_that_says_two_things_says_both_once():
    found = delays_read(
        DelayKind.OBJECTION, [term("30 jours", 30.0), term("sous 10 jours", 10.0), term("les 30 jours", 30.0)]
    )
    assert [(one.figure.number, one.quote) for one in found] == [(30, "30 jours"), (10, "sous 10 jours")]


@pytest.mark.parametrize("one", [term("30 jours", None), term("rien d'écrit", 30.0), term("30 jours", 30.0, "months")])
def test_a_term_without_its_words_is_no_delay(one):
    assert delays_read(DelayKind.OBJECTION, [one]) == []


def test_a_notice_of_audit_stands_beside_its_word_and_an_objection_after_it():
    audit = "One audit in each period of twelve (12) months, on fifteen (15) business days' written notice."
    assert delay_in_sentences(DelayKind.AUDIT, [audit]).figure == DelayFigure(15, DelayUnit.WORKING_DAYS)
    objection = "Dans les 60 jours, il peut s'opposer sous trente (30) jours."
    assert delay_in_sentences(DelayKind.OBJECTION, [objection]).figure == DelayFigure(30, DelayUnit.DAYS)


def test_two_quantities_held_for_one_figure_are_unknown():
    held = [{"clause": "CL18", "figures": [{"what": "notification", "held": ["24 heures", "48 heures"]}]}]
    assert delay_of_positions(DelayKind.BREACH, held) is None
    assert delay_of_positions(DelayKind.AUDIT, held) is None


def test_a_passage_is_found_whatever_its_spaces_and_an_empty_one_never():
    assert is_quoted("Trente\njours", "sous trente jours")
    assert not is_quoted(" . ", "rien")


@given(st.text())
def test_any_text_is_read_without_failing(text):
    assert all(figure.number > 0 for figure in figures_in(text))
