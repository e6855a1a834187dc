"""A proof about to expire reaches its vendor, and our people once it has."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.language import Language
from portal.core.mail import render
from portal.evidence import services
from portal.evidence.mails import note_expiring_proofs, note_new_version
from portal.evidence.models import Evidence
from portal.evidence.rules import EvidenceVerdict
from portal.notices.models import Notice
from portal.vendors.models import Vendor
from tests.factories.people import user_of
from tests.factories.spaces import used_proof_of
from tests.factories.world import vendor_of, vendor_user

LAST = date(2027, 3, 31)


@pytest.fixture
def proof(session, app):
    vendor = vendor_of(session)
    vendor_user(session, vendor)
    return used_proof_of(session, vendor, expires_on=LAST)


def search(session, day):
    at = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
    return note_expiring_proofs(Context(session, SYSTEM, at), day)


def test_it_is_said_two_months_a_month_and_a_week_before_its_last_day_and_the_day_after_to_our_people_too(
    session, proof
):
    reviewer = user_of(session, Role.DPO)
    for number in (-61, -60, -59, -30, -29, -7, 0, 1, 2, 19):
        search(session, LAST + timedelta(days=number))
    rows = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [row.key.rpartition(":")[2] for row in rows] == ["-60", "-30", "-7", "1", "1"]
    assert [row.user_id == reviewer.id for row in rows] == [False] * 4 + [True]


def test_a_proof_that_was_put_aside_or_serves_no_more_is_not_spoken_of(session, proof):
    proof.verdict = EvidenceVerdict.REJECTED
    session.flush()
    assert search(session, LAST) == 0
    proof.verdict, proof.in_use = EvidenceVerdict.VERIFIED, False
    session.flush()
    assert search(session, LAST) == 0


def told(session, user):
    rows = session.scalars(select(Notice).where(Notice.user_id == user.id).order_by(Notice.id))
    return [(row.template.rpartition("/")[2], row.key.rpartition(":")[2]) for row in rows]


def every_step(session):
    for number in (-60, -30, -7, 1):
        search(session, LAST + timedelta(days=number))


def test_a_second_contact_is_told_from_a_month_before_and_our_owner_from_a_week(session, proof):
    owner = user_of(session, Role.BUYER)
    vendor = session.get_one(Vendor, proof.vendor_id)
    vendor.owner_id = owner.id
    second = vendor_user(session, vendor, Role.VENDOR_RESPONDENT)
    every_step(session)
    assert told(session, second) == [("expiring", "-30"), ("expiring", "-7"), ("expiring", "1")]
    assert told(session, owner) == [("owner", "-7"), ("expired", "1")]


def test_where_a_vendor_has_one_account_alone_our_owner_takes_the_second_s_place(session, proof):
    owner = user_of(session, Role.BUYER)
    session.get_one(Vendor, proof.vendor_id).owner_id = owner.id
    every_step(session)
    assert told(session, owner) == [("owner", "-30"), ("owner", "-7"), ("expired", "1")]


def test_nobody_of_ours_reads_that_a_vendor_was_told_when_nobody_there_could_be(session, app):
    owner, vendor = user_of(session, Role.BUYER), vendor_of(session)
    vendor.owner_id = owner.id
    used_proof_of(session, vendor, expires_on=LAST)
    session.flush()
    every_step(session)
    rows = session.scalars(
        select(Notice).where(Notice.user_id == owner.id, Notice.template.like("evidence/%")).order_by(Notice.id)
    ).all()
    assert [row.template.rpartition("/")[2] for row in rows] == ["owner", "owner", "expired"]
    for row in rows:
        assert "Personne n’a pu en être prévenu" in render(row.template, Language.FR, row.values).body
        assert "Nobody at this processor could be told" in render(row.template, Language.EN, row.values).body


@pytest.mark.parametrize("template", ["owner", "expired"])
def test_what_was_noted_before_it_said_whether_the_vendor_was_reached_says_that_it_was(app, template):
    values = {"file": "iso.pdf", "vendor": "Nuage Clair", "until": "2027-03-31", "over": True}
    body = render(f"evidence/emails/{template}", Language.FR, values).body
    assert "prévenu" in body
    assert "Personne" not in body


@pytest.mark.both_databases
def test_no_digest_asks_to_check_a_new_version_that_was_judged(session, proof, acting):
    ours = acting(Role.DPO)
    session.scalars(
        select(Evidence)
        .options(joinedload(Evidence.vendor), joinedload(Evidence.stored_file))
        .execution_options(populate_existing=True)
    ).all()
    assert note_new_version(ours, proof, 2) == 1
    assert services.judge(ours, proof, EvidenceVerdict.REJECTED, "Le périmètre n'est pas le bon.")
    assert session.scalars(select(Notice)).all() == []


@pytest.mark.parametrize(
    ("language", "words"),
    [(Language.FR, "cette preuve valait jusqu’au mercredi 31 mars 2027"), (Language.EN, "this proof was good until")],
)
def test_a_vendor_is_told_the_last_good_day_as_such(language, words):
    """« Ne vaut plus depuis le » named the last day on which it still was good."""
    values = {"file": "iso.pdf", "until": "2027-03-31", "over": True}
    assert words in render("evidence/emails/expiring", language, values).subject
