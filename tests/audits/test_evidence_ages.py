"""The age that questions accept of a proof: kept when answers are sent or an audit is cancelled, and recounted."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.audits import evidence_ages, queries, services
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Permission
from portal.questionnaires.rules.composition import compose
from portal.questionnaires.rules.parsing import parse_questionnaire
from portal.questionnaires.services import publish
from tests.conftest import NOW
from tests.factories.questionnaires import both, raw_document, raw_question
from tests.factories.review import case_of, examined, sent_case

ACCEPTED = 12
"""What the question « a.chiffre » of these audits accepts, in months."""


def again(case, **facts):
    """The same vendor, asked anew: the same questionnaire, unless another is said."""
    new = replace(case, audit=case_of(case.session, **facts).audit, proofs={})
    new.audit.vendor_id = case.vendor.id
    case.session.flush()
    case.session.expire(new.audit)
    new.audit = queries.get_audit(new.judging, new.audit.id, to=Permission.AUDIT_VIEW)
    return new


@pytest.fixture
def proved(session):
    """What is kept is what a recount finds."""
    return lambda: evidence_ages.recount(Context(session, SYSTEM, NOW)) == 0


def age(case):
    proof = case.proofs["a.chiffre"]
    case.session.refresh(proof)
    return proof.max_age_months, proof.sent_at is not None


def renewal(case):
    """Whether the proof is in use, and until when it is good."""
    proof = case.proofs["a.chiffre"]
    case.session.refresh(proof)
    return proof.in_use, proof.good_until


def test_the_age_is_known_once_the_answers_are_sent(session, app, proved):
    case = case_of(session)
    case.answer()
    assert age(case) == (None, False)
    case.send()
    assert age(case) == (ACCEPTED, True)
    assert proved()


def test_a_proof_that_a_newer_audit_replaced_is_no_longer_to_be_renewed(session, app, proved):
    old = sent_case(session)
    new = again(old)
    new.answer()
    assert age(old) == (ACCEPTED, True), "until the new one is sent"
    new.send()
    assert (age(old), age(new)) == ((None, True), (ACCEPTED, True))
    assert proved()


def test_a_cancelled_audit_gives_its_place_back(session, app, proved):
    old = sent_case(session)
    new = again(old)
    new.answer()
    new.send()
    new.judge("a.chiffre", "a_corriger", comment="À refaire.", to_return=True)
    new.judge_all()
    services.return_questions(new.judging, new.audit, due_on=new.audit.due_on)
    services.cancel_audit(new.judging, new.audit, "Ouvert par erreur.")
    assert (age(old), age(new)) == ((ACCEPTED, True), (None, True))
    assert proved()


def test_another_vendor_s_audit_changes_nothing(session, app, proved):
    old = sent_case(session)
    sent_case(session, name="Autre Maison")
    assert age(old) == (ACCEPTED, True)
    assert proved()


def test_a_recount_corrects_what_is_wrong_and_says_how_many(session, sent, app, monkeypatch):
    monkeypatch.setattr("portal.web.command.ready", lambda _store: None)
    sent.proofs["a.chiffre"].max_age_months = 3
    session.commit()
    first, second = (app.test_cli_runner().invoke(args=["audits", "recount-evidence"]) for _ in range(2))
    assert (first.exit_code, first.output) == (1, "1 preuve corrigée.\n")
    assert (second.exit_code, second.output) == (0, "0 preuve corrigée.\n")
    assert age(sent) == (ACCEPTED, True)


def test_a_proof_with_an_end_of_its_own_is_to_be_renewed_only_while_an_audit_rests_on_it(session, app, proved):
    """An end date written on the document was told for a year after its proof had been given again."""
    old = case_of(session)
    old.answer()
    old.proofs["a.chiffre"].expires_on = end = NOW.date() + timedelta(days=20)
    session.flush()
    assert renewal(old) == (False, None), "prepared, not sent"
    old.send()
    assert renewal(old) == (True, end)
    new = again(old)
    new.answer()
    assert renewal(old) == (True, end), "until the new one is sent"
    new.send()
    assert (renewal(old), renewal(new)) == ((False, None), (True, date(2027, 6, 1)))
    assert proved()


def other_questionnaire(key, question):
    """One more questionnaire, of one question."""
    asked = raw_question(question, "text", text=both("Autre ?", "Else?"), required=False)
    sections = [{"key": key, "title": both("Suite", "More"), "introduction": both("Et.", "And."), "questions": [asked]}]
    return parse_questionnaire(raw_document(key=key, title=both("Suite", "More"), sections=sections))


def composed(session, *packs):
    """The version that asks several questionnaires together."""
    return publish(Context(session, SYSTEM, NOW), compose(packs)).id


def test_a_composed_audit_and_an_older_one_of_a_single_questionnaire_agree(session, app, proved):
    """They bear other keys: the proof given again stayed to be renewed for ever."""
    old = sent_case(session)
    both_asked = composed(session, examined(), other_questionnaire("suite", "suite.dit"))
    new = again(old, questionnaire_version_id=both_asked)
    new.answer()
    assert age(old) == (ACCEPTED, True), "until the new one is sent"
    new.send()
    assert (renewal(old)[0], renewal(new)[0]) == (False, True)
    assert proved()
    single = again(old)
    single.answer()
    single.send()
    assert (renewal(new)[0], renewal(single)[0]) == (False, True)
    assert proved()


def test_an_audit_that_asks_something_else_leaves_the_proof_in_use(session, app, proved):
    old = sent_case(session)
    version = composed(session, other_questionnaire("autre", "autre.dit"), other_questionnaire("suite", "suite.dit"))
    light = again(old, questionnaire_version_id=version)
    light.send()
    assert renewal(old)[0]
    assert proved()
