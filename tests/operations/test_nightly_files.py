"""Each night a share of the files that are no proof is opened; all are met, a damaged one is in the journal once."""

import io
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.core import process
from portal.core.stored import keep
from portal.evidence import services
from portal.evidence.services import EvidenceDetails
from portal.jobs.models import Job
from portal.journal.models import JournalEntry
from portal.operations import nightly_files
from portal.operations.stored_files import look_at
from tests.conftest import NOW
from tests.factories.world import vendor_of

AT_NIGHT = datetime(2026, 11, 24, 1, 30, tzinfo=NOW.tzinfo)


@pytest.fixture
def kept(session, app):
    """Keeps a small file that is no proof."""

    def keep_one(number):
        blob = process.store().put(io.BytesIO(f"accusé {number}".encode()), filename=f"{number}.txt", allowed={"txt"})
        return keep(session, blob, at=NOW)

    return keep_one


def entries(session):
    return session.scalar(
        select(func.count()).select_from(JournalEntry).where(JournalEntry.action == nightly_files.DAMAGED)
    )


@pytest.mark.both_databases
def test_every_file_is_met_in_as_many_nights_as_there_are_shares(backend, ctx, session, kept, monkeypatch):
    monkeypatch.setattr(nightly_files, "FILES_A_NIGHT", 2)
    rows = {kept(number).id for number in range(5)}
    shares = [
        {row.id for row in nightly_files.files_of_tonight(replace(ctx, now=NOW + timedelta(days=day)))}
        for day in range(3)
    ]
    assert rows <= set().union(*shares)
    assert sum(map(len, shares)) == len(set().union(*shares))


def test_a_damaged_file_is_in_the_journal_once_and_a_whole_one_is_not(ctx, session, kept):
    whole, altered, gone = kept("whole"), kept("altered"), kept("gone")
    place = process.store()._place
    place.replace(altered.key, place.read(altered.key)[:-3] + b"...")
    process.store().destroy(gone.key)
    for _night in range(2):
        report = look_at(process.store(), [whole, altered, gone])
        nightly_files.note_damaged(ctx, report)
        session.commit()
    assert ([one.id for one in report.missing], [one.id for one in report.altered]) == ([gone.id], [altered.id])
    assert entries(session) == 2


def test_a_proof_has_its_own_look_and_is_not_opened_twice(ctx, session, kept):
    proof, other = kept("proof"), kept("other")
    services.record(ctx, vendor_of(session), proof, EvidenceDetails())
    found = {row.id for row in nightly_files.files_of_tonight(ctx)}
    assert other.id in found
    assert proof.id not in found


def test_a_look_is_promised_once_a_night(ctx, session):
    assert [nightly_files.queue_look(replace(ctx, now=at)) for at in (AT_NIGHT, AT_NIGHT, NOW)] == [1, 0, 0]
    kinds = session.scalars(select(Job.kind).where(Job.kind == "operations.check_files")).all()
    assert len(kinds) == 1
