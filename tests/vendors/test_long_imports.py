"""Long lists are entered by a job: its page says how far it is, it can be stopped, and what stops it is told."""

import io

import pytest
from sqlalchemy import func, select

from portal.authz.policy import Role
from portal.jobs import execution
from portal.jobs.models import Job, JobState
from portal.journal.models import JournalEntry
from portal.vendors import services
from portal.vendors.models import ImportState, Vendor, VendorImport
from tests.conftest import NOW
from tests.factories import lists
from tests.factories.vendors import entered

HOME = "/sous-traitants/import"


@pytest.fixture
def page(as_):
    return as_(Role.DPO)


@pytest.fixture
def promised(page, session, monkeypatch):
    """A list of two vendors under review, long for this test, whose import was asked for; where its page is."""
    monkeypatch.setattr(services, "AT_ONCE", 1)
    listed = lists.csv_of((("Acme", "", "FR", "Hébergement", "", "oui"), ("Beta", "", "FR", "Paie", "", "non")))
    page.post(HOME, {"file": (io.BytesIO(listed), "liste.csv")}, page=HOME, content_type="multipart/form-data")
    at = f"{HOME}/{session.scalars(select(VendorImport.id)).one()}"
    page.post(f"{at}/importer", {"status_given": "actif"}, page=at)
    return at


def row_of(session):
    session.expire_all()
    return session.scalars(select(VendorImport)).one()


def count(session):
    return session.scalar(select(func.count()).select_from(Vendor))


def work(database):
    execution.drain(database, "test", clock=lambda: NOW)


def test_a_long_list_is_entered_by_its_job_as_whoever_asked(page, session, database, promised):
    waiting = page.get(promised)
    assert "Import en cours" in waiting.words
    assert "2 sous-traitants à entrer" in waiting.words
    assert waiting.all("//*[@data-portal-poll]/@data-portal-poll") == [f"{promised}/etat"]
    told = page.client.get(f"{promised}/etat").json
    assert told == {"done": 0, "total": 2, "message": "En attente de l’exécutant", "next": None}
    assert count(session) == 0
    work(database)
    assert (count(session), row_of(session).state) == (2, ImportState.DONE)
    assert page.client.get(f"{promised}/etat").json["next"] == promised
    assert "La liste est importée" in page.get(promised).words
    done = session.scalars(select(JournalEntry).where(JournalEntry.action == "import.done")).one()
    assert done.actor_id == page.user.id
    work(database)
    assert count(session) == 2, "once"


def test_one_that_is_stopped_enters_nothing_and_is_reviewed_again(page, session, database, promised):
    found = page.follow(page.post(f"{promised}/arreter", page=promised))
    assert "vos décisions sont gardées" in found.words
    work(database)
    assert (count(session), row_of(session).state) == (0, ImportState.REVIEWING)
    page.post(f"{promised}/importer", {"status_given": "actif"}, page=promised)
    work(database)
    assert (count(session), row_of(session).state) == (2, ImportState.DONE)
    page.post(f"{promised}/arreter", page="/sous-traitants/import", status=422)


def test_what_stands_in_the_way_at_the_end_is_told_and_nothing_is_entered(page, session, database, promised, ctx):
    entered(ctx, "Acme")
    session.commit()
    work(database)
    assert row_of(session).state is ImportState.REVIEWING
    assert count(session) == 1
    assert "L’import n’a pas eu lieu" in page.get(promised).words


def test_a_job_that_failed_for_good_says_so(page, session, promised):
    session.query(Job).filter(Job.kind == "vendors.import").update({"state": JobState.DEAD})
    session.commit()
    assert "n’a pas abouti" in page.get(promised).words


def test_nothing_is_changed_under_a_job(page, promised):
    page.post(f"{promised}/abandonner", page=promised, status=422)
    page.post(f"{promised}/doubles", {"all": "merge"}, page=promised, status=422)
