from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.contracts import services as contracts
from portal.contracts.rules.life import CopyReading
from portal.core import process
from portal.core.documents.freezing import thaw
from portal.core.files import Damaged
from portal.core.language import Language
from portal.jobs import execution
from portal.jobs.models import Job, JobState
from portal.journal.models import JournalEntry
from portal.paper import review_documents, services, tasks, uploads
from portal.paper.models import PaperReview, PrintKind, ReviewState
from portal.vendors.models import Vendor
from portal.vendors.rules.standing import ContractStanding
from tests.factories.desk import drafted, matter
from tests.factories.received import GAPS, review_of
from tests.factories.signatures import copy_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def legal(acting, app):
    return acting(Role.LEGAL)


@pytest.fixture
def waiting(session, legal):
    review = review_of(legal, GAPS, waiting="oui")
    session.commit()
    return review


def drained(app):
    return execution.drain(app.extensions["vigie.database"], "test")


def test_a_contract_is_read_and_checked_once(session, app, waiting):
    assert drained(app) == 1
    session.expire_all()
    row = session.get(PaperReview, waiting.id)
    assert row.state is ReviewState.CHECKED
    assert row.statuses["deletion_or_return"] == "missing"


def test_reading_it_twice_changes_nothing(session, ctx, waiting):
    first = tasks.check(ctx, review_id=waiting.id, job_id=1)
    second = tasks.check(ctx, review_id=waiting.id, job_id=1)
    first(ctx)
    second(ctx)
    session.commit()
    assert session.scalars(select(JournalEntry.action)).all().count("paper.checked") == 1
    assert tasks.check(ctx, review_id=waiting.id, job_id=1) is None


def test_what_no_reader_opens_is_refused_with_its_sentence(session, app, legal):
    parcel = uploads.seal_text("Objet du contrat", "accord.txt")
    review = services.receive_contract(legal, uploads.ReceivedFile("accord.pdf", parcel.blob), None)
    session.commit()
    drained(app)
    session.expire_all()
    row = session.get(PaperReview, review.id)
    assert row.state is ReviewState.REFUSED
    assert row.refusal["text"]
    assert session.scalars(select(Job.state)).all() == [JobState.DONE], "a refusal is an answer, not a failure"


def test_a_damaged_file_is_a_failure_to_be_tried_again(session, app, waiting, monkeypatch):
    def damaged(*_args):
        raise Damaged("altéré")

    monkeypatch.setattr(uploads, "stored_content", damaged)
    drained(app)
    job = session.scalars(select(Job)).one()
    assert (job.state, job.attempts) == (JobState.READY, 1)
    session.expire_all()
    assert session.get(PaperReview, waiting.id).state is ReviewState.WAITING


def test_a_document_is_printed_once_in_two_files(session, ctx, legal):
    review = review_of(legal, GAPS)
    made = services.request_document(legal, review, PrintKind.LETTER, review.language)
    session.commit()
    tasks.print_document(ctx, print_id=made.id, job_id=1)(ctx)
    session.flush()
    files = (made.docx_file_id, made.pdf_file_id)
    assert None not in files
    assert tasks.print_document(ctx, print_id=made.id, job_id=1) is None


@pytest.mark.parametrize(("organisation", "signs"), [("Vigie", False), ("Maison Verdelet", True)])
def test_a_letter_is_written_by_the_organisation_and_by_no_one_when_it_has_no_name(
    legal, monkeypatch, organisation, signs
):
    monkeypatch.setattr(process, "_settings", [replace(process.settings(), organisation=organisation)])
    tree = str(services.request_document(legal, review_of(legal, GAPS), PrintKind.LETTER, Language.FR).tree)
    assert (f"'{organisation}'" in tree) is signs


def test_an_amendment_is_read_with_the_contract_it_amends_and_says_what_it_leaves_open(session, ctx, legal):
    review = review_of(legal, GAPS)
    made = services.request_document(legal, review, PrintKind.AMENDMENT, review.language)
    session.commit()
    tasks.print_document(ctx, print_id=made.id, job_id=1)(ctx)
    session.flush()
    missing = {name for name, status in review.statuses.items() if status == "missing"}
    assert "audits_inspections" in missing
    assert not set(made.left) & {"audits_inspections", "deletion_or_return"}
    assert "documented_instructions" in made.left  # its article leaves the contact to be completed
    assert set(made.left) <= missing | {name for name, status in review.statuses.items() if status != "satisfied"}


def test_an_amendment_that_lacks_a_clause_says_so(session, ctx, legal):
    review = review_of(legal, GAPS)
    made = services.request_document(legal, review, PrintKind.AMENDMENT, review.language)
    empty = replace(thaw(made.tree), blocks=())
    assert "audits_inspections" in review_documents.remaining_gaps(review, empty, {})
    assert "audits_inspections" not in review_documents.remaining_gaps(review, thaw(made.tree), {})


def test_a_blank_page_signed_for_a_draft_full_of_blanks_leaves_the_vendor_without_a_contract(session, legal):
    """The cheapest lie: an empty draft, « signed » by a page without a word."""
    contract, version = drafted(legal, matter(session, representative="", breach_contact=""), Language.FR)
    assert version.blanks
    record = contracts.record_version_signed(legal, contract, 1, legal.today, copy_of(legal))
    assert contract.vendor.standing is ContractStanding.UNREAD
    for _ in range(2):
        tasks.read_copy(legal, contract_id=contract.id, signature_id=record.id, job_id=1)(legal)
    assert (contract.copy_reading, contract.vendor.standing) == (CopyReading.UNREADABLE, ContractStanding.UNREAD)
    assert list(session.scalars(select(Vendor.id).where(Vendor.standing == ContractStanding.IN_FORCE))) == []
    session.commit()
    assert session.scalars(select(JournalEntry.action)).all().count("contract.copy_read") == 1
