from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from portal.core import translation
from portal.core.language import Language, say, say_count
from portal.core.translation import translate, translations
from portal.paper.snapshot import freeze_sentence, thaw_sentence

FR, EN = Language.FR, Language.EN


@pytest.fixture
def english(monkeypatch):
    """A catalogue of a few words, whatever the compiled one holds."""

    class English(translation.gettext.NullTranslations):
        def gettext(self, message):
            return {"Ligne %(n)s : %(why)s": "Line %(n)s: %(why)s", "pays inconnu": "unknown country"}[message]

    original = translations
    monkeypatch.setattr(translation, "translations", lambda x: English() if x is EN else original(x))


@dataclass(frozen=True)
class Label:
    fr: str
    en: str

    def read(self, language):
        return self.fr if language is FR else self.en


def test_a_sentence_and_the_sentences_within_it_are_said_in_the_readers_language(english):
    sentence = say("Ligne %(n)s : %(why)s", n=3, why=say("pays inconnu"))
    assert translate(sentence, EN) == "Line 3: unknown country"
    assert translate(sentence, FR) == "Ligne 3\u202f: pays inconnu"


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (date(2026, 3, 1), "1er mars 2026", "1 March 2026"),
        (Decimal("1234.5"), "1\u202f234,5", "1,234.5"),
        (0.5, "0,5", "0.5"),
        (12, "12", "12"),
        (Label("oui", "yes"), "oui", "yes"),
        ("d'Ivry", "d'Ivry", "d'Ivry"),
    ],
)
def test_values_are_written_as_each_reader_writes_them(value, french, english):
    sentence = say("%(x)s", x=value)
    assert (translate(sentence, FR), translate(sentence, EN)) == (french, english)


def test_nothing_is_said_for_an_empty_text_not_the_catalogues_header():
    assert [translate(empty, language) for empty in ("", say("")) for language in Language] == [""] * 4


def test_zero_is_singular_in_french():
    catalogue = translations(FR)
    assert [catalogue.ngettext("un", "des", n) for n in (0, 1, -1, 2)] == ["un", "un", "un", "des"]


def test_without_a_compiled_catalogue_the_french_text_is_shown(monkeypatch, tmp_path):
    translations.cache_clear()
    monkeypatch.setattr(translation, "CATALOGUES", tmp_path)
    try:
        assert translate("L'avis", EN) == "L’avis"
    finally:
        translations.cache_clear()


def test_a_percent_sign_of_a_sentence_without_values_is_left_alone():
    assert translate(say("100 % sûr"), FR) == "100\u202f% sûr"


@pytest.mark.parametrize(
    ("count", "french", "english"),
    [
        (0, "0 réponse sur 9", "0 answers of 9"),
        (1, "1 réponse sur 9", "1 answer of 9"),
        (2, "2 réponses sur 9", "2 answers of 9"),
    ],
)
def test_a_sentence_that_counts_has_the_form_of_its_number(count, french, english):
    sentence = say_count(count, "%(num)s réponse sur %(total)s", "%(num)s réponses sur %(total)s", total=9)
    assert (translate(sentence, FR), str(sentence), translate(sentence, EN)) == (french, french, english)


def test_what_counts_has_its_thousands_apart_and_what_names_has_not():
    counted = say(
        "Ligne %(line)s : %(count)s lignes, de %(least)s à %(most)s.", line=12000, count=200_000, least=1, most=-5000
    )
    assert translate(counted, FR) == "Ligne 12000\u202f: 200\u202f000 lignes, de 1 à -5\u202f000."
    assert translate(
        say_count(12000, "%(num)s réponse sur %(total)s", "%(num)s réponses sur %(total)s", total=9), EN
    ) == ("12,000 answers of 9")


@pytest.mark.parametrize("count", [1, 2])
def test_a_sentence_that_counts_keeps_its_form_when_it_is_kept(count):
    sentence = say_count(count, "%(num)s point", "%(num)s points")
    assert thaw_sentence(freeze_sentence(sentence)) == sentence
