import pytest

from portal.questionnaires.definition import AnswerAmong, Bilingual
from tests.factories.imports import draft, imported, lost

SURVEY = {
    "title": {"default": "Survey", "fr": "Enquête"},
    "triggers": [{"type": "complete"}],
    "pages": [{"name": "p1", "title": {"default": "One", "fr": "Un"}, "elements": [
        {"type": "html", "name": "h", "html": {"default": "<p>Read me</p>", "fr": "<p>Lisez-moi</p>"}},
        {"type": "radiogroup", "name": "cloud", "title": {"default": "In the cloud?", "fr": "Dans le nuage ?"},
         "isRequired": True, "choices": [{"value": "item1", "text": {"default": "Yes", "fr": "Oui"}}, "item2"]},
        {"type": "checkbox", "name": "where", "title": "Where?", "choices": ["eu", "us"], "hasOther": True,
         "hasNone": True, "visibleIf": "{cloud} = 'item1'"},
        {"type": "panel", "name": "pan", "title": "More", "visibleIf": "{cloud} <> 'item1'", "elements": [
            {"type": "comment", "name": "why", "title": "Why not?", "maxLength": 300},
            {"type": "boolean", "name": "ok", "title": "Sure?"},
            {"type": "text", "name": "n", "title": "How many?", "inputType": "number", "min": 1, "max": 9},
        ]},
        {"type": "rating", "name": "r", "title": "Rate", "visibleIf": "{where} contains 'us' or {n} > 3"},
        {"type": "matrix", "name": "m", "title": "Grid", "columns": ["a", "b"], "rows": ["x", "y"]},
        {"type": "matrixdynamic", "name": "md", "title": "List", "columns": [
            {"name": "who", "title": "Who", "cellType": "text", "isRequired": True}, {"name": "k", "choices": [1, 2]}]},
        {"type": "multipletext", "name": "mt", "title": "Texts", "items": [{"name": "t1"}, {"name": "t2"}]},
        {"type": "file", "name": "f", "title": "Report", "enableIf": "{ok} = true"},
        {"type": "expression", "name": "e", "expression": "1+1"},
        {"type": "paneldynamic", "name": "pd", "templateElements": [{"type": "text", "name": "city", "title": "City"}]},
    ]}],
}  # fmt: skip


@pytest.fixture(scope="module")
def report():
    return imported(SURVEY)


def test_each_element_is_a_question_with_its_choices_and_columns(report):
    found = draft(report)
    assert [(question.key.split(".")[1], question.kind.name) for question in found.questions] == [
        ("cloud", "single"), ("where", "multiple"), ("why", "text"), ("ok", "yes_no"), ("n", "number"), ("r", "single"),
        ("m", "table"), ("md", "table"), ("mt", "table"), ("f", "file"), ("city", "text"),
    ]  # fmt: skip
    by_name = {question.key.split(".")[1]: question for question in found.questions}
    assert by_name["cloud"].choices[0].label == Bilingual("Oui", "Yes")
    assert [choice.value for choice in by_name["where"].choices] == ["eu", "us", "other", "none"]
    assert by_name["where"].choices[3].exclusive
    assert [column.key for column in by_name["md"].columns] == ["who", "k"]
    assert [len(column.choices) for column in by_name["m"].columns] == [2, 2]
    assert (by_name["n"].minimum, by_name["n"].maximum, by_name["mt"].max_rows) == (1, 9, 1)
    assert found.title == Bilingual("Enquête", "Survey")
    assert found.sections[0].introduction == Bilingual("Lisez-moi", "Read me")


def test_conditions_are_kept_when_they_can_be_said(report):
    by_name = {question.key.split(".")[1]: question for question in draft(report).questions}
    cloud = by_name["cloud"].key
    assert by_name["where"].visible_if == AnswerAmong(cloud, ("item1",))
    assert by_name["why"].visible_if == AnswerAmong(cloud, ("item2",))
    assert by_name["r"].visible_if is None
    assert any("{n} > 3" in sentence for sentence in lost(report, "condition"))


def test_what_cannot_be_said_is_listed(report):
    said = " ".join(lost(report, "condition") + lost(report, "answer") + lost(report, "text"))
    assert all(word in said for word in ("triggers", "enableIf", "répéter", "expression"))


def test_scores_at_the_end_of_the_values_are_points():
    choices = [{"value": f"item{n}-{n}", "text": f"t{n}"} for n in range(3)]
    survey = {
        "pages": [{"name": "p", "elements": [{"type": "dropdown", "name": "q", "title": "Q", "choices": choices}]}]
    }
    assert [choice.mark for choice in draft(imported(survey)).questions[0].choices] == [0.0, 0.5, 1.0]


def test_elements_without_pages_and_unknown_types_are_read():
    old = imported({"pages": [{"name": "p", "questions": [{"type": "text", "name": "q"}]}]})
    assert len(draft(old).questions) == 1
    report = imported({"elements": [{"type": "wheel", "name": "q"}, {"name": "z", "type": "text"}]})
    assert len(draft(report).questions) == 2
    assert any("wheel" in sentence for sentence in lost(report, "answer"))
