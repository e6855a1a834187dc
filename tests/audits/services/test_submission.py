from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from portal.audits import services
from portal.audits.models import AnswerEvidence, Submission
from portal.audits.rules import AuditState
from portal.audits.services import IncompleteAnswers
from portal.core.canonical_json import canonical_json
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.language import Language
from portal.jobs.models import Job
from tests.factories.spaces import SIGNATORY, answer_all, proof_of

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
"""What is sent is looked at with the rules of the data, which the process must know."""


def test_all_that_is_missing_is_said_at_once_and_where(space, admin):
    services.save_answer(admin, space.audit, "a.chiffre", posted="oui", comment="", base=0)
    services.save_answer(admin, space.audit, "a.choix", posted="autre", comment="", base=0)
    services.save_answer(admin, space.audit, "b.liste", posted=[{"pays": "FR"}], comment="", base=0)
    with pytest.raises(IncompleteAnswers) as caught:
        services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    found = [(owed.section, owed.question, owed.reason.value) for owed in caught.value.missing]
    assert found == [
        ("a", "a.chiffre", "evidence"), ("a", "a.suite", "unanswered"), ("a", "a.choix", "comment"),
        ("a", "a.mesures", "unanswered"), ("b", "b.delai", "unanswered"), ("b", "b.document", "unanswered"),
        ("b", "b.liste", "cell"),
    ]  # fmt: skip
    assert space.audit.state is AuditState.IN_PROGRESS


def test_what_was_sent_is_frozen_with_the_hash_of_every_file(session, space, admin):
    answer_all(admin, space.audit)
    submission = services.submit_answers(admin, space.audit, language=Language.EN, signatory=SIGNATORY)
    assert submission.sha256 == sha256(canonical_json(submission.content)).hexdigest()
    assert submission.content["answers"]["a.mesures"] == {"value": ["mfa"], "comment": ""}
    assert submission.content["answers"]["b.jour"] == {"value": None, "comment": ""}, "asked, left empty"
    files = submission.content["files"]
    assert [(f["question"], f["name"], f["sha256"], f["size"]) for f in files] == [
        ("a.chiffre", "a.chiffre.pdf", sha256(b"a.chiffre.pdf").hexdigest(), 1234),
        ("b.document", "b.document.pdf", sha256(b"b.document.pdf").hexdigest(), 1234),
    ]
    assert (submission.by_name, submission.language) == (space.admin.name, Language.EN)
    assert (space.audit.state, space.audit.submitted_at) == (AuditState.SUBMITTED, admin.now)


def test_what_comes_back_from_the_database_has_the_same_hash(session, space, admin):
    answer_all(admin, space.audit)
    digest = services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY).sha256
    session.commit()
    session.expire_all()
    kept = session.scalars(select(Submission).where(Submission.audit_id == space.audit.id)).one()
    assert sha256(canonical_json(kept.content)).hexdigest() == digest


def test_an_answer_that_is_no_longer_asked_is_not_sent(space, admin):
    answer_all(admin, space.audit)
    services.save_answer(admin, space.audit, "a.chiffre", posted="non", comment="", base=1)
    content = services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY).content
    assert "a.suite" not in content["answers"]
    assert {f["question"] for f in content["files"]} == {"a.chiffre", "b.document"}


@pytest.mark.usefixtures("app")
def test_a_receipt_is_promised_with_the_submission(session, space, admin):
    answer_all(admin, space.audit)
    services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    kinds = set(session.scalars(select(Job.kind).where(Job.dedup.contains(f"AuditSubmitted:{space.audit.id}:1"))))
    assert "audits.receipt" in kinds


def test_a_respondent_answers_but_does_not_send(space, admin, colleague):
    answer_all(colleague, space.audit)
    with pytest.raises(Forbidden):
        services.submit_answers(colleague, space.audit, language=Language.FR, signatory=SIGNATORY)


def test_another_vendor_does_not_send(space, admin, stranger):
    answer_all(admin, space.audit)
    with pytest.raises(NotFound):
        services.submit_answers(stranger, space.audit, language=Language.FR, signatory=SIGNATORY)


def test_what_was_sent_is_not_sent_twice_nor_changed(session, space, admin):
    answer_all(admin, space.audit)
    services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    with pytest.raises(Refused, match="déjà été envoyé"):
        services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    with pytest.raises(Refused, match="ne changent plus"):
        services.save_answer(admin, space.audit, "b.delai", posted="1", comment="", base=1)
    with pytest.raises(Refused, match="ne changent plus"):
        services.attach_proof(admin, space.audit, "b.document", proof_of(session, space.vendor, "tard.pdf"))


def test_a_cancelled_audit_is_not_sent(session, space, admin):
    answer_all(admin, space.audit)
    space.audit.state = AuditState.CANCELLED
    session.flush()
    with pytest.raises(Refused, match="annulé"):
        services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)


def test_each_round_is_kept_beside_the_others(session, space, admin):
    answer_all(admin, space.audit)
    first = services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    space.audit.state, space.audit.round, space.audit.returned_questions = AuditState.RETURNED, 2, ["b.delai"]
    session.flush()
    services.save_answer(admin, space.audit, "b.delai", posted="10", comment="", base=1)
    later = replace(admin, now=admin.now + timedelta(days=1))
    second = services.submit_answers(later, space.audit, language=Language.FR, signatory=SIGNATORY)
    assert (first.round, second.round) == (1, 2)
    assert first.content["answers"]["b.delai"]["value"] == "30"
    assert second.content["answers"]["b.delai"]["value"] == "10"
    assert first.sha256 != second.sha256
    rounds = set(session.scalars(select(AnswerEvidence.round).where(AnswerEvidence.audit_id == space.audit.id)))
    assert rounds == {1}
