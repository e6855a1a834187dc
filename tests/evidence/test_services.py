from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.stored import StoredFile
from portal.evidence import services
from portal.evidence.models import Evidence
from portal.evidence.rules import EvidenceVerdict
from portal.evidence.services import EvidenceDetails
from portal.journal.models import JournalEntry
from tests.conftest import NOW
from tests.factories.spaces import Space, actor_of, proof_of, space_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def space(session) -> Space:
    return space_of(session)


@pytest.fixture
def admin(session, space) -> Context:
    return Context(session, actor_of(space.admin, space.vendor), NOW)


def sealed(session) -> StoredFile:
    row = StoredFile(
        key="aa/bb/cc", sha256="b" * 64, size=12, media_type="application/pdf", filename="iso.pdf", created_at=NOW
    )
    session.add(row)
    session.flush()
    return row


def test_a_sealed_file_becomes_a_proof_of_its_vendor_and_is_journaled_with_its_hash(session, space, admin):
    facts = EvidenceDetails(issuer="Bureau V", scope="Tout", issued_on=date(2026, 1, 1), expires_on=date(2027, 1, 1))
    proof = services.record(admin, space.vendor, sealed(session), facts)
    assert (proof.vendor_id, proof.uploaded_by_id, proof.uploaded_at) == (space.vendor.id, space.admin.id, NOW)
    assert (proof.issuer, proof.expires_on, proof.verdict) == ("Bureau V", date(2027, 1, 1), EvidenceVerdict.UNREVIEWED)
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "evidence.recorded")).one()
    assert (entry.after["sha256"], entry.vendor_id) == ("b" * 64, space.vendor.id)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (EvidenceDetails(issued_on=NOW.date() + timedelta(days=2)), "dans l'avenir|dans l’avenir"),
        (EvidenceDetails(issued_on=date(2026, 5, 2), expires_on=date(2026, 5, 1)), "avant d’avoir été émise"),
        (EvidenceDetails(issuer="x" * 201), "200 caractères"),
        (EvidenceDetails(scope="x" * 2001), "2000 caractères"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(session, space, admin, facts, sentence):
    proof = proof_of(session, space.vendor)
    with pytest.raises(Refused, match=sentence):
        services.record(admin, space.vendor, sealed(session), facts)
    with pytest.raises(Refused, match=sentence):
        services.describe(admin, proof, facts)
    assert session.scalars(select(Evidence).where(Evidence.vendor_id == space.vendor.id)).all() == [proof]


def test_a_vendor_records_proofs_of_itself_alone_and_staff_record_none(session, space, admin, acting):
    other = space_of(session, name="Autre SA")
    with pytest.raises(NotFound):
        services.record(admin, other.vendor, sealed(session), EvidenceDetails())
    with pytest.raises(Forbidden):
        services.record(acting(Role.DPO), space.vendor, sealed(session), EvidenceDetails())


def test_what_is_said_of_a_proof_may_be_completed_and_both_states_are_journaled(session, space, admin):
    proof = proof_of(session, space.vendor, issuer="Avant")
    services.describe(admin, proof, EvidenceDetails(issuer="Après"))
    services.describe(admin, proof, EvidenceDetails(issuer="Après"))
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "evidence.described")).one()
    assert (entry.before, entry.after) == ({"issuer": "Avant"}, {"issuer": "Après"})


@pytest.mark.parametrize("verdict", [EvidenceVerdict.VERIFIED, EvidenceVerdict.REJECTED])
def test_a_proof_that_was_judged_is_not_described_again(session, space, admin, verdict):
    proof = proof_of(session, space.vendor, verdict=verdict)
    with pytest.raises(Refused, match="ne change plus"):
        services.describe(admin, proof, EvidenceDetails(issuer="Autre"))


def test_another_vendor_s_proof_does_not_exist(session, space, admin):
    other = space_of(session, name="Autre SA")
    with pytest.raises(NotFound):
        services.describe(admin, proof_of(session, other.vendor), EvidenceDetails(issuer="Moi"))


@pytest.mark.usefixtures("app")
def test_a_kind_is_one_that_the_file_of_kinds_names(session, space, admin):
    proof = services.record(admin, space.vendor, sealed(session), EvidenceDetails(kind="iso27001"))
    assert proof.kind == "iso27001"
    with pytest.raises(Refused, match="nature de preuve"):
        services.describe(admin, proof, EvidenceDetails(kind="tout"))
