"""Languages."""

from portal.core.language import Language
from portal.paper.reading.languages import main, spoken, winner
from portal.paper.rules.document import Paragraph

FRENCH = "Le sous-traitant ne traite les données que sur instruction du client."
ENGLISH = "The processor shall not process the data other than on the instructions of the client."


def test_the_main_language_is_that_of_most_words_and_french_when_nothing_tells():
    assert main(FRENCH) is Language.FR
    assert main(ENGLISH * 2 + FRENCH) is Language.EN
    assert main("12345") is Language.FR


def test_a_short_paragraph_takes_the_language_around_it():
    paragraphs = [Paragraph(text, 0) for text in ("Audit", FRENCH, "RGPD", ENGLISH, "GDPR")]
    sections = [("a",), ("a",), ("a",), ("b",), ("b",)]
    assert spoken(paragraphs, sections) == [Language.FR] * 3 + [Language.EN] * 2


def test_without_a_word_nothing_is_said():
    assert spoken([Paragraph("123", 0)], [()]) == [None]
    assert winner(2, 2) is None
