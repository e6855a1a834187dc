"""A file asked for, made once by a job, noted, and erased on its day."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authority import queries, services, tasks
from portal.authority.content import count_gaps
from portal.authority.models import AuthorityFile
from portal.authority.rules import RETENTION_DAYS
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import process
from portal.core.errors import NotFound
from portal.core.stored import blob_of
from portal.jobs.models import Job
from portal.journal.models import JournalEntry


@pytest.fixture
def asked(dpo, world, content_of):
    """A file that somebody asked for, by default the officer."""

    def ask(ctx=None):
        ctx = ctx or dpo
        content = content_of(ctx, "vendor", world.vendor)
        row = services.ask_file(ctx, content, world.vendor.id, count_gaps(content))
        ctx.session.commit()
        return row

    return ask


def made(ctx, row):
    record = tasks.build(ctx, file_id=row.id, job_id=1)
    if record is not None:
        record(ctx)
    ctx.session.commit()


def entries(session, action):
    return session.scalars(select(JournalEntry).where(JournalEntry.action == action)).all()


@pytest.mark.both_databases
def test_it_is_made_once_by_a_job_and_the_journal_keeps_its_digest(dpo, asked, without_printer, session, backend):
    row = asked()
    assert session.scalar(select(Job.kind).where(Job.dedup == f"authority.build:{row.id}")) == "authority.build"
    made(dpo, row)
    made(dpo, row)
    (built,) = entries(session, "authority_file.built")
    assert built.after == {"sha256": row.sha256}
    (wanted,) = entries(session, "authority_file.asked")
    assert (wanted.actor_id, wanted.after["as_of"], wanted.after["gaps"]) == (dpo.actor.id, "2026-11-24", row.gaps)
    held = queries.get_file(dpo, row.id)
    assert held.stored_file.filename == "dossier-Hebergeur-Sud-2026-11-24.zip"
    assert b"".join(process.store().open(blob_of(held.stored_file))).startswith(b"PK")


@pytest.mark.both_databases
def test_it_is_erased_on_its_day_with_all_that_it_said(dpo, asked, without_printer, session, backend):
    row = asked()
    made(dpo, row)
    key = queries.get_file(dpo, row.id).stored_file.key
    system = Context(session, SYSTEM, dpo.now + timedelta(days=RETENTION_DAYS - 1))
    assert services.promise_erasures(system) == 0
    due = replace(system, now=system.now + timedelta(days=1))
    assert services.promise_erasures(due) == 1
    assert services.promise_erasures(due) == 0, "promised once"
    record = tasks.erase(due, file_id=row.id, job_id=1)
    record(due)
    session.commit()
    session.expire_all()
    row = session.get_one(AuthorityFile, row.id)
    assert (row.content, row.stored_file_id, row.erased_at) == ({}, None, due.now)
    assert row.sha256
    assert not process.store().exists(key)
    assert tasks.erase(due, file_id=row.id, job_id=2) is None
    assert tasks.build(due, file_id=row.id, job_id=3) is None, "what was erased is not made again"
    assert len(entries(session, "authority_file.erased")) == 1


def test_an_archive_that_another_file_rests_on_is_not_destroyed(dpo, asked, without_printer, session):
    rows = [asked(), asked()]
    for row in rows:
        made(dpo, row)
    assert services.address_to_destroy(dpo, rows[0]) == "", "the same state made the same bytes, kept once"
    services.erase(dpo, rows[0])
    session.commit()
    assert services.address_to_destroy(dpo, rows[1]) != ""


def test_a_lawyer_sees_those_that_they_asked_for_and_no_other(dpo, acting, asked):
    theirs = asked()
    lawyer = acting(Role.LEGAL)
    own = asked(lawyer)
    assert [one.id for one in queries.file_page(lawyer, 1).rows] == [own.id]
    with pytest.raises(NotFound):
        queries.get_file(lawyer, theirs.id)
    assert {one.id for one in queries.file_page(dpo, 1).rows} == {own.id, theirs.id}
    buyer = acting(Role.BUYER)
    with pytest.raises(NotFound):
        queries.get_file(buyer, own.id)
