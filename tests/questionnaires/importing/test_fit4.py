import pytest

from portal.questionnaires.definition import AnswerAmong
from tests.factories.imports import draft, imported, lost


def _answer(rank, label, **more):
    return {"aindex": rank, "label": label, "atype": "P", "uniqueAnswer": False, "score": 0, **more}


QUESTIONS = [
    {"section": "Second", "qtype": "T", "qindex": 3, "label": "Describe it.", "answers": [_answer(1, "", atype="T")]},
    {"section": "First", "qtype": "M", "qindex": 1, "label": "What do you do with the data?", "tooltip": "All of it.",
     "service_category": "Data", "maxPoints": 9, "answers": [
        _answer(1, "Nothing", uniqueAnswer=True, score=0),
        _answer(2, "We store it", score=6, recommendations=[
            {"min_e_count": "a", "max_e_count": "c", "sector": None, "answerChosen": True, "label": "Encrypt it."}]),
        _answer(3, "We sell it", score=3, questions_map=[{"label": "To whom?", "branch": 1, "level": 1, "order": 1}]),
     ]},
    {"section": "First", "qtype": "S", "qindex": 2, "label": "To whom?", "answers": [
        _answer(1, "One"), _answer(2, "Other", atype="T")]},
]  # fmt: skip


@pytest.fixture(scope="module")
def report():
    return imported(QUESTIONS)


def test_questions_follow_their_numbers_and_their_sections(report):
    found = draft(report)
    assert [question.text.en for question in found.questions] == [
        "What do you do with the data?",
        "To whom?",
        "Describe it.",
    ]
    assert [section.title.en for section in found.sections] == ["First", "Second"]
    assert [question.kind.name for question in found.questions] == ["multiple", "single", "text"]


def test_scores_exclusive_answers_and_free_answers_are_kept(report):
    first, second, _third = draft(report).questions
    assert [choice.mark for choice in first.choices] == [0.0, 0.6667, 0.3333]
    assert [choice.exclusive for choice in first.choices] == [True, False, False]
    assert [choice.justify for choice in second.choices] == [False, True]


def test_a_question_that_an_answer_leads_to_is_asked_after_it(report):
    first, second, third = draft(report).questions
    assert second.visible_if == AnswerAmong(first.key, ("reponse-3",))
    assert third.visible_if is None


def test_recommendations_go_to_the_reviewer_and_the_rest_is_listed(report):
    assert draft(report).questions[0].reviewer_note.en == "We store it → Encrypt it."
    assert any("taille" in sentence for sentence in lost(report, "condition"))
    assert any("maxPoints" in sentence for sentence in lost(report, "score"))
    assert any("Data" in sentence for sentence in lost(report, "group"))


def test_the_context_of_a_company_is_read_too():
    found = draft(imported([{"section": "__context", "qtype": "CL", "qindex": 1, "label": "Country?", "answers": []}]))
    assert found.questions[0].kind.name == "text"
