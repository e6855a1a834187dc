import tomllib

import pytest

from portal.samples import law_files
from portal.samples.rules.health_words import HealthWords
from portal.vendors.rules.naming import plain

WORDS = law_files.health_words()


@pytest.mark.parametrize(
    "text",
    [
        "Cliente enceinte, ne peut pas se déplacer", "hospitalisée depuis lundi", "RETOUR POUR CAUSE DE MALADIE",
        "arrêt de travail", "il est diabétique", "she is pregnant", "in a wheelchair since May", "heart attack",
        "épileptique", "chimiothérapie en cours", "Depressed and on medication",
    ],
)  # fmt: skip
def test_a_text_that_speaks_of_health_is_found(text):
    assert WORDS.found_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "opération annulée", "traitement de la commande en cours", "5° hygiène ou santé", "exception 5",
        "ordonnance 2026-2",
        "commande urgente", "Avocat du client", "treatment of the order", "aide demandée", "sidaction", "sickle", "",
        "canceller", "service client", "remboursé par carte",
    ],
)  # fmt: skip
def test_a_text_about_an_order_is_not(text):
    assert not WORDS.found_in(text)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_words_are_written_plainly_once_each(language):
    listed = tomllib.loads(law_files.HEALTH_WORDS.read_text(encoding="utf-8"))[language]
    assert len(set(listed)) == len(listed)
    assert [word for word in listed if plain(word.removesuffix("*")) != word.removesuffix("*")] == []


def test_a_phrase_is_met_whole_and_its_last_word_may_be_open():
    words = HealthWords(frozenset({"fin de vie", "dependance alcool*"}))
    assert words.found_in("en fin de vie, hélas")
    assert words.found_in("dépendance alcoolique")
    assert not words.found_in("fin de la vie du contrat")
