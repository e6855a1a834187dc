import pytest

from portal.core.errors import Refused
from portal.questionnaires.definition import AllOf, AnswerAmong, Bilingual
from tests.factories.imports import draft, drafts, imported, lost

LIBRARY = """
urn: urn:x:library:essai
locale: fr
ref_id: essai
name: Essai
version: 3
translations: {en: {name: Trial}}
objects:
  framework:
    urn: urn:x:framework:essai
    ref_id: essai
    name: Essai
    description: Une phrase.
    implementation_groups_definition:
      - {ref_id: base, name: Base, default_selected: true}
      - {ref_id: plus, name: Plus}
      - {ref_id: main, name: À la main}
    requirement_nodes:
      - {urn: "urn:x:n:a", assessable: false, depth: 1, ref_id: A, name: Accès, translations: {en: {name: Access}}}
      - urn: urn:x:n:a:1
        parent_urn: urn:x:n:a
        assessable: true
        depth: 2
        ref_id: A.1
        name: Politique
        description: Elle est écrite.
        typical_evidence: La politique.
        implementation_groups: [base]
        questions:
          urn:x:n:a:1:question:1:
            type: unique_choice
            text: "Écrite ? (< 2 ans)"
            translations: {en: {text: Written?}}
            choices:
              - urn: urn:x:n:a:1:question:1:choice:1
                value: Oui
                add_score: 20
                select_implementation_groups: [plus]
              - urn: urn:x:n:a:1:question:1:choice:2
                value: En partie
                add_score: 10
                compute_result: partially_compliant
              - {urn: "urn:x:n:a:1:question:1:choice:3", value: Non, add_score: -5}
              - {urn: "urn:x:n:a:1:question:1:choice:4", value: Sans objet, compute_result: not_applicable}
          urn:x:n:a:1:question:2:
            type: multiple_choice
            text: Comment ?
            depends_on:
              question: urn:x:n:a:1:question:1
              answers: ["urn:x:n:a:1:question:1:choice:1", "urn:x:n:a:1:question:1:choice:2"]
              condition: any
            choices:
              - {urn: "urn:x:n:a:1:question:2:choice:1", value: MFA, add_score: 5}
              - {urn: "urn:x:n:a:1:question:2:choice:2", value: RBAC, add_score: 5}
          urn:x:n:a:1:question:3: {type: boolean, text: Revue ?}
          urn:x:n:a:1:question:4: {type: date, text: Quand ?}
          urn:x:n:a:1:question:5: {type: number, text: Combien ?}
          urn:x:n:a:1:question:6: {type: text, text: Lesquels ?}
      - {urn: "urn:x:n:b", assessable: false, depth: 1, ref_id: B, name: Plus loin}
      - urn: urn:x:n:b:1
        parent_urn: urn:x:n:b
        assessable: true
        depth: 2
        ref_id: B.1
        implementation_groups: [plus]
        questions:
          urn:x:n:b:1:question:1: {type: text, text: Et ensuite ?}
          urn:x:n:b:1:question:2:
            type: text
            text: Tous ?
            depends_on:
              question: urn:x:n:a:1:question:2
              answers: ["urn:x:n:a:1:question:2:choice:1", "urn:x:n:a:1:question:2:choice:2"]
              condition: all
      - {urn: "urn:x:n:b:2", parent_urn: "urn:x:n:b", assessable: true, depth: 2, ref_id: B.2, name: Sans question}
      - urn: urn:x:n:b:3
        parent_urn: urn:x:n:b
        assessable: true
        depth: 2
        ref_id: B.3
        implementation_groups: [main]
        questions:
          urn:x:n:b:3:question:1: {type: text, text: À la main ?}
"""


@pytest.fixture(scope="module")
def report():
    return imported(LIBRARY)


