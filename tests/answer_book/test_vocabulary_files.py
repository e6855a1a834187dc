"""What is said of our questions follows the catalogue."""

import pytest

from portal.answer_book import vocabulary_files
from portal.questionnaires import catalogue


def test_every_question_of_the_catalogue_is_described():
    described = vocabulary_files.described()
    keys = [question.key for one in catalogue.load().values() for question in one.questions]
    # A question of a new questionnaire is recognised in the forms of others once its file of the vocabulary is written.
    assert sorted({key for key in keys if not described.get(key, {}).get("about")}) == []


def test_what_is_described_is_a_question_of_the_catalogue():
    asked = {question.key for one in catalogue.load().values() for question in one.questions}
    assert sorted(set(vocabulary_files.described()) - asked) == []


def test_every_reading_names_choices_that_are_offered():
    for questionnaire in catalogue.load().values():
        for question in questionnaire.questions:
            offered = {choice.value for choice in question.choices}
            profile = vocabulary_files.profile_of(question)
            for one in profile.readings:
                named = {*one.yes, *one.no, *one.partial, one.has, one.has_not} - {""}
                assert named <= offered, (question.key, named - offered)
                assert not one.yes & one.no
            assert {*profile.hours, *profile.beyond} <= offered


def test_a_name_that_is_no_concept_is_refused(monkeypatch, tmp_path):
    (tmp_path / "concepts.toml").write_text((vocabulary_files.FOLDER / "concepts.toml").read_text("utf-8"), "utf-8")
    (tmp_path / "essai.toml").write_text('["a.un"]\nabout = ["dpo invented_concept"]\n', "utf-8")
    monkeypatch.setattr(vocabulary_files, "FOLDER", tmp_path)
    vocabulary_files.described.cache_clear()
    with pytest.raises(vocabulary_files.UnsoundVocabulary, match="invented_concept"):
        vocabulary_files.described()
    vocabulary_files.described.cache_clear()
