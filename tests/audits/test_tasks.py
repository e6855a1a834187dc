from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from portal.audits import services, tasks
from portal.audits.models import Submission
from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core import process
from portal.core.documents.printing import PrintingError
from portal.core.language import Language
from portal.core.seal import SealState, read_seal_key, read_seals
from portal.core.stored import StoredFile, blob_of
from portal.jobs import execution
from portal.jobs.attachments import AttachmentState, read_attachment
from portal.jobs.ledger import TryLater
from portal.jobs.models import Job, JobState, Mail
from tests.conftest import NOW
from tests.factories.signing import with_seal_key
from tests.factories.spaces import SIGNATORY, actor_of, answer_all, space_of


@pytest.fixture
def sent(session, app):
    """A questionnaire that has just been sent."""
    space = space_of(session)
    admin = Context(session, actor_of(space.admin, space.vendor), NOW)
    answer_all(admin, space.audit)
    submission = services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    session.commit()
    return submission


def run(database, session, kind):
    """Run the promised jobs of a kind as the worker does."""
    at = NOW + timedelta(minutes=1)
    for job_id in session.scalars(select(Job.id).where(Job.kind == kind, Job.state == JobState.READY)).all():
        assert execution.claim(database, "essai", at=at, job_id=job_id) == job_id
        execution.execute(database, job_id, "essai", clock=lambda: at)


def receipt_of(session, submission):
    session.expire_all()
    file_id = session.get_one(Submission, submission.id).receipt_file_id
    return session.get(StoredFile, file_id) if file_id else None


def test_the_receipt_is_printed_sealed_and_tied_to_its_submission(database, session, sent):
    run(database, session, "audits.receipt")
    stored = receipt_of(session, sent)
    content = b"".join(process.store().open(blob_of(stored)))
    assert content.startswith(b"%PDF")
    assert sha256(content).hexdigest() == stored.sha256
    assert stored.filename.startswith("accuse-prestataire-")
    assert stored.media_type == "application/pdf"


def test_running_it_again_changes_nothing(database, session, sent):
    run(database, session, "audits.receipt")
    first = receipt_of(session, sent)
    ctx = Context(session, SYSTEM, NOW)
    assert tasks.make_receipt(ctx, audit_id=sent.audit_id, round=1, job_id=0) is None
    assert receipt_of(session, sent).id == first.id


def test_two_workers_that_print_at_once_keep_one_receipt(session, sent):
    """Both have printed before either has written: the bytes are the same and the second changes nothing."""
    ctx = Context(session, SYSTEM, NOW)
    records = [tasks.make_receipt(ctx, audit_id=sent.audit_id, round=1, job_id=n) for n in (1, 2)]
    for record in records:
        record(ctx)
    session.commit()
    assert session.scalar(select(func.count(StoredFile.id)).where(StoredFile.filename.startswith("accuse-"))) == 1


def test_the_receipt_goes_with_the_letter_that_says_it_is_received(session, sent):
    letters = session.scalars(select(Mail).where(Mail.template == "audits/emails/received")).all()
    assert letters
    ctx = Context(session, SYSTEM, NOW)
    with pytest.raises(TryLater):
        read_attachment(ctx, letters[0].payload["attachment"], NOW)
    tasks.make_receipt(ctx, audit_id=sent.audit_id, round=1, job_id=0)(ctx)
    session.commit()
    state, file = read_attachment(ctx, letters[0].payload["attachment"], NOW)
    assert (state, file.name) == (AttachmentState.JOINED, receipt_of(session, sent).filename)
    assert file.content == b"".join(process.store().open(blob_of(receipt_of(session, sent))))


def test_a_receipt_bears_our_seal_where_there_is_a_key(session, sent, monkeypatch, tmp_path):
    ctx = Context(session, SYSTEM, NOW)
    with_seal_key(ctx, monkeypatch, tmp_path)
    tasks.make_receipt(ctx, audit_id=sent.audit_id, round=1, job_id=0)(ctx)
    session.commit()
    stored = receipt_of(session, sent)
    (seal,) = read_seals(b"".join(process.store().open(blob_of(stored))))
    assert seal.sha256 in read_seal_key(process.settings().seal_file).fingerprints
    assert seal.state is SealState.WHOLE


def test_a_printer_that_fails_leaves_the_receipt_to_a_later_attempt(database, session, sent, monkeypatch):
    def jammed(*_arguments):
        raise PrintingError("bourrage")

    monkeypatch.setattr(tasks, "print_in_child", jammed)
    run(database, session, "audits.receipt")
    session.expire_all()
    job = session.scalars(select(Job).where(Job.kind == "audits.receipt")).one()
    assert (job.state, job.attempts) == (JobState.READY, 1)
    assert "bourrage" in job.last_error
    assert receipt_of(session, sent) is None
    monkeypatch.undo()
    run(database, session, "audits.receipt")
    assert receipt_of(session, sent) is not None
