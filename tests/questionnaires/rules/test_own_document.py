"""What is written in the portal makes the same file as those of the folder, and is read back the same."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from portal.questionnaires.rules.own_document import OwnDocument, OwnPart, draft_defects, publication_defects
from portal.questionnaires.rules.parsing import parse_questionnaire
from portal.questionnaires.rules.writing import question_toml, shared_toml, toml_of
from portal.questionnaires.toml_reading import read_toml
from tests.effort import at_most
from tests.factories.questionnaires import questionnaire, questionnaires, raw_question


def document_of(found, shared=frozenset()):
    parts = tuple(
        OwnPart(
            section.key, section.title, section.introduction,
            tuple(shared_toml(q.key) if q.key in shared else question_toml(q, draft=False) for q in section.questions),
        )
        for section in found.sections
    )  # fmt: skip
    return OwnDocument(replace(found, sections=()), parts)


@at_most(8)
@given(questionnaires, st.data())
def test_what_is_exported_is_read_back_the_same(found, data):
    keys = [question.key for question in found.questions]
    shared = data.draw(st.sets(st.sampled_from(keys)))
    defined = {question.key: question for question in found.questions}
    document = document_of(found, shared)
    assert parse_questionnaire(read_toml(document.toml().encode()), defined) == found
    assert document_of(found).toml() == toml_of(found)


def test_an_unfinished_whole_is_a_draft_and_is_not_published():
    found = questionnaire(raw_question())
    empty = OwnDocument(replace(found, sections=()), ())
    assert draft_defects(empty.raw(), {}) == []
    assert list(publication_defects(empty, {}, {}))
    whole = document_of(found)
    assert list(publication_defects(whole, {}, {})) == []


def test_a_key_of_another_questionnaire_is_not_defined_again():
    found = questionnaire(raw_question())
    (defect,) = publication_defects(document_of(replace(found, key="autre")), {found.key: found}, {})
    assert defect.where == "a.un"


def test_a_key_that_another_questionnaire_replaces_is_not_asked_again():
    old = questionnaire(raw_question())
    heir = replace(questionnaire(raw_question("a.deux", replaces="a.un")), key="livre")
    (defect,) = publication_defects(document_of(old), {"livre": heir}, {})
    assert "a.un" in str(defect.message)
