"""Why an answer is to be read although the one before was accepted: what a review by difference may hide, and not."""

from dataclasses import replace

import pytest

from portal.audits.rules import (
    HeldAnswer,
    HeldProof,
    ReadReason,
    SentAnswer,
    is_reworded,
    lacks_asked_proof,
    proof_reasons,
    read_reasons,
)
from portal.evidence.rules import StandingKind
from portal.questionnaires.definition import Bilingual, GivenAnswer
from tests.factories.review import examined

R = ReadReason
GOOD, OVER, ASIDE = StandingKind.SUPPLIED, StandingKind.EXPIRED, StandingKind.REJECTED


def question(key):
    found = examined().question(key)
    assert found is not None
    return found


def sent(value, *kinds, comment="", files=()):
    proofs = [HeldProof("politique", kind) for kind in kinds]
    return SentAnswer(GivenAnswer(value, comment, len(files)), frozenset(files), proofs)


def reasons(key, answer, held, files=(), *, reworded=False):
    return read_reasons(question(key), answer, held, frozenset(files), reworded=reworded)


def test_the_same_answer_on_the_same_files_still_good_has_nothing_to_read():
    held = HeldAnswer("oui", files=1)
    assert reasons("a.chiffre", sent("oui", GOOD, files=[7]), held, [7]) == ()


@pytest.mark.parametrize(
    ("answer", "held", "files", "found"),
    [
        (sent("non"), HeldAnswer("oui"), [], (R.CHANGED,)),
        (sent("oui", comment="sauf un poste"), HeldAnswer("oui"), [], (R.CHANGED,)),
        (sent("oui"), None, [], (R.NEW,)),
        (sent("oui", GOOD, files=[8]), HeldAnswer("oui"), [7], (R.FILES,)),
        (sent("oui"), HeldAnswer("oui", contested=True), [], (R.CONTESTED,)),
        (sent("oui"), HeldAnswer("oui", under_finding=True), [], (R.FINDING,)),
    ],
)
def test_what_changed_is_new_or_in_doubt_is_read(answer, held, files, found):
    assert reasons("a.contrat", answer, held, files) == found


def test_two_choices_of_one_label_are_two_answers():
    """The words shown would be equal: what is stored is compared."""
    asked = question("a.role")
    same = Bilingual("Nous", "We do")
    asked = replace(asked, choices=tuple(replace(choice, label=same) for choice in asked.choices))
    assert read_reasons(asked, sent("autre"), HeldAnswer("nous"), frozenset(), reworded=False) == (R.CHANGED,)


@pytest.mark.parametrize("kind", [OVER, ASIDE])
def test_the_same_file_that_has_expired_or_was_set_aside_is_read(kind):
    held = HeldAnswer("oui", files=1)
    assert reasons("a.chiffre", sent("oui", kind, files=[7]), held, [7]) == (R.EXPIRED,)


def test_an_expired_file_beside_a_good_one_of_its_kind_is_not_asked_again():
    assert proof_reasons(question("a.chiffre"), sent("oui", OVER, GOOD, files=[7, 8])) == ()


def test_an_answer_without_the_proof_it_must_have_is_read_though_it_was_accepted_so():
    held = HeldAnswer("oui")
    assert reasons("a.chiffre", sent("oui"), held) == (R.UNPROVEN,)
    assert reasons("a.chiffre", sent("non"), HeldAnswer("non")) == ()
    assert lacks_asked_proof(question("a.chiffre"), sent("oui", OVER))
    assert not lacks_asked_proof(question("a.chiffre"), sent("oui", GOOD))


def test_a_question_left_empty_both_times_tells_nothing_and_one_withdrawn_does():
    assert reasons("b.texte", sent(None), None) == ()
    assert reasons("b.texte", sent(None), HeldAnswer("Par AES-256.")) == (R.CHANGED,)
    assert reasons("a.contrat", sent(None), None) == (R.NEW,)


def test_the_words_of_the_choice_made_are_part_of_the_question():
    then = question("a.role")
    other = tuple(replace(choice, label=Bilingual("Nous seuls", "We alone")) for choice in then.choices[:1])
    now = replace(then, choices=(*other, *then.choices[1:]))
    assert is_reworded(now, then, GivenAnswer("nous"))
    assert not is_reworded(now, then, GivenAnswer("autre"))
    assert is_reworded(replace(then, text=Bilingual("Qui ?", "Who?")), then, GivenAnswer("autre"))
    assert is_reworded(then, None, GivenAnswer("nous"))
    assert not is_reworded(then, then, GivenAnswer("nous"))
