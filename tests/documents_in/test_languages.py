"""Languages."""

import pytest

from portal.core.language import Language
from portal.documents_in.document import SourceParagraph
from portal.documents_in.languages import (
    likelier_language,
    main_language,
    paragraph_languages,
    unread_language,
)

FRENCH = "Le sous-traitant ne traite les données que sur instruction du client."
ENGLISH = "The processor shall not process the data other than on the instructions of the client."


def test_the_main_language_is_that_of_most_words_and_french_when_nothing_tells():
    assert main_language(FRENCH) is Language.FR
    assert main_language(ENGLISH * 2 + FRENCH) is Language.EN
    assert main_language("12345") is Language.FR


def test_a_short_paragraph_takes_the_language_around_it():
    paragraphs = [SourceParagraph(text, 0) for text in ("Audit", FRENCH, "RGPD", ENGLISH, "GDPR")]
    sections = [("a",), ("a",), ("a",), ("b",), ("b",)]
    assert paragraph_languages(paragraphs, sections) == [Language.FR] * 3 + [Language.EN] * 2


def test_without_a_word_nothing_is_said():
    assert paragraph_languages([SourceParagraph("123", 0)], [()]) == [None]
    assert likelier_language(2, 2) is None


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("Der Auftragsverarbeiter verarbeitet die Daten nur auf Weisung des Verantwortlichen und nicht sonst.", "de"),
        ("El encargado tratará los datos únicamente según las instrucciones del responsable y por su cuenta.", "es"),
        ("Il responsabile tratta i dati solo su istruzione del titolare e per conto di esso.", "it"),
        ("De verwerker verwerkt de gegevens niet dan op instructie van de verwerkingsverantwoordelijke.", "nl"),
        ("O subcontratante trata os dados mediante instruções do responsável e não para os seus fins.", "pt"),
        (FRENCH, None),
        (ENGLISH, None),
        ("", None),
    ],
)
def test_a_neighbouring_language_is_named_and_never_taken_for_french_or_english(text, tongue):
    assert unread_language(text) == tongue
