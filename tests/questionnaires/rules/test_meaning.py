"""A key keeps its meaning: better words keep it, another question does not."""

import pytest

from portal.questionnaires import catalogue
from portal.questionnaires.rules.meaning import changed_meaning
from tests.factories.questionnaires import both, one


def asks(fr, en, **more):
    return one(text=both(fr, en), **more)


BEFORE = asks("Chiffrez-vous nos données au repos ?", "Do you encrypt our data at rest?")


@pytest.mark.parametrize(
    ("fr", "en", "changes"),
    [
        ("Chiffrez-vous toutes nos données au repos ?", "Do you encrypt all our data at rest?", False),
        ("Vos sous-traitants sont-ils hors de l'Europe ?", "Are your sub-processors in Asia?", True),
        ("Ne chiffrez-vous pas nos données au repos ?", "Do you encrypt our data at rest?", True),
        ("Chiffrez-vous nos données au repos ?", "Do you store our data without encryption at rest?", True),
    ],
)
def test_better_words_are_told_from_another_question(fr, en, changes):
    assert (changed_meaning(BEFORE, asks(fr, en)) is not None) is changes


def test_another_form_of_answer_is_another_question():
    assert changed_meaning(BEFORE, one(kind="text", text=both("Chiffrez-vous nos données au repos ?"))) is not None


def test_a_choice_that_says_the_opposite_is_another_answer():
    choices = [{"value": "v", "mark": 1, "label": both("Chaque mois", "Every month")},
               {"value": "w", "mark": 0, "label": both("Jamais", "Never")}]  # fmt: skip
    turned = [{**choices[0], "label": both("Jamais", "Never")}, {**choices[1], "label": both("Chaque mois", "Monthly")}]
    before, after = (one(kind="single", choices=held) for held in (choices, turned))
    assert changed_meaning(before, before) is None
    assert changed_meaning(before, after) is not None


def test_no_shipped_question_passes_for_another():
    asked = list({q.key: q for found in catalogue.load().values() for q in found.questions}.values())[::12]
    alike = [(a.key, b.key) for a in asked for b in asked if a is not b and changed_meaning(a, b) is None]
    assert alike == []
