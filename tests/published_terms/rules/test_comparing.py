"""What two texts state is compared, each change with its two passages; what is not stated is never said to be held."""

from datetime import date

import pytest

from portal.published_terms.reading import changes_between, compare_texts, facts_of_text, place_law
from portal.published_terms.readings_file import load_readings
from portal.published_terms.rules.comparing import TermEffect
from portal.published_terms.rules.contract_words import (
    ContractSide,
    ContractStanding,
    ContractStatement,
    departures,
    words_on,
)
from portal.published_terms.rules.stated_facts import TermClass
from tests.published_terms.conftest import AFTER, BEFORE

ON = date(2026, 11, 24)
SILENT = "Nimbus agit comme sous-traitant du client et traite ses données sur instruction documentée."


def only(changes):
    (found,) = changes
    return found


def test_a_delay_that_grows_is_told_with_both_values_and_both_passages():
    change = only(compare_texts(BEFORE, AFTER, on=ON))
    assert (change.kind, change.effect) == (TermClass.BREACH_DELAY, TermEffect.HARSHER)
    assert (change.before.value, change.after.value) == ("48 h", "72 h")
    assert change.before.quote in BEFORE
    assert change.after.quote in AFTER


def test_the_same_change_the_other_way_is_kinder():
    assert only(compare_texts(AFTER, BEFORE, on=ON)).effect is TermEffect.KINDER


@pytest.mark.parametrize("text", [BEFORE, AFTER])
def test_a_text_beside_itself_changes_nothing(text):
    assert compare_texts(text, text, on=ON) == ()


def test_a_figure_that_is_taken_away_is_not_kept_silent():
    change = only(
        compare_texts(BEFORE, BEFORE.replace("dans un délai de 48 heures", "dans les meilleurs délais"), on=ON)
    )
    assert (change.before.value, change.after.value, change.effect) == ("48 h", "undated", TermEffect.HARSHER)


def test_the_contract_prevails_only_on_what_it_really_says():
    change = only(compare_texts(BEFORE, AFTER, on=ON))
    held = ContractSide((ContractStatement(7, "Contrat", facts_of_text(BEFORE)),))
    standing, (said,) = words_on(change, held)
    assert (standing, said.value, said.prevails, said.contract_id) == (ContractStanding.SAYS, "48 h", True, 7)
    assert said.quote in BEFORE


def test_a_contract_that_says_nothing_is_not_made_to_say_something():
    change = only(compare_texts(BEFORE, AFTER, on=ON))
    silent = ContractStatement(7, "Contrat", facts_of_text(SILENT))
    assert words_on(change, ContractSide((silent,))) == (ContractStanding.SILENT, ())
    assert words_on(change, ContractSide((silent,), unread=True)) == (ContractStanding.UNKNOWN, ())
    assert words_on(change, ContractSide(unread=True)) == (ContractStanding.UNKNOWN, ())
    assert words_on(change, ContractSide()) == (ContractStanding.NONE, ())


def test_a_contract_that_says_what_the_page_now_says_prevails_on_nothing():
    change = only(compare_texts(BEFORE, AFTER, on=ON))
    _, (said,) = words_on(change, ContractSide((ContractStatement(7, "Contrat", facts_of_text(AFTER)),)))
    assert not said.prevails


def test_a_contract_that_points_to_the_site_is_not_said_to_prevail_over_it():
    change = only(compare_texts(BEFORE, AFTER, on=ON))
    _, (said,) = words_on(change, ContractSide((ContractStatement(7, "Contrat", facts_of_text(BEFORE), refers=True),)))
    assert (said.refers, said.prevails) == (True, False)


def test_a_page_is_harsher_than_the_contract_only_on_figures_that_both_state():
    law, marks = place_law(ON), load_readings().good_marks
    side = ContractSide((ContractStatement(7, "Contrat", facts_of_text(BEFORE)),))
    change = only(departures(facts_of_text(AFTER), side, law, marks))
    assert (change.before.value, change.after.value) == ("48 h", "72 h")
    assert departures(facts_of_text(SILENT), side, law, marks) == ()
    assert departures(facts_of_text(AFTER), ContractSide(unread=True), law, marks) == ()


def test_a_country_is_judged_by_the_law_of_the_day():
    old, new = (facts_of_text(f"Les données sont hébergées en {place}. {SILENT}") for place in ("France", "Croatie"))
    effects = {
        day: {one.after.value: one.effect for one in changes_between(old, new, on=day) if one.after}
        for day in (date(2012, 1, 1), ON)
    }
    assert effects[date(2012, 1, 1)]["HR"] is TermEffect.HARSHER
    assert effects[ON]["HR"] is TermEffect.OPEN


def test_a_standard_that_is_only_aimed_at_is_not_held():
    held, aimed = (f"{SILENT} {words}" for words in ("Nous sommes certifiés ISO 27001.", "Nous visons ISO 27001."))
    change = only(compare_texts(held, aimed, on=ON))
    assert (change.kind, change.before.value, change.after) == (TermClass.SECURITY_MEASURE, "iso_27001", None)


@pytest.mark.parametrize(
    ("there", "code", "effect"), [("australien", "AU", TermEffect.HARSHER), ("irlandais", "IE", TermEffect.OPEN)]
)
def test_a_law_that_moves_is_told_with_the_one_before_and_the_one_after(there, code, effect):
    here, away = (f"{SILENT} Le présent accord est régi par le droit {law}." for law in ("français", there))
    change = only(compare_texts(here, away, on=ON))
    assert (change.kind, change.effect) == (TermClass.LAW, effect)
    assert (change.before.value, change.after.value) == ("FR", code)
    back = only(compare_texts(away, here, on=ON))
    assert (back.before.value, back.after.value) == (code, "FR")


def test_every_place_of_a_sentence_that_names_a_company_is_read():
    words = "Nous recourons au sous-traitant Acme SAS, Irlande, qui héberge aussi les données en Belgique."
    places = [one.value for one in facts_of_text(f"{SILENT}\n\n{words}") if one.kind is TermClass.PLACE]
    assert places == ["IE", "BE"]
