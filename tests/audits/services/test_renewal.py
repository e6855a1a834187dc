"""A piece is replaced once, and every answer that rests on it with it; what was sent stays as it was sent."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audits import evidence_ages, services
from portal.audits.models import AnswerEvidence, StandingAnswer, Submission, stored_value
from portal.audits.rules import AuditState
from portal.audits.standing_answers import good_proofs, held_proofs
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.errors import NotFound, Refused
from portal.evidence.models import Evidence
from portal.evidence.rules import EvidenceVerdict
from portal.notices.models import Notice
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.spaces import SIGNATORY, answer_all, proof_of, small, space_of

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def rests_on(session, audit):
    return {
        (link.question_key, link.evidence_id)
        for link in session.scalars(select(AnswerEvidence).where(AnswerEvidence.audit_id == audit.id))
    }


@pytest.fixture
def pieces(session, space, admin):
    """A certificate that has run out and its next version, which nobody has joined to anything."""
    old = proof_of(session, space.vendor, "ancien.pdf", kind="iso27001", expires_on=admin.today - timedelta(days=1))
    new = proof_of(session, space.vendor, "nouveau.pdf", kind="iso27001", expires_on=admin.today + timedelta(days=900))
    return old, new


def test_every_answer_being_prepared_takes_the_new_version_in_one_act(session, space, admin, pieces):
    old, new = pieces
    services.save_answer(admin, space.audit, "a.chiffre", posted="oui", comment="", base=0)
    for key in ("a.chiffre", "b.document"):
        services.attach_proof(admin, space.audit, key, old)
    services.attach_proof(admin, space.audit, "b.document", new)
    assert services.replace_piece(admin, old, new) == 2
    assert rests_on(session, space.audit) == {("a.chiffre", new.id), ("b.document", new.id)}
    with pytest.raises(Refused, match="déjà une nouvelle version"):
        services.replace_piece(admin, old, proof_of(session, space.vendor, "encore.pdf", kind="iso27001"))


def test_what_was_sent_stays_and_the_next_audit_is_proposed_the_new_version(session, space, admin, pieces):
    old, new = pieces
    reader = user_of(session, Role.DPO)
    answer_all(admin, space.audit, but=frozenset(["b.document"]))
    services.attach_proof(admin, space.audit, "b.document", old)
    sent = services.submit_answers(admin, space.audit, language=space.admin.language, signatory=SIGNATORY)
    space.audit.state = AuditState.ACCEPTED
    row = StandingAnswer(
        vendor_id=space.vendor.id, question_key="b.document", value=stored_value(None), file_count=1,
        audit_id=space.audit.id, sent_at=NOW, said_at=NOW, said_by="A",
    )  # fmt: skip
    session.add(row)
    session.flush()
    question = small().question("b.document")
    assert not good_proofs(question, held_proofs(admin, space.vendor.id)["b.document"], admin.today)
    before, frozen = rests_on(session, space.audit), dict(session.get_one(Submission, sent.id).content)
    assert services.replace_piece(admin, old, new) == 1
    assert rests_on(session, space.audit) == before
    assert session.get_one(Submission, sent.id).content == frozen
    session.expire_all()
    [link] = good_proofs(question, held_proofs(admin, space.vendor.id)["b.document"], admin.today)
    assert link.current.id == new.id
    # In use, sent and to be renewed is the new version alone; a recount finds nothing else.
    assert (new.in_use, new.sent_at, new.good_until, old.in_use) == (True, NOW, new.expires_on, False)
    assert evidence_ages.recount(Context(session, SYSTEM, NOW)) == 0
    told = session.scalars(select(Notice).where(Notice.user_id == reader.id)).all()
    assert [notice.values["file"] for notice in told] == ["nouveau.pdf"]
    later = proof_of(session, space.vendor, "suivant.pdf", kind="iso27001", expires_on=new.expires_on)
    services.replace_piece(admin, new, later)
    session.expire_all()
    assert held_proofs(admin, space.vendor.id)["b.document"][0].current.id == later.id


def test_a_version_of_another_kind_or_vendor_is_refused_and_nothing_moves(session, space, admin, stranger, pieces):
    old, new = pieces
    services.attach_proof(admin, space.audit, "b.document", old)
    other = proof_of(session, space_of(session, name="Tiers SA").vendor, "tiers.pdf", kind="iso27001")
    with pytest.raises(NotFound):
        services.replace_piece(admin, old, other)
    with pytest.raises(NotFound):
        services.replace_piece(stranger, old, new)
    new.kind = "hds"
    with pytest.raises(Refused, match="même nature"):
        services.replace_piece(admin, old, new)
    assert rests_on(session, space.audit) == {("b.document", old.id)}
    assert old.replaced_by_id is None


def test_a_piece_that_an_answer_or_a_sent_audit_rests_on_is_not_taken_away(session, space, admin, pieces):
    old, new = pieces
    link = services.attach_proof(admin, space.audit, "b.document", old)
    with pytest.raises(Refused, match="retirez-le d’abord"):
        services.withdraw_piece(admin, old)
    services.detach_proof(admin, space.audit, link)
    old.sent_at = NOW
    with pytest.raises(Refused, match="reste au dossier"):
        services.withdraw_piece(admin, old)
    services.withdraw_piece(admin, new)
    assert session.get(Evidence, new.id) is None


def test_a_piece_is_judged_outside_an_audit_once_it_was_sent(session, space, acting, pieces):
    old, _new = pieces
    with pytest.raises(NotFound):
        services.judge_piece(acting(Role.DPO), old, EvidenceVerdict.VERIFIED, "")
    old.sent_at = NOW
    assert services.judge_piece(acting(Role.DPO), old, EvidenceVerdict.VERIFIED, "")
    assert not services.judge_piece(acting(Role.DPO), old, EvidenceVerdict.VERIFIED, "")
