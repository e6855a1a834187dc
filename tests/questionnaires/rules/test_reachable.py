"""A question that no set of answers can open is a defect."""

from itertools import product

from hypothesis import assume, given

from portal.questionnaires.definition import GivenAnswer
from portal.questionnaires.rules.completing import visible_questions
from portal.questionnaires.rules.conditions import elementary_conditions
from portal.questionnaires.rules.parsing import parse_questionnaire, questionnaire_defects
from portal.questionnaires.rules.reachable import never_asked
from tests.effort import at_most
from tests.factories.questionnaires import both, raw_document, raw_documents, raw_question


def told(*questions):
    return [str(defect.message) for defect in questionnaire_defects(raw_document(*questions))]


def when(*pairs):
    return {"all": [{"question": key, "in": [value]} for key, value in pairs]}


def test_two_answers_to_one_question_are_never_given_together():
    hidden = raw_question("a.deux", visible_if=when(("a.un", "oui"), ("a.un", "non")))
    assert len(told(raw_question(), hidden)) == 1


def test_what_rests_on_a_hidden_question_is_hidden_too():
    second = raw_question("a.deux", visible_if=when(("a.un", "oui")))
    third = raw_question("a.trois", visible_if=when(("a.deux", "oui"), ("a.un", "non")))
    assert len(told(raw_question(), second, third)) == 1


def test_several_boxes_may_be_ticked_together():
    hidden = raw_question("a.deux", visible_if=when(("a.un", "bien"), ("a.un", "mal")))
    assert told(raw_question(kind="multiple"), hidden) == []


def test_a_box_that_excludes_the_others_is_never_ticked_with_one_of_them():
    none = {"value": "aucun", "mark": 0, "exclusive": True, "label": both("Aucun")}
    boxes = raw_question(kind="multiple")
    boxes["choices"] = [*boxes["choices"], none]
    together, apart = (
        raw_question(f"a.{key}", visible_if=when(("a.un", "aucun"), ("a.un", other)))
        for key, other in (("deux", "bien"), ("trois", "aucun"))
    )
    assert len(told(boxes, together)) == 1
    assert told(boxes, apart) == []


@at_most(12)
@given(raw_documents())
def test_a_question_is_told_hidden_when_and_only_when_no_answers_open_it(raw):
    found = parse_questionnaire(raw, draft=True)
    rested = {one for question in found.questions if question.visible_if for one in _keys(question.visible_if)}
    asked = [found.question(key) for key in sorted(rested)]
    assume(len(asked) <= 4)
    opened = set()
    for values in product(*(_answers(question) for question in asked)):
        answers = dict(zip((question.key for question in asked), values, strict=True))
        opened |= {question.key for question in visible_questions(found, answers)}
    assert {defect.where for defect in never_asked(found)} == {q.key for q in found.questions} - opened


def _keys(condition):

    return [among.question for among in elementary_conditions(condition)]


def _answers(question):
    values = [choice.value for choice in question.choices]
    if not question.kind.takes_several:
        return [GivenAnswer(value) for value in values]
    alone = [GivenAnswer((choice.value,)) for choice in question.choices]
    return [*alone, GivenAnswer(tuple(choice.value for choice in question.choices if not choice.exclusive))]
