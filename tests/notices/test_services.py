"""One digest a person and a day: what it holds, who has it, and what is never told twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import process, workdays
from portal.core.landing import Landing
from portal.core.language import Language
from portal.jobs import mail as mails
from portal.jobs.models import Job, Mail
from portal.journal.models import JournalEntry
from portal.notices import services
from portal.notices.models import Notice
from portal.notices.services import News
from portal.vendors.models import Contact, ContactRole, Membership
from tests.conftest import NOW
from tests.factories.people import user_of
from tests.factories.world import contact_of, vendor_of, vendor_user

pytestmark = pytest.mark.both_databases

DUE = date(2026, 12, 9)


@pytest.fixture(autouse=True)
def _prepared(app, portal_settings):
    process.prepare(portal_settings)


def at(session, day=24, month=11, hour=9):
    return Context(session, SYSTEM, datetime(2026, month, day, hour, tzinfo=UTC))


def news(number=1, what="opened", title="Accès trop large", due_on=DUE, key=""):
    values = {"what": what, "title": title, "due_on": due_on.isoformat(), "severity": "major"}
    return News(
        "findings/emails/notice", f"finding:{number}:{what}{key}", f"finding:{number}", values,
        expects_action=what != "settled", due_on=due_on,
    )  # fmt: skip


def digests(session):
    return session.scalars(select(Mail).order_by(Mail.id)).all()


def letter(row):
    return mails.letter_of(process.settings(), row)


def everyone(session):
    return list(session.scalars(select(Notice.user_id).distinct()))


@pytest.fixture
def vendor(session):
    return vendor_of(session)


@pytest.fixture
def person(session, vendor):
    return vendor_user(session, vendor)


def test_twenty_three_findings_are_one_message_the_soonest_due_first(session, vendor, person):
    for number in range(23):
        due_on = DUE + timedelta(days=23 - number)
        services.note_for_vendor(at(session), vendor.id, news(number, title=f"Écart {number}", due_on=due_on))
    assert services.write_digests(at(session, 25), everyone(session)) == 1
    (row,) = digests(session)
    told = letter(row)
    assert (row.recipient, told.subject) == (
        person.email, "Écart 22 : à corriger d’ici au jeudi 10 décembre 2026 (et 22 autres points)",
    )  # fmt: skip
    assert [told.body.index(f"Écart {n}\u202f") for n in (22, 1, 0)] == sorted(
        told.body.index(f"Écart {n}\u202f") for n in (22, 1, 0)
    )
    assert row.payload["link"].startswith("vendor_space.findings"), "where the findings are, not the home"


def test_each_line_leads_to_the_page_where_something_is_done_about_it(session, vendor):
    owner = user_of(session, Role.BUYER)
    told = News("findings/emails/notice", "one", "one", dict(news().values),
                landing=Landing("contracts.deadline", contract_id=12))  # fmt: skip
    services.note_for_staff(at(session), vendor.id, told, [owner])
    services.note_for_staff(at(session), vendor.id, news(2), [owner])
    services.write_digests(at(session, 25), [owner.id])
    (row,) = digests(session)
    base = process.settings().base_url
    assert letter(row).body.count(f"{base}/contrats/12/echeance\n") == 1
    for item in (row.payload["values"]["to_do"], row.payload["values"]["to_know"]):
        for one in item:
            one.pop("page")
    assert f"{base}/contrats/12" not in letter(row).body, "a digest promised before lines had addresses is read too"


def test_the_journal_names_who_was_told_and_never_by_number(session, vendor, person):
    """« Personnes prévenues : 6 » was the number of an account, read as a count."""
    services.note_for_vendor(at(session), vendor.id, news())
    services.write_digests(at(session, 25), [person.id])
    session.commit()
    entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "vendor.told")).one()
    assert entry.after["people"] == [person.name]


def test_what_was_told_is_not_told_again_and_nothing_to_say_is_no_message(session, vendor, person):
    services.note_for_vendor(at(session), vendor.id, news())
    assert services.note_for_vendor(at(session), vendor.id, news()) == 0
    assert services.write_digests(at(session, 25), [person.id]) == 1
    for day in (25, 26):
        assert services.write_digests(at(session, day), [person.id]) == 0
    assert services.note_for_vendor(at(session, 27), vendor.id, news()) == 0
    assert len(digests(session)) == 1


def test_a_second_message_the_same_day_waits_for_the_next(session, vendor, person):
    services.note_for_vendor(at(session), vendor.id, news(1))
    services.write_digests(at(session, 25), [person.id])
    services.note_for_vendor(at(session, 25), vendor.id, news(2))
    assert services.write_digests(at(session, 25, hour=15), [person.id]) == 0
    assert services.write_digests(at(session, 26), [person.id]) == 1


def test_of_several_things_about_one_finding_the_latest_is_told(session, vendor, person):
    for what in ("opened", "amended", "settled"):
        services.note_for_vendor(at(session), vendor.id, news(what=what))
    services.write_digests(at(session, 25), [person.id])
    (row,) = digests(session)
    assert letter(row).subject == "Accès trop large : clos"
    assert "corriger" not in letter(row).body


@pytest.mark.parametrize(
    ("when", "promised"),
    [
        (datetime(2026, 11, 24, 6, 59, tzinfo=UTC), 0),  # 7.59 in Paris
        (datetime(2026, 11, 24, 7, 0, tzinfo=UTC), 1),
        (datetime(2026, 11, 28, 9, tzinfo=UTC), 0),  # Saturday
        (datetime(2026, 11, 29, 9, tzinfo=UTC), 0),  # Sunday
        (datetime(2026, 12, 25, 9, tzinfo=UTC), 0),  # Christmas, a Friday
        (datetime(2027, 5, 6, 9, tzinfo=UTC), 0),  # Ascension Day, a Thursday
    ],
)
def test_digests_leave_in_the_morning_of_working_days_only_and_once(session, when, promised):
    assert services.morning_due(Context(session, SYSTEM, when)) == promised
    assert services.morning_due(Context(session, SYSTEM, when)) == 0


def test_only_the_people_in_charge_are_written_to(session, vendor, person):
    seller = vendor_user(session, vendor)
    session.scalars(select(Contact).where(Contact.user_id == seller.id)).one().role = ContactRole.COMMERCIAL
    respondent = vendor_user(session, vendor, Role.VENDOR_RESPONDENT)
    session.flush()
    services.note_for_vendor(at(session), vendor.id, news(1))
    assert everyone(session) == [person.id]
    services.note_for_vendor(at(session), vendor.id, news(2), took_part=[respondent.id])
    assert set(everyone(session)) == {person.id, respondent.id}


def test_somebody_is_always_told(session):
    alone = vendor_of(session, name="Un seul répondant")
    respondent = vendor_user(session, alone, Role.VENDOR_RESPONDENT)
    services.note_for_vendor(at(session), alone.id, news())
    assert everyone(session) == [respondent.id]
    reachable = vendor_of(session, name="Un contact sans compte")
    contact_of(session, reachable)
    assert services.note_for_vendor(at(session), reachable.id, news()) == 1, "an account is opened for the contact"
    officer = user_of(session, Role.DPO)
    nobody = vendor_of(session, name="Personne")
    assert services.note_for_vendor(at(session), nobody.id, news()) == 1
    services.write_digests(at(session, 25), [officer.id])
    (row,) = digests(session)
    assert "Personne à prévenir chez Personne" in letter(row).subject


def test_a_newcomer_receives_a_link_that_opens_the_account(session):
    vendor = vendor_of(session)
    contact_of(session, vendor)
    services.note_for_vendor(at(session), vendor.id, news())
    services.write_digests(at(session, 25), everyone(session))
    (row,) = digests(session)
    assert row.payload["token"]
    assert "ouvre votre compte" in letter(row).body


def test_two_vendors_of_one_person_are_two_messages_and_closed_accounts_have_none(session, vendor, person):
    services.note_for_vendor(at(session), vendor.id, news())
    person.disabled_at = NOW
    session.flush()
    assert services.write_digests(at(session, 25), [person.id]) == 0


def test_what_waited_for_a_closed_account_is_not_told_when_it_opens_again(session, vendor, person):
    services.note_for_vendor(at(session), vendor.id, news())
    person.disabled_at = NOW
    session.flush()
    assert services.begin_morning(at(session, 25), at(session, 25).today) == 0
    person.disabled_at = None
    session.flush()
    assert services.write_digests(at(session, 26), [person.id]) == 0


def test_what_waited_for_somebody_who_left_a_vendor_is_not_told_when_they_come_back(session, vendor, person):
    """They answer for another vendor too: the account stays open, and what is said of that one is told."""
    other = vendor_of(session)
    session.add(Membership(user_id=person.id, vendor_id=other.id, role=person.role))
    session.flush()
    for one in (vendor, other):
        services.note_for_vendor(at(session), one.id, news(one.id))
    held = session.query(Membership).filter_by(user_id=person.id, vendor_id=vendor.id).one()
    session.delete(held)
    session.flush()
    services.begin_morning(at(session, 25), at(session, 25).today)
    assert session.scalars(select(Notice.vendor_id).where(Notice.user_id == person.id)).all() == [other.id]


def test_our_people_have_one_digest_whatever_the_number_of_vendors(session):
    reviewer = user_of(session, Role.DPO, language=Language.EN)
    for number in range(4):
        vendor = vendor_of(session, name=f"Vendor {number}")
        told = News(
            "audits/emails/notice_submitted", f"audit:{number}:submitted:1", f"audit:{number}",
            {"vendor": vendor.name, "titles": {"fr": "Socle", "en": "Baseline"}, "round": 1},
        )  # fmt: skip
        services.note_for_staff(at(session), vendor.id, told, [reviewer])
    assert services.write_digests(at(session, 25), [reviewer.id]) == 1
    assert letter(digests(session)[0]).subject == "Vendor 0 has sent its answers: Baseline (and 3 other points)"


def test_a_letter_that_says_it_all_leaves_nothing_for_the_digest(session, vendor, person):
    services.note_for_vendor(at(session), vendor.id, news(1))
    services.note_for_vendor(at(session), vendor.id, news(2))
    services.tell_otherwise(at(session), ["finding:1"])
    assert [one.about for one in session.scalars(select(Notice))] == ["finding:2"]


def test_statements_do_not_grow_with_vendors(session, app, statements):
    few, many = (_statements_for(session, statements, count) for count in (2, 9))
    assert many == few


def _statements_for(session, statements, count):
    found, people = [], []
    for number in range(count):
        vendor = vendor_of(session, name=f"V{count}-{number}")
        people.append(vendor_user(session, vendor).id)
        found.append((vendor.id, news(count * 100 + number)))
    session.commit()
    statements.clear()
    services.note_for_vendors(at(session), found)
    services.write_digests(at(session, 25), people)
    session.flush()
    return len(statements)


def test_a_morning_looks_for_what_is_due_and_promises_the_digests_by_batches(session, vendor, person):
    services.note_for_vendor(at(session), vendor.id, news())
    assert services.begin_morning(at(session, 25), date(2026, 11, 25)) == 1
    assert services.begin_morning(at(session, 25), date(2026, 11, 25)) == 1
    (job,) = session.scalars(select(Job).where(Job.kind == "notices.digests"))
    assert job.payload == {"user_ids": [person.id]}


def test_a_day_that_is_not_worked_becomes_the_next_one_that_is():
    assert workdays.next_working(date(2026, 12, 25)) == date(2026, 12, 28)
    assert workdays.next_working(date(2026, 12, 24)) == date(2026, 12, 24)
