"""Carry-over never invents an answer, and nothing crosses a change of meaning."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.audits.rules import AskedAgain, HeldAnswer, HeldProof, Round, asked_again, open_questions, proposed_answers
from portal.evidence.rules import StandingKind
from portal.questionnaires.definition import GivenAnswer, Questionnaire
from portal.questionnaires.rules.completing import missing_items, progress_by_section, visible_questions
from tests.factories.review import examined

KEYS = [question.key for question in examined().questions]
VALUES = [None, "", "oui", "non", "na", "autre", "30", "2024-05-01", ("mfa",), ("mfa", "inconnu"), "Par AES-256.",
          ({"nom": "Hôte", "pays": "DE", "depuis": ""},)]  # fmt: skip
HELD = st.dictionaries(
    st.sampled_from([*KEYS, "a.ancienne"]),
    st.builds(HeldAnswer, value=st.sampled_from(VALUES), comment=st.sampled_from(["", "Depuis 2020."]),
              files=st.integers(0, 2), contested=st.booleans(), under_finding=st.booleans()),
)  # fmt: skip
ANSWERS = st.dictionaries(
    st.sampled_from(KEYS), st.builds(GivenAnswer, value=st.sampled_from(VALUES), files=st.integers(0, 1))
)


def replacing(old: str) -> Questionnaire:
    """The questionnaire whose question of a contract takes the place of an older one."""
    first, *others = examined().sections
    questions = (replace(first.questions[0], replaces=old), *first.questions[1:])
    return replace(examined(), sections=(replace(first, questions=questions), *others))


@given(HELD, st.sets(st.sampled_from(KEYS)))
def test_what_is_proposed_was_said_under_that_very_key(held, taken):
    for key, given_answer in proposed_answers(examined(), held, taken).items():
        assert key not in taken
        assert (given_answer.value, given_answer.comment) == (held[key].value, held[key].comment)


@given(HELD)
@example({"a.ancienne": HeldAnswer("oui")})
def test_nothing_crosses_a_change_of_meaning(held):
    held.pop("a.contrat", None)
    assert "a.contrat" not in proposed_answers(replacing("a.ancienne"), held, ())


@given(HELD, ANSWERS)
def test_a_proposed_answer_counts_as_none_and_a_hidden_one_never_blocks(held, answers):
    asked = examined()
    proposed = proposed_answers(asked, held, answers)
    shown = {question.key for question in visible_questions(asked, {**proposed, **answers})}
    missing = {item.question for item in missing_items(asked, answers, proposed)}
    assert missing <= shown
    assert (proposed.keys() & shown) <= missing
    done = sum(part.answered for part in progress_by_section(asked, answers, proposed))
    assert done <= len(shown - proposed.keys())
    assert open_questions(asked, {**proposed, **answers}, Round(1, frozenset(), frozenset())) == shown


def test_a_choice_that_is_no_longer_offered_is_asked_anew():
    assert not proposed_answers(examined(), {"a.role": HeldAnswer("personne")}, ())
    assert proposed_answers(examined(), {"a.role": HeldAnswer("nous")}, ())


GOOD_PROOF, OLD = HeldProof("iso27001", StandingKind.SUPPLIED), HeldProof("iso27001", StandingKind.EXPIRED)


@pytest.mark.parametrize(
    ("proofs", "facts", "expected"),
    [
        ([GOOD_PROOF], {}, None),
        ([OLD], {}, AskedAgain.PROOF),
        ([], {}, AskedAgain.PROOF),  # the question asks for a proof it did not ask for when it was answered
        ([OLD, GOOD_PROOF], {}, None),  # renewed already
        ([OLD, HeldProof("pentest", StandingKind.SUPPLIED)], {}, AskedAgain.PROOF),
        ([HeldProof("", StandingKind.REJECTED), HeldProof("", StandingKind.VERIFIED)], {}, AskedAgain.PROOF),
        ([OLD], {"under_finding": True}, AskedAgain.FINDING),
        ([GOOD_PROOF], {"contested": True}, AskedAgain.FINDING),
    ],
)
def test_what_a_proposed_answer_asks(proofs, facts, expected):
    question = examined().question("a.chiffre")
    assert question is not None
    assert asked_again(question, HeldAnswer("oui", files=len(proofs), **facts), proofs) is expected


def test_an_answer_that_needs_no_proof_asks_none():
    question = examined().question("a.chiffre")
    assert question is not None
    assert asked_again(question, HeldAnswer("non", files=1), [OLD]) is None
