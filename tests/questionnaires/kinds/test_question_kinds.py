"""Every kind of question keeps its promises; a kind added is tested here without a line more."""

from random import Random

import pytest
from jinja2 import Environment

from portal.core.language import Language
from portal.questionnaires.definition import GivenAnswer
from portal.questionnaires.kinds import QUESTION_KINDS
from portal.questionnaires.kinds.column_kind import COLUMN_KINDS
from portal.questionnaires.rules.parsing import questionnaire_defects
from tests.factories.questionnaires import both, one, raw_document, raw_question

KINDS = pytest.mark.parametrize("name", list(QUESTION_KINDS))


def test_the_names_that_frozen_questionnaires_hold_are_all_known():
    """Adding one is fine; a name that goes, or changes, elementary_conditions frozen questionnaires unreadable."""
    assert {"yes_no", "single", "multiple", "text", "number", "date", "file", "table"} <= set(QUESTION_KINDS)
    assert {"text", "number", "date", "email", "country", "single"} <= set(COLUMN_KINDS)
    assert len({kind.rank for kind in QUESTION_KINDS.values()}) == len(QUESTION_KINDS)


@KINDS
def test_a_kind_has_the_template_of_its_control(name, app):
    environment: Environment = app.jinja_env
    assert hasattr(environment.get_template(QUESTION_KINDS[name].control).make_module({}), "control")


@KINDS
@pytest.mark.parametrize("quality", [0.0, 1.0])
def test_the_answer_of_the_demonstration_is_one_that_can_be_stored_and_read(name, quality):
    columns = [{"key": kind, "label": both("Colonne"), "kind": kind} for kind in COLUMN_KINDS if kind != "single"]
    question = one(kind=name, columns=columns) if name == "table" else one(kind=name)
    posted, _comment = question.kind.demo_answer(question, quality, Random(3))
    stored = question.kind.stored_value(question, posted)
    assert (stored is None) == question.kind.is_file
    if stored is not None:
        text = question.kind.words(question, GivenAnswer(stored), Language.FR)
        assert text.lines or text.rows


@KINDS
def test_a_field_that_belongs_to_another_kind_is_reported(name):
    other = next(kind for kind in QUESTION_KINDS.values() if kind.own_fields - QUESTION_KINDS[name].own_fields)
    (field, *_rest) = sorted(other.own_fields - QUESTION_KINDS[name].own_fields)
    found = list(questionnaire_defects(raw_document(raw_question(kind=name, **{field: 3}))))
    assert [str(defect.message.values["field"]) for defect in found] == [field]
