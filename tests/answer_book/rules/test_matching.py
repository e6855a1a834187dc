"""Which question of ours a foreign one asks: none is given to a question that asks something else."""

import pytest

from portal.answer_book import vocabulary_files
from portal.answer_book.rules.matching import Matcher, Signature
from portal.questionnaires import catalogue
from tests.answer_book.written_forms import FOLDER, specs


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return vocabulary_files.matcher_of(catalogue.load().values())


def _key(matcher: Matcher, question: str) -> str | None:
    found = matcher.match(question)
    return found.key if found else None


def test_the_forms_that_the_vocabulary_was_written_with_are_all_read_right(matcher):
    wrong = [
        (row.text, row.key, _key(matcher, row.text))
        for spec in specs("tuning")
        for row in spec.questions
        if _key(matcher, row.text) != row.key
    ]
    assert wrong == []


def test_the_usual_wordings_of_other_questionnaires_are_recognised(matcher):
    lines = (FOLDER / "other_wordings.txt").read_text(encoding="utf-8").splitlines()
    asked = [line.split(" | ", 1) for line in lines]
    assert len(asked) > 80
    assert [(text, key, found) for key, text in asked if (found := _key(matcher, text)) != key] == []


def test_a_question_that_only_looks_like_one_of_ours_is_given_none(matcher):
    texts = (FOLDER / "near_misses.txt").read_text(encoding="utf-8").splitlines()
    assert len(texts) > 80
    assert [(text, key) for text in texts if (key := _key(matcher, text))] == []


def test_every_question_of_the_catalogue_finds_itself_in_both_languages(matcher):
    for questionnaire in catalogue.load().values():
        for question in questionnaire.questions:
            for text in (question.text.fr, question.text.en):
                found = _key(matcher, text)
                same = next(q for other in catalogue.load().values() for q in other.questions if q.key == found)
                assert found == question.key or text in (same.text.fr, same.text.en), (question.key, text, found)


def test_a_word_that_none_of_our_questions_knows_weighs_against_a_likeness(matcher):
    assert _key(matcher, "Do you keep a record of processing activities?") == "registre.tenu"
    assert _key(matcher, "Do you keep a record of processing activities of the Mars colony spaceship?") is None


def test_a_question_with_nothing_to_say_has_no_equivalent(matcher):
    assert [_key(matcher, text) for text in ("", "?", "N/A", "Oui ou non ?")] == [None] * 4


def test_a_signature_is_refused_by_what_it_forbids():
    signature = Signature.of("breach notify -authority")
    assert signature.fits(frozenset({"breach", "notify"}))
    assert not signature.fits(frozenset({"breach", "notify", "authority"}))
    assert not signature.fits(frozenset({"breach"}))
