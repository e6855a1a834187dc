"""Jobs of published terms: what is handed in is read, what is sent for is fetched, or said not to be."""

import pytest
from sqlalchemy import select

from portal.core.language import Sentence
from portal.jobs import execution
from portal.jobs.models import Job, JobState
from portal.published_terms import fetching, services, tasks
from portal.published_terms.fetching import FetchedPage
from portal.published_terms.models import PublishedPage, PublishedReading, TermDrift
from portal.published_terms.rules.addresses import NotFetched
from portal.published_terms.rules.watching import PublishedState, ReadingMeans
from tests.published_terms.conftest import AFTER, BEFORE

pytestmark = pytest.mark.both_databases


def drained(app):
    return execution.drain(app.extensions["vigie.database"], "test")


def test_two_texts_handed_in_are_read_and_what_moved_is_found(app, session, page_of, given):
    page = page_of()
    given(page, BEFORE)
    session.commit()
    drained(app)
    given(session.get(PublishedPage, page.id), AFTER)
    session.commit()
    drained(app)
    session.expire_all()
    readings = session.scalars(select(PublishedReading).order_by(PublishedReading.id)).all()
    assert {row.state for row in readings} == {PublishedState.READ}
    (drift,) = session.scalars(select(TermDrift)).all()
    assert drift.previous_id == readings[0].id


def test_reading_twice_changes_nothing(app, ctx, session, page_of, given):
    reading = given(page_of(), BEFORE)
    session.commit()
    first, second = (tasks.read(ctx, reading_id=reading.id, job_id=1) for _ in range(2))
    first(ctx)
    second(ctx)
    assert tasks.read(ctx, reading_id=reading.id, job_id=1) is None


def test_what_no_reader_opens_stays_on_the_page_with_its_day(app, session, page_of, given):
    page = page_of()
    given(page, "Pas un PDF").file_name = "page.pdf"
    session.commit()
    drained(app)
    session.expire_all()
    row = session.get(PublishedPage, page.id)
    assert row.failed_at is not None
    assert row.failure["text"]
    assert session.scalars(select(Job.state)).all() == [JobState.DONE]


def test_a_page_is_fetched_kept_and_compared_and_a_failure_is_said(app, session, ctx, page_of, monkeypatch):
    page = page_of(fetched=True)
    session.commit()
    answers = [BEFORE, BEFORE, AFTER, None]

    def fetch(address):
        text = answers.pop(0)
        if text is None:
            raise NotFetched(Sentence("Le site ne répond pas."))
        return FetchedPage(text.encode(), "page.md", address)

    monkeypatch.setattr(fetching, "fetch_page", fetch)
    for turn in range(4):
        record = tasks.fetch(ctx, page_id=page.id, job_id=turn)
        record(ctx)
    rows = session.scalars(select(PublishedReading).order_by(PublishedReading.id)).all()
    assert [row.means for row in rows] == [ReadingMeans.FETCHED] * 2
    assert all(row.stored_file_id for row in rows)
    assert len(session.scalars(select(TermDrift)).all()) == 1
    assert page.failed_at == ctx.now, "the page was read three times, and the last try failed"


def test_a_page_that_is_no_longer_allowed_is_left_alone(app, ctx, session, page_of, monkeypatch):
    page = page_of(fetched=True)
    services.update_page(ctx, page, services.PageSheet("x", page.page_kind, page.address, is_fetched=False))
    monkeypatch.setattr(fetching, "fetch_page", lambda _address: pytest.fail("nothing leaves"))
    assert tasks.fetch(ctx, page_id=page.id, job_id=1) is None
    assert tasks.fetch(ctx, page_id=9999, job_id=1) is None
