"""A worker killed while it seals what everybody has signed: one seal, one copy, one entry. Real processes."""

import pytest
from sqlalchemy import func, select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.contracts.rules.signing_order import SigningState
from portal.contracts.signing_models import ContractSigning
from portal.core import process
from portal.core.clock import now
from portal.core.db import Database
from portal.core.seal import SealState, make_seal_key, read_seals
from portal.core.stored import StoredFile, blob_of
from portal.jobs.models import Job, JobState, Mail
from portal.journal.models import JournalEntry
from portal.vendors.models import SignedContract
from tests.conftest import settings_for
from tests.factories.signing import OURS, THEIRS, agreed, opened, signs
from tests.factories.workers import Worker, wait_for

pytestmark = pytest.mark.faults


@pytest.fixture
def settings(tmp_path, lasting_url, portal_settings):
    """A portal of the test's own, with a key to seal with."""
    told = settings_for(tmp_path, lasting_url)
    process.prepare(told)
    make_seal_key(told.seal_file, told.organisation, at=now())
    yield told
    process.prepare(portal_settings)


@pytest.fixture
def database(settings):
    opened_database = Database.at(settings.database_url)
    yield opened_database
    opened_database.engine.dispose()


def count(database, statement):
    with database.reading() as session:
        return session.scalar(statement) or 0


def state_of(database):
    with database.reading() as session:
        return session.scalar(select(ContractSigning.state))


def running(database):
    with database.reading() as session:
        state, error = session.execute(select(Job.state, Job.last_error).where(Job.kind == "contracts.seal")).one()
    assert not error, error
    return state is JobState.RUNNING


def sealed_files(settings):
    """Files of the store, whatever row speaks of them."""
    return sum(1 for path in (settings.data_dir / "files").rglob("*") if path.is_file())


def test_a_worker_killed_while_sealing_leaves_one_seal_one_copy_and_one_entry(database, settings, tmp_path):
    """Killed once while it prints, and once as soon as the sealed bytes are in the store, before they are kept."""
    with database.transaction() as session:
        ctx = Context(session, SYSTEM, now())
        signing = opened(ctx, agreed(ctx))
        for entry in (THEIRS, OURS):
            signs(ctx, signing, entry)
    log = tmp_path / "worker.log"
    with Worker(settings, log) as first:
        wait_for(lambda: running(database), first, seconds=90)
        first.kill()
    assert state_of(database) is SigningState.COMPLETE, "killed too late to prove anything"
    before = sealed_files(settings)
    with Worker(settings, log) as second:
        wait_for(lambda: sealed_files(settings) > before, second, seconds=90)
        second.kill()
    with Worker(settings, log) as third:
        wait_for(lambda: state_of(database) is SigningState.SEALED, third, seconds=90)
    done = Mail.template == "contracts/emails/signing_done"
    assert count(database, select(func.count(Mail.id)).where(done)) == 2
    with database.reading() as session:
        assert session.scalar(select(func.count(SignedContract.id))) == 1
        for action in ("contract.sealed", "contract.signed", "vendor.contract_signed"):
            entries = select(func.count(JournalEntry.id)).where(JournalEntry.action == action)
            assert session.scalar(entries) == 1, action
        assert session.scalars(select(Job.last_error).where(Job.state == JobState.DEAD)).all() == []
        kept = session.scalars(select(StoredFile).where(StoredFile.filename.endswith("-signe.pdf"))).all()
        assert len(kept) == 1
        pdf = b"".join(process.store().open(blob_of(kept[0])))
    assert [one.state for one in read_seals(pdf)] == [SealState.WHOLE]
