from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.audits import services
from portal.audits.models import AnswerEvidence
from portal.audits.rules import AuditState
from portal.core.errors import NotFound, Refused
from portal.evidence.models import Evidence
from portal.evidence.services import EvidenceDetails
from tests.factories.spaces import SIGNATORY, answer_all, proof_of, space_of
from tests.factories.world import audit_of

pytestmark = pytest.mark.both_databases


def files(session, audit, key):
    return session.scalars(
        select(AnswerEvidence).where(AnswerEvidence.audit_id == audit.id, AnswerEvidence.question_key == key)
    ).all()


def test_a_file_answers_a_question_that_asks_for_one(session, space, admin):
    link = services.attach_proof(admin, space.audit, "b.document", proof_of(session, space.vendor))
    assert link.round == 1
    assert space.audit.answered == 1
    assert services.open_answers_to_write(admin, space.audit.id).answers["b.document"].files == 1


def test_attaching_the_same_proof_twice_changes_nothing(session, space, admin):
    proof = proof_of(session, space.vendor)
    assert services.attach_proof(admin, space.audit, "b.document", proof) is services.attach_proof(
        admin, space.audit, "b.document", proof
    )
    assert len(files(session, space.audit, "b.document")) == 1


def test_a_question_that_asks_for_no_file_takes_none(session, space, admin):
    with pytest.raises(Refused, match="ne demande pas de fichier"):
        services.attach_proof(admin, space.audit, "b.delai", proof_of(session, space.vendor))


def test_another_vendor_s_proof_does_not_exist(session, space, admin, stranger):
    other = space_of(session, name="Tiers SA")
    with pytest.raises(NotFound):
        services.attach_proof(admin, space.audit, "b.document", proof_of(session, other.vendor))
    with pytest.raises(NotFound):
        services.attach_proof(stranger, space.audit, "b.document", proof_of(session, space.vendor))


def test_an_answer_takes_so_many_files_and_no_more(session, space, admin):
    for number in range(services.FILES_PER_QUESTION):
        services.attach_proof(admin, space.audit, "b.document", proof_of(session, space.vendor, f"{number}.pdf"))
    with pytest.raises(Refused, match="20 fichiers"):
        services.attach_proof(admin, space.audit, "b.document", proof_of(session, space.vendor, "de-trop.pdf"))


def test_a_file_attached_by_mistake_is_taken_off_and_stays_on_file(session, space, admin):
    proof = proof_of(session, space.vendor)
    services.detach_proof(admin, space.audit, services.attach_proof(admin, space.audit, "b.document", proof))
    assert not files(session, space.audit, "b.document")
    assert space.audit.answered == 0
    assert session.get(Evidence, proof.id) is not None


def test_a_file_already_sent_stays_even_when_its_question_comes_back(session, space, admin):
    answer_all(admin, space.audit)
    services.submit_answers(admin, space.audit, language=space.admin.language, signatory=SIGNATORY)
    (link,) = files(session, space.audit, "b.document")
    with pytest.raises(Refused, match="a été envoyé"):
        services.detach_proof(admin, space.audit, link)
    space.audit.state, space.audit.round, space.audit.returned_questions = AuditState.RETURNED, 2, ["b.document"]
    session.flush()
    with pytest.raises(Refused, match="tour précédent"):
        services.detach_proof(admin, space.audit, link)
    with pytest.raises(Refused, match="tour précédent"):
        services.describe_proof(admin, space.audit, link, EvidenceDetails(issuer="Autre"))
    newer = services.attach_proof(admin, space.audit, "b.document", proof_of(session, space.vendor, "neuf.pdf"))
    services.detach_proof(admin, space.audit, newer)
    assert files(session, space.audit, "b.document") == [link]


def test_a_link_of_another_audit_is_not_taken_off(session, space, admin):
    second = audit_of(session, space.vendor, questionnaire_version_id=space.audit.questionnaire_version_id)
    link = services.attach_proof(admin, second, "b.document", proof_of(session, space.vendor))
    with pytest.raises(NotFound):
        services.detach_proof(admin, space.audit, link)


def test_what_a_proof_is_may_be_said_after_it_came(session, space, admin):
    link = services.attach_proof(admin, space.audit, "b.document", proof_of(session, space.vendor))
    facts = EvidenceDetails(
        issuer="Bureau V", scope="Le service", issued_on=date(2026, 1, 2), expires_on=date(2027, 1, 1)
    )
    services.describe_proof(admin, space.audit, link, facts)
    proof = session.get_one(Evidence, link.evidence_id)
    assert (proof.issuer, proof.scope, proof.issued_on, proof.expires_on) == (
        "Bureau V", "Le service", date(2026, 1, 2), date(2027, 1, 1),
    )  # fmt: skip


def test_a_proof_that_was_sent_elsewhere_is_not_rewritten_from_here(session, space, admin):
    proof = proof_of(session, space.vendor, issued_on=admin.today - timedelta(days=30), sent_at=admin.now)
    link = services.attach_proof(admin, space.audit, "b.document", proof)
    with pytest.raises(Refused, match="ne change plus"):
        services.describe_proof(admin, space.audit, link, EvidenceDetails(issued_on=admin.today))
