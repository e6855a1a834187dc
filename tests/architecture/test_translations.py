from functools import cache

from portal.translations import catalogue
from portal.translations.sources import source_sentences

said = cache(source_sentences)


def test_every_french_sentence_has_a_sound_english_one():
    """`python -m portal.translations check` prints the same list."""
    assert len(said()) > 300
    found = catalogue.faults(said())
    assert not found, "\n".join(map(str, found))


def test_no_translation_is_left_of_a_sentence_nobody_says():
    found = catalogue.unused(said())
    assert not found, "\n".join(map(str, found))
