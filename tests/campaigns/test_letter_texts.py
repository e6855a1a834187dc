"""What no wording of a message may do: say nothing, lose its link, name what does not exist, run anything."""

import pytest

from portal.campaigns.queries import shipped_words
from portal.campaigns.rules import LetterKind, letter_problems
from portal.core.placeholders import filled

BODY = "Bonjour {nom},\n\nNous vous demandons de répondre à « {questionnaire} » pour le {echeance}.\n\n{lien}\n\nMerci."


def faults(body, subject="À rendre : {questionnaire}"):
    return [problem.field for problem in letter_problems(LetterKind.REMINDER, "fr", subject, body)]


def test_what_is_shipped_is_sound():
    for kind in LetterKind:
        words = shipped_words(kind)
        assert letter_problems(kind, "fr", words.subject_fr, words.body_fr) == []
        assert letter_problems(kind, "en", words.subject_en, words.body_en) == []
    assert faults(BODY) == []


@pytest.mark.parametrize(
    "body",
    [
        "", " \n ", "{lien}", "{nom}\n{lien}\n{questionnaire} {organisation} {echeance}", ".\n{lien}\n.",
        BODY.replace("{lien}", ""), BODY.replace("{lien}", "{ lien }"), BODY.replace("{lien}", "ici {lien} merci"),
        BODY + "\n{lien}", BODY + "{mot_de_passe}", BODY + "{{ config }}", BODY + "{% include 'x' %}", BODY + "{",
        "a" * 9000,
    ],
)  # fmt: skip
def test_a_wording_that_says_nothing_loses_its_link_or_names_what_is_not_there_is_refused(body):
    assert set(faults(body)) == {"body_fr"}


@pytest.mark.parametrize("subject", ["", "{questionnaire}", "Voici {lien}", "Pour {secret}", "x" * 151])
def test_a_subject_is_words_without_the_link(subject):
    assert set(faults(BODY, subject)) == {"subject_fr"}


def test_a_value_is_never_read_as_a_place():
    assert filled("Pour {nom}\n{nom} {lien}", {"nom": "{lien} {{ 7*7 }}", "lien": "x"}) == (
        "Pour {lien} {{ 7*7 }}\n{lien} {{ 7*7 }} x"
    )
