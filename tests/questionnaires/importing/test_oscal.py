import pytest

from portal.core.errors import Refused
from portal.questionnaires.definition import Bilingual
from tests.factories.imports import draft, imported, lost


def _control(name, title, **more):
    return {"id": name, "title": title, **more}


CATALOG = {"catalog": {"uuid": "x", "metadata": {"title": "Controls", "version": "v3.0-2023"}, "groups": [
    {"id": "ac", "title": "Access", "controls": [
        _control("ac-1", "Policy and the procedures", params=[{"id": "ac-1_prm_1", "label": "frequency"}], parts=[
            {"name": "statement", "prose": "The policy is reviewed {{ insert: param, ac-1_prm_1 }}:", "parts": [
                {"name": "item", "props": [{"name": "label", "value": "a."}], "prose": "by the owner."}]},
            {"name": "guidance", "title": "Why this control matters", "prose": "It is the ground."},
            {"name": "guidance", "prose": "Read with AC-2."},
            {"name": "assessment-objective", "prose": "Determine if"}],
            controls=[_control("ac-1.1", "Automated")]),
        _control("ac-2", "Old", props=[{"name": "status", "value": "withdrawn"}]),
    ], "groups": [{"id": "ac-in", "title": "Inside", "controls": [_control("ac-3", "Third")]}]},
    {"id": "none", "title": "Nothing here"},
]}}  # fmt: skip


@pytest.fixture(scope="module")
def report():
    return imported(CATALOG)


def test_each_control_is_a_question_that_refinements_follow(report):
    found = draft(report)
    assert [question.text.en for question in found.questions] == ["Policy and the procedures", "Automated", "Third"]
    assert [section.title.en for section in found.sections] == ["Access", "Inside"]
    assert [choice.value for choice in found.questions[0].choices] == ["oui", "partiel", "non", "na"]
    assert not found.questions[0].scored


def test_statement_and_guidance_are_help_and_why_is_why(report):
    first = draft(report).questions[0]
    assert first.help.en == "The policy is reviewed [frequency]:\na. by the owner.\nRead with AC-2."
    assert first.why == Bilingual(en="It is the ground.")


def test_what_is_withdrawn_or_left_out_is_listed(report):
    assert any("retiré" in sentence for sentence in lost(report, "text"))
    assert any("assessment-objective" in sentence for sentence in lost(report, "text"))


def test_a_catalogue_without_a_control_is_refused():
    with pytest.raises(Refused, match="aucune question"):
        imported({"catalog": {"metadata": {"title": "Empty"}, "groups": [{"id": "a", "title": "A"}]}})
