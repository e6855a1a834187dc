import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.language import N_, NO_BREAK, Sentence, french, say


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("L'avis d'un sous-traitant", "L’avis d’un sous-traitant"),
        ("Pourquoi ? Parce que ! Si ; alors :", "Pourquoi\u202f? Parce que\u202f! Si\u202f; alors\u202f:"),
        ("« oui »", "«\u202foui\u202f»"),
        ("«oui»", "«\u202foui\u202f»"),
        ("12 % de 30 €", "12\u202f% de 30\u202f€"),
        ("art. 28", f"art.{NO_BREAK}28"),
        ("un - deux", "un – deux"),
        ("à 12:30", "à 12:30"),
        ("sous-traitant", "sous-traitant"),
        ("%(n)s %%", "%(n)s\u202f%%"),
    ],
)
def test_french_is_set_as_a_printer_would(typed, printed):
    assert french(typed) == printed


@pytest.mark.parametrize(
    "address",
    ["https://exemple.test/l'avis?x=1;y=2", "smtp://u:p'w@h:25", "https://", "sqlite:///d'ici", "http://h/a%20b#l'un"],
)
def test_an_address_is_left_whole_and_the_text_around_it_is_set(address):
    assert french(f"L'adresse : {address} ; l'autre") == f"L’adresse\u202f: {address}\u202f; l’autre"
    assert french(f"« {address} » ?") == f"«\u202f{address}\u202f»\u202f?"


@given(st.text(alphabet="ab'«» :;!?%€-.\u202f\u00a0\n://\ue000"))
def test_setting_a_text_twice_changes_nothing_more(text):
    once = french(text)
    assert french(once) == once


def test_a_sentence_is_set_before_its_values_are_put_in():
    assert str(say("L'hôte %(name)s : inconnu", name="d'Ivry")) == "L’hôte d'Ivry\u202f: inconnu"
    assert str(Sentence("100 % d'accord")) == "100\u202f% d’accord"


def test_a_marked_string_is_left_for_the_place_that_shows_it():
    assert N_("L'avis ?") == "L'avis ?"
