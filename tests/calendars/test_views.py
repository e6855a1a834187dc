"""A calendar reads what its person may see today, by an address that nobody else can guess, write down or keep."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from portal.authz.policy import Permission, Role
from portal.calendars.models import CalendarAddress
from portal.core.clock import now
from portal.evidence.due_dates import evidence_dates
from portal.evidence.models import Evidence
from portal.journal.models import JournalEntry
from portal.vendors.models import Membership
from tests.conftest import NOW
from tests.factories.law import finding_of
from tests.factories.people import user_of
from tests.factories.spaces import used_proof_of
from tests.factories.world import audit_of, full_vendor, vendor_of, vendor_user

pytestmark = pytest.mark.both_databases
TODAY = NOW.date()


def given(client):
    """The address as its person copies it."""
    page = client.follow(client.post("/agenda/adresse", {}))
    return page.one("//code").text_content().partition("localhost")[2]


def events(client, path):
    answer = client.client.get(path)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/calendar")
    return {str(event["uid"]).partition("@")[0]: event for event in Calendar.from_ical(answer.data).walk("VEVENT")}


def test_a_calendar_has_what_falls_due_within_reach_of_its_person_and_nothing_else(as_, session):
    buyer = user_of(session, Role.BUYER)
    mine, other = full_vendor(session, buyer, name="Atelier"), full_vendor(session, name="Brume")
    audits = {vendor: audit_of(session, vendor, due_on=TODAY + timedelta(days=9)) for vendor in (mine, other)}
    late = audit_of(session, mine, due_on=TODAY - timedelta(days=40))
    finding = finding_of(session, audits[mine], "usage.propre", due_on=TODAY + timedelta(days=3))
    for proof in session.scalars(select(Evidence)):
        proof.good_until, proof.kind = TODAY + timedelta(days=20), "insurance"
    path = given(as_(buyer))
    found = events(as_(None), path)
    expected = {f"audit-{audits[mine].id}", f"finding-{finding.id}"}
    proofs = session.scalars(select(Evidence.id).where(Evidence.vendor_id == mine.id)).all()
    assert expected | {f"evidence-{proof}" for proof in proofs} <= found.keys()
    assert f"audit-{late.id}" not in found
    assert not any("Brume" in str(event["summary"]) for event in found.values())
    event = found[f"audit-{audits[mine].id}"]
    assert event["dtstart"].dt == TODAY + timedelta(days=9)
    assert str(event["url"]).endswith(f"/audits/{audits[mine].id}")
    everybody = events(as_(None), given(as_(Role.DPO)))
    assert f"audit-{audits[other].id}" in everybody
    page = as_(buyer).get("/agenda")
    assert page.all(f"//a[@href='/audits/{audits[mine].id}']")
    assert not page.all(f"//a[@href='/audits/{audits[other].id}']")


def test_an_event_keeps_its_identity_when_its_day_moves(as_, session):
    audit = audit_of(session, vendor_of(session), due_on=TODAY + timedelta(days=5))
    path = given(as_(Role.DPO))
    before = events(as_(None), path)[f"audit-{audit.id}"]
    audit.due_on += timedelta(days=7)
    session.commit()
    after = events(as_(None), path)[f"audit-{audit.id}"]
    assert after["uid"] == before["uid"]
    assert after["dtstart"].dt - before["dtstart"].dt == timedelta(days=7)


def test_an_address_stops_when_it_is_replaced_revoked_or_its_account_closed(as_, session):
    user = user_of(session, Role.DPO)
    client, stranger = as_(user), as_(None)
    first = given(client)
    second = given(client)
    assert stranger.client.get(first).status_code == 404
    assert stranger.client.get(second).status_code == 200
    user.disabled_at = now()
    session.commit()
    assert stranger.client.get(second).status_code == 404
    user.disabled_at = None
    session.commit()
    as_(user).post("/agenda/adresse/retrait", {})
    assert stranger.client.get(second).status_code == 404
    actions = session.scalars(select(JournalEntry.action).where(JournalEntry.action.startswith("calendar."))).all()
    assert actions.count("calendar.given") == 2
    assert actions.count("calendar.revoked") == 2


def test_the_secret_is_shown_once_and_written_nowhere(as_, session, caplog):
    client = as_(Role.LEGAL)
    secret = given(client).partition("cle=")[2]
    assert secret not in client.get("/agenda").text
    row = session.scalars(select(CalendarAddress)).one()
    assert secret != row.token_hash
    written = [str(entry.after) + str(entry.before) for entry in session.scalars(select(JournalEntry))]
    assert not any(secret in text for text in [*written, caplog.text])


@pytest.mark.parametrize("key", ["", "x", "é" * 50, "a" * 5000, "%00"])
def test_no_other_key_opens_a_calendar(as_, key):
    assert as_(None).client.get("/agenda/dates.ics", query_string={"cle": key}).status_code == 404


def test_a_vendor_has_no_page_of_ours_and_an_expert_whose_access_ended_reads_nothing(as_, session):
    vendor = full_vendor(session, name="Atelier")
    as_(vendor_user(session, vendor)).get("/agenda", status=403)
    expert = user_of(session, Role.EXPERT)
    access = Membership(user_id=expert.id, vendor_id=vendor.id, role=Role.EXPERT, until=TODAY)
    session.add(access)
    session.commit()
    path = given(as_(expert))
    assert any("Atelier" in str(event["summary"]) for event in events(as_(None), path).values())
    access.until = TODAY - timedelta(days=1)
    session.commit()
    assert events(as_(None), path) == {}


def test_a_calendar_asks_for_its_address_and_once_of_each_kind_of_date_however_many(app, as_, session, statements):
    path, counted = given(as_(Role.DPO)), []
    for _ in range(2):
        for _ in range(4):
            full_vendor(session)
        session.commit()
        statements.clear()
        events(as_(None), path)
        counted.append(len(statements))
    kinds = [kind for kind in app.extensions["vigie.dated"] if kind.permission is not Permission.SPACE_VIEW]
    assert counted == 2 * [1 + len(kinds)]


def test_many_dates_come_by_pages_each_once_and_in_order(as_, session):
    """A wave makes a hundred things fall on one day: no page loses or repeats one."""
    for number in range(130):
        audit_of(session, vendor_of(session, name=f"Atelier {number:03}"), due_on=TODAY + timedelta(days=9))
    audit_of(session, vendor_of(session, name="Plus tôt"), due_on=TODAY + timedelta(days=2))
    session.commit()
    client = as_(Role.DPO)
    pages = [client.get(f"/agenda?page={number}") for number in (1, 2, 3)]
    found = [[link.text_content() for link in page.all("//ul[@class='hits']/li/a")] for page in pages]
    shown = [title.split("\u202f")[0] for titles in found for title in titles]
    assert shown == ["Plus tôt", *(f"Atelier {number:03}" for number in range(130))]
    assert [len(one) for one in found] == [100, 31, 0]
    assert "Page 1 sur 2 · 131 échéances" in pages[0].one(".pages__where").text_content()


def test_the_first_dates_of_proofs_are_read_along_an_index_that_stops(session, acting, statements):
    """All that end in a year were put in order to tell the first three hundred: nine tenths of the page, of 10,000."""
    evidence_dates(acting(Role.DPO), TODAY, TODAY + timedelta(days=60), 2)
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("the plan of SQLite")
    (asked,) = (one for one in statements if "evidence.good_until BETWEEN" in one)
    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", ("1",) * asked.count("?")).all()
    assert "USE TEMP B-TREE FOR DISTINCT" not in [row[3] for row in plan]


def test_proofs_told_together_are_one_date_and_none_of_them_is_cut_off(session, acting, app):
    """Cut by the piece, three vendors came to one date and a half, and nothing said that there were others."""
    for n in range(3):
        vendor = vendor_of(session, name=f"Atelier {n}")
        for name in ("a", "b"):
            used_proof_of(session, vendor, f"{name}{n}.pdf", expires_on=TODAY + timedelta(days=20 + n))
    found = evidence_dates(acting(Role.DPO), TODAY, TODAY + timedelta(days=60), 2)
    assert [thing.day for thing in found] == [TODAY + timedelta(days=20), TODAY + timedelta(days=21)]
    assert len(evidence_dates(acting(Role.DPO), TODAY, TODAY + timedelta(days=60), 3)) == 3
    with app.test_request_context():
        assert ["2 preuves" in thing.words.title for thing in found] == [True, True]
