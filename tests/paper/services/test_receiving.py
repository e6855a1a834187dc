import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core.errors import Forbidden, Refused
from portal.core.language import say
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.paper import services
from portal.paper.contract_check import read_and_check
from portal.paper.models import PaperReview, ReviewState
from portal.paper.rules.check_result import ContractVerdict, RequirementStatus
from portal.paper.services import RulingInput
from portal.paper.uploads import ReceivedFile
from tests.factories.received import GAPS, GOOD, parcel_of, review_of
from tests.factories.world import vendor_of


@pytest.fixture
def legal(acting, app):
    return acting(Role.LEGAL)


def actions(session):
    session.commit()
    return session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)).all()


def test_a_contract_received_waits_for_its_job_and_is_journaled(session, legal):
    review = services.receive_contract(legal, parcel_of(GOOD), None)
    assert review.state is ReviewState.WAITING
    assert review.title == "accord"
    job = session.scalars(select(Job).where(Job.kind == "paper.check")).one()
    assert job.payload == {"review_id": review.id}
    assert actions(session) == ["paper.received"]


def test_what_is_read_is_frozen_with_what_was_found(session, legal):
    review = review_of(legal, GOOD)
    assert review.state is ReviewState.CHECKED
    assert review.document["text"].startswith("Accord de protection des données")
    assert review.statuses["breach_notification"] == "satisfied"
    assert len(review.rulebook_sha256) == 64
    assert actions(session) == ["paper.received", "paper.checked"]


def test_a_text_with_gaps_says_which(legal):
    review = review_of(legal, GAPS)
    assert review.statuses["deletion_or_return"] == "missing"
    assert review.statuses["audits_inspections"] == "missing"
    assert review.verdict is not ContractVerdict.COMPLETE


def test_a_refused_file_is_not_kept_alone(legal, session):
    with pytest.raises(Refused, match="illisible"):
        services.receive_contract(legal, ReceivedFile("x.pdf", refusal=say("Ce fichier est illisible.")), None)
    assert session.scalar(select(PaperReview)) is None


@pytest.mark.parametrize("role", [Role.ADMIN, Role.BUYER, Role.MANAGEMENT, Role.EXPERT, Role.VENDOR_ADMIN])
def test_only_legal_and_the_dpo_receive_contracts(acting, app, role):
    with pytest.raises(Forbidden):
        services.receive_contract(acting(role), parcel_of(GOOD), None)


def test_a_batch_keeps_refused_files_with_their_reason_and_promises_a_job_for_each_other(session, legal):
    received = [
        parcel_of(GOOD, "a.txt"), ReceivedFile("b.exe", refusal=say("Pas lu.")), parcel_of(GAPS, "c.txt"),
    ]  # fmt: skip
    batch = services.receive_batch(legal, received, None, "Lot de novembre")
    rows = session.scalars(select(PaperReview).where(PaperReview.batch_id == batch.id).order_by(PaperReview.id)).all()
    assert [row.state for row in rows] == [ReviewState.WAITING, ReviewState.REFUSED, ReviewState.WAITING]
    assert rows[1].refusal["text"] == "Pas lu."
    assert batch.total == 3
    jobs = session.scalars(select(Job).where(Job.kind == "paper.check")).all()
    assert {job.payload["review_id"] for job in jobs} == {rows[0].id, rows[2].id}


def test_a_batch_of_refused_files_alone_is_refused(legal):
    with pytest.raises(Refused, match="Pas lu"):
        services.receive_batch(legal, [ReceivedFile("b.exe", refusal=say("Pas lu."))] * 2, None, "Lot")


def test_in_a_batch_a_file_or_its_folder_names_the_vendor(session, legal):
    acme, beta = vendor_of(session, name="Acme Conseil"), vendor_of(session, name="Beta")
    received = [
        parcel_of(GOOD, "x.txt"), parcel_of(GOOD, "y.txt"), parcel_of(GOOD, "z.txt"),
    ]  # fmt: skip
    named = [
        ReceivedFile("Acme Conseil/accord.txt", received[0].blob), ReceivedFile("lot/BETA.txt", received[1].blob),
        ReceivedFile("autre/z.txt", received[2].blob),
    ]  # fmt: skip
    batch = services.receive_batch(legal, named, None, "Lot")
    rows = session.scalars(select(PaperReview).where(PaperReview.batch_id == batch.id).order_by(PaperReview.id)).all()
    assert [row.vendor_id for row in rows] == [acme.id, beta.id, None]


def test_a_new_reading_gets_its_own_job_and_keeps_the_lawyers_words(session, legal):
    review = review_of(legal, GAPS)
    services.record_ruling(
        legal, review, "deletion_or_return", RulingInput(RequirementStatus.SATISFIED, "Voir les CGV, art. 12."), seen=0
    )
    services.check_again(legal, review)
    assert review.state is ReviewState.WAITING
    jobs = session.scalars(select(Job.dedup).where(Job.kind == "paper.check")).all()
    assert len(jobs) == 2
    services.record_check(legal, review, read_and_check(GAPS.encode(), "accord.txt"))
    assert review.statuses["deletion_or_return"] == "satisfied"
    assert review.ruled == 1


def test_a_contract_is_renamed_and_given_to_a_vendor_with_both_in_the_journal(session, legal):
    review, vendor = review_of(legal, GAPS), vendor_of(session, name="Acme")
    services.update_review(legal, review, "DPA Acme 2026", vendor)
    assert (review.title, review.vendor_id) == ("DPA Acme 2026", vendor.id)
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "paper.described")).one()
    assert entry.after == {"title": "DPA Acme 2026", "vendor": "Acme"}
    services.update_review(legal, review, "DPA Acme 2026", vendor)
    assert actions(session).count("paper.described") == 1


def test_an_unreadable_file_says_why(session, legal):
    review = review_of(legal, GAPS, waiting="oui")
    services.record_refusal(legal, review, say("« %(name)s » est un scan.", name="x.pdf"))
    assert review.state is ReviewState.REFUSED
    assert review.refusal == {"text": "« %(name)s » est un scan.", "values": {"name": "x.pdf"}}