def test_each_entry_of_questions_is_a_question_in_order(report):
    found = draft(report)
    assert [question.text.fr for question in found.questions] == [
        "Écrite ? (< 2 ans)", "Comment ?", "Revue ?", "Quand ?", "Combien ?", "Lesquels ?", "Et ensuite ?", "Tous ?",
        "À la main ?",
    ]  # fmt: skip
    kinds = [question.kind.name for question in found.questions]
    assert kinds == ["single", "multiple", "yes_no", "date", "number", "text", "text", "text", "text"]
    assert [(section.key, section.title) for section in found.sections] == [
        ("essai-a", Bilingual("Accès", "Access")),
        ("essai-b", Bilingual("Plus loin")),
    ]
    assert (found.key, found.version, found.title) == ("essai", "3", Bilingual("Essai"))


def test_points_become_marks_and_weights(report):
    first, second = draft(report).questions[:2]
    assert [choice.mark for choice in first.choices] == [1.0, 0.5, 0.0, None]
    assert [choice.mark for choice in second.choices] == [0.5, 0.5]
    assert (first.weight, second.weight) == (5, 2)
    assert any("négatifs" in sentence for sentence in lost(report, "score"))


def test_what_a_question_depends_on_is_kept(report):
    questions = draft(report).questions
    assert questions[1].visible_if == AnswerAmong(questions[0].key, ("choice-1", "choice-2"))
    every = AllOf(tuple(AnswerAmong(questions[1].key, (value,)) for value in ("choice-1", "choice-2")))
    assert questions[7].visible_if == AllOf((AnswerAmong(questions[0].key, ("choice-1",)), *every.conditions))


def test_a_group_that_an_answer_selects_is_a_condition_and_another_is_a_loss(report):
    questions = draft(report).questions
    assert questions[6].visible_if == AnswerAmong(questions[0].key, ("choice-1",))
    assert questions[8].visible_if is None
    assert any("« main »" in sentence.replace("\u202f", " ") for sentence in lost(report, "group"))


def test_an_assessable_node_without_question_is_a_text_and_is_listed(report):
    (loss,) = [loss for loss in report.losses if loss.kind == "text"]
    assert loss.places == ("B.2",)
    assert "Sans question" in str(draft(report).sections[1].introduction)


def test_what_the_node_says_stands_with_its_first_question(report):
    first = draft(report).questions[0]
    assert "Elle est écrite." in first.help.fr
    assert first.evidence_label == Bilingual("La politique.")


def test_the_old_name_of_a_single_choice_and_a_list_of_frameworks_are_read():
    node = """{{urn: n:{0}, assessable: true, depth: 1, ref_id: N, questions: {{"n:{0}:q:1": {{type: single_choice,
      text: Quoi {0}, choices: [{{urn: c1, value: A, compute_result: 'true'}},
      {{urn: c2, value: B, compute_result: false}}]}}}}}}"""
    frameworks = ", ".join(f"{{ref_id: f{n}, name: F{n}, requirement_nodes: [{node.format(n)}]}}" for n in (1, 2))
    report = imported(f"locale: en\nref_id: l\nobjects: {{framework: [{frameworks}]}}\n")
    assert [one.key for one in drafts(report)] == ["f1", "f2"]
    assert [choice.mark for choice in drafts(report)[0].questions[0].choices] == [1.0, 0.0]
    assert drafts(report)[1].questions[0].text == Bilingual(en="Quoi 2")


def test_a_library_without_a_question_is_refused():
    text = "locale: fr\nobjects: {framework: {name: Norme, requirement_nodes: [{urn: a, assessable: true, name: X}]}}"
    with pytest.raises(Refused, match="Norme"):
        imported(text)


def test_a_parent_that_is_its_own_parent_is_no_end():
    node = '{urn: a, parent_urn: a, assessable: true, ref_id: A, questions: {"a:q:1": {type: text, text: Quoi ?}}}'
    assert (
        len(draft(imported(f"locale: fr\nobjects: {{framework: {{name: N, requirement_nodes: [{node}]}}}}")).questions)
        == 1
    )
