import re
from functools import cache
from pathlib import Path

import pytest

from portal.translations import catalogue
from portal.translations.sources import source_sentences

said = cache(source_sentences)
NEVER_ONE = Path(__file__).with_name("never_one.txt")
BEFORE = "(?:autres |grands |petits |derniers |premiers |nouveaux |nouvelles )?"
MANY = re.compile(rf"%\((\w+)\)s[ \u202f\u00a0]{BEFORE}([\w'’-]+[sx])\b")
"""A number, then a word that may be a French plural."""
SAME_IN_THE_SINGULAR = {
    "alors", "après", "dans", "depuis", "des", "dos", "entre", "est", "fois", "hors", "inclus", "les", "mais", "mois",
    "nous", "pas", "plus", "puis", "sans", "ses", "sous", "très", "vers", "vous",
}  # fmt: skip
MANY_IN_ENGLISH = re.compile(
    r"%\((\w+)\)s (?:other |more |working |calendar )?"
    r"(?:days|weeks|months|years|hours|minutes|answers|files|rows|cases|calls|vendors|processors|services|companies)\b"
)


def test_every_french_sentence_has_a_sound_english_one():
    """`python -m portal.translations check` prints the same list."""
    assert len(said()) > 300
    found = catalogue.faults(said())
    assert not found, "\n".join(map(str, found))


def test_no_translation_is_left_of_a_sentence_nobody_says():
    found = catalogue.unused(said())
    assert not found, "\n".join(map(str, found))


def counts(french, english):
    """Whether a sentence of one form puts a number before a plural, in one language or the other."""
    words = {word for _name, word in MANY.findall(french)} - SAME_IN_THE_SINGULAR
    return bool(words) or MANY_IN_ENGLISH.search(english) is not None


def test_a_sentence_that_may_count_one_has_a_form_for_it():
    """« 1 sociétés », “1 days”: say `ngettext` or `say_count`, or « Sociétés : 1 ».

    `never_one.txt` holds the sentences of one form whose number is never one: a bound of the code, or a sentence beside
    which the code says another of one.
    """
    english = {pair.message.id: pair.english[0] for pair in catalogue.pairs() if isinstance(pair.message.id, str)}
    counting = {text for text, one in said().items() if not one.plural and counts(text, english.get(text, ""))}
    looked_at = set(NEVER_ONE.read_text(encoding="utf-8").splitlines())
    new = sorted(f"{said()[text].where}: {text}" for text in counting - looked_at)
    assert not new, "\n".join(new)
    assert not looked_at - counting, "no longer said, or no longer counting"


@pytest.mark.parametrize(
    ("french", "english", "does"),
    [
        ("%(n)s sociétés", "", True),
        ("%(n)s autres sous-traitants", "", True),
        ("%(n)s mois", "%(n)s months", True),
        ("%(n)s mois", "", False),
        ("Sociétés : %(n)s.", "Companies: %(n)s.", False),
    ],
)
def test_one_is_told_from_many(french, english, does):
    assert counts(french, english) is does
