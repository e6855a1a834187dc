import pytest

from portal.questionnaires.definition import Bilingual
from tests.factories.imports import draft, imported, lost


def _question(name, text, **more):
    return {"id": name, "category": name[:4], "question": text, "sheets": ["START HERE"], "score_mapping": None,
            "if_then": None, "standard_guidance": None, "yes_guidance": None, "no_guidance": None, "na_guidance": None,
            "reason": None, "followup": None, "compliant_response": "Not scored", "default_importance": None,
            "default_weight": None, **more}  # fmt: skip


FILE = {
    "source_file": "HECVAT414.xlsx", "version": "4.1.4", "total_questions": 5, "categories": ["GNRL", "COMP"],
    "questions": [
        _question("GNRL-01", "Solution Provider Name"),
        _question("GNRL-02", "Are you offering a cloud-based product?",
                  no_guidance="DO NOT complete the Product worksheet"),
        _question("COMP-01", "Do you have a team?", compliant_response="Yes", default_weight=10, reason="It matters.",
                  followup="Look at its size.", standard_guidance="Count everybody.", yes_guidance="Describe it.",
                  default_importance="Standard Importance"),
        _question("COMP-02", "Have you had a breach?", compliant_response="No", default_weight=20,
                  if_then="If COMP-01"),
        _question("COMP-03", "Describe your organization and its owners."),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def report():
    return imported(FILE)


def test_every_question_is_read_in_its_category(report):
    found = draft(report)
    assert [question.key for question in found.questions] == [
        f"hecvat414-{key}" for key in ("gnrl.gnrl-01", "gnrl.gnrl-02", "comp.comp-01", "comp.comp-02", "comp.comp-03")
    ]
    assert [question.kind.name for question in found.questions] == ["text", "yes_no", "yes_no", "yes_no", "text"]
    assert (found.title.en, found.version) == ("HECVAT414", "4.1.4")


def test_the_response_that_complies_is_worth_one_and_weights_are_kept(report):
    _name, cloud, team, breach, _owners = draft(report).questions
    assert [(choice.value, choice.mark) for choice in team.choices] == [("oui", 1.0), ("non", 0.0), ("na", None)]
    assert [choice.mark for choice in breach.choices] == [0.0, 1.0, None]
    assert [choice.mark for choice in cloud.choices] == [None] * 3
    assert (team.weight, breach.weight) == (2, 5)


def test_guidance_reason_and_follow_up_have_their_places(report):
    team = draft(report).questions[2]
    assert team.help == Bilingual(en="Count everybody.\nYes: Describe it.")
    assert team.why == Bilingual(en="It matters.")
    assert team.reviewer_note == Bilingual(en="Look at its size.")


def test_conditions_in_words_and_importance_are_listed(report):
    assert len(lost(report, "condition")) == 2
    assert any("Standard Importance" in sentence for sentence in lost(report, "score"))


@pytest.mark.parametrize(
    "content",
    [
        {"categories": [{"code": "GOV", "name": "Gouvernance",
                         "questions": [{"id": "G1", "text": "Avez-vous un DPO ?"}]}],
         "questions": [{"id": "Z", "question": "Lequel ?", "category": "GOV"}]},
        {"questions": {"GOV": [{"id": "G1", "question": "Avez-vous un DPO ?", "compliant_response": "Yes"}]}},
        {"sections": [{"title": "Gouvernance", "questions": [{"question": "Avez-vous un DPO ?", "weight": 2,
                                                             "compliant_response": "Yes"}]}]},
        [{"id": "G1", "question": "Avez-vous un DPO ?", "category": "GOV"}],
    ],
)  # fmt: skip
def test_other_shapes_of_the_same_kind_are_read(content):
    assert any(question.text.fr == "Avez-vous un DPO ?" for question in draft(imported(content)).questions)
