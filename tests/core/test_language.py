import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.language import N_, NO_BREAK, Sentence, elided, french, say


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


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("Plan de %(name)s", "ExpressAppels", "Plan d’ExpressAppels"), ("De %(name)s", "île", "D’île"),
        ("Plus que %(name)s", "Étoile", "Plus qu’Étoile"), ("Plan de %(name)s", "Hubert", "Plan de Hubert"),
        ("Plan de %(name)s", "Oui.fr", "Plan de Oui.fr"), ("Plan de %(name)s", "11 lignes", "Plan de 11 lignes"),
        ("Plan de %(name)s", "", "Plan de "), ("Plan de %(name)s", 11, "Plan de 11"),
        ("Guide %(name)s", "Orange", "Guide Orange"), ("Le code %(name)s", "A", "Le code A"),
        ("Lorsque %(name)s vient", "Orange", "Lorsque Orange vient"),
    ],
)  # fmt: skip
def test_de_and_que_are_elided_before_a_name_that_begins_with_a_vowel(text, value, said):
    assert str(Sentence(text, {"name": value})) == said


def test_each_value_of_a_text_is_elided_for_itself():
    text = "de %(one)s, de %(two)s, de %(one)s"
    assert elided(text, {"one": "Orange", "two": "Bull"}) == "d’%(one)s, de %(two)s, d’%(one)s"
    assert elided(text, {}) == text
