from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import Role
from portal.campaigns import queries, services
from portal.campaigns.models import WaveAudit
from portal.core.language import Language
from portal.core.mail import render
from portal.identity.models import User
from portal.jobs.models import Job, Mail
from portal.journal.models import JournalEntry
from portal.vendors.models import Contact, Membership, Vendor
from tests.conftest import NOW
from tests.factories.campaigns import account_at, campaign_of, contact_named, register_of, started_wave
from tests.factories.people import user_of
from tests.factories.world import vendor_of

DUE = date(2026, 12, 24)
"""The day on which waves started at NOW are due."""


@pytest.fixture
def wave(ctx):
    """A wave of one vendor that has an account."""
    vendor = vendor_of(ctx.session, name="Hébergeur Provence")
    account_at(ctx.session, vendor, password_hash="x")
    return started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))


def on(ctx, day):
    return Context(ctx.session, ctx.actor, datetime(day.year, day.month, day.day, 8, tzinfo=UTC))


def follow(ctx, wave, day):
    """One day's follow-up, as the jobs do it."""
    then = on(ctx, day)
    services.follow_up_wave(then, wave, day)
    ids = ctx.session.scalars(select(WaveAudit.audit_id).where(WaveAudit.wave_id == wave.id)).all()
    return services.follow_up_batch(then, wave, day, ids)


def letters(ctx, wave, kind):
    return ctx.session.scalars(
        select(Mail).where(Mail.series == f"wave:{wave.id}", Mail.template == f"campaigns/emails/{kind}")
    ).all()


def audit_in(ctx, wave):
    return ctx.session.scalars(select(Audit).join(WaveAudit).where(WaveAudit.wave_id == wave.id)).one()


@pytest.mark.parametrize(("hour", "promised"), [(6, 0), (7, 1), (20, 1)])
def test_a_day_s_follow_up_is_promised_once_from_eight_in_paris(ctx, hour, promised):
    then = Context(ctx.session, ctx.actor, datetime(2026, 11, 25, hour, tzinfo=UTC))
    assert services.follow_up_due(then) == promised
    assert services.follow_up_due(then) == 0


def test_a_tick_without_anything_to_do_costs_one_statement(ctx, statements):
    services.follow_up_due(ctx)
    statements.clear()
    services.follow_up_due(ctx)
    assert len(statements) == 1


def test_only_waves_that_wait_for_someone_are_followed(ctx, wave):
    finished = started_wave(ctx, campaign_of(ctx, name="Finie", audience={"vendor_ids": [vendor_of(ctx.session).id]}))
    audit_in(ctx, finished).state = AuditState.ACCEPTED
    ctx.session.flush()
    services.follow_up(ctx, NOW.date())
    followed = ctx.session.scalars(select(Job.payload).where(Job.kind == "campaigns.follow_up_wave")).all()
    assert {payload["wave_id"] for payload in followed} == {wave.id}


def test_reminders_leave_on_their_day_and_once(ctx, wave):
    sent = {day: follow(ctx, wave, DUE + timedelta(days=day)) for day in (-8, -7, -6, -1, 0, 3, 4)}
    assert sent == {-8: 0, -7: 1, -6: 0, -1: 1, 0: 0, 3: 1, 4: 0}
    assert follow(ctx, wave, DUE + timedelta(days=4)) == 0
    assert (len(letters(ctx, wave, "reminder")), len(letters(ctx, wave, "late"))) == (2, 1)


def test_a_late_start_sends_the_last_reminder_only(ctx, wave):
    assert follow(ctx, wave, DUE - timedelta(days=1)) == 1
    assert len(letters(ctx, wave, "reminder")) == 1


@pytest.mark.parametrize("state", [AuditState.SUBMITTED, AuditState.ACCEPTED, AuditState.CANCELLED])
def test_whoever_has_answered_is_left_in_peace(ctx, wave, state):
    audit_in(ctx, wave).state = state
    ctx.session.flush()
    assert follow(ctx, wave, DUE + timedelta(days=30)) == 0
    assert letters(ctx, wave, "escalation") == []


def test_a_postponed_deadline_has_its_own_reminders(ctx, wave):
    follow(ctx, wave, DUE - timedelta(days=7))
    audit_in(ctx, wave).due_on = DUE + timedelta(days=20)
    ctx.session.flush()
    assert follow(ctx, wave, DUE) == 0
    assert follow(ctx, wave, DUE + timedelta(days=13)) == 1


def test_a_reminder_that_nobody_could_receive_is_not_counted_as_sent(ctx):
    vendor = vendor_of(ctx.session)
    wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
    assert follow(ctx, wave, DUE - timedelta(days=7)) == 0
    assert ctx.session.scalars(select(WaveAudit.reminded_on).where(WaveAudit.wave_id == wave.id)).one() == []


def test_a_reminder_is_counted_once_somebody_is_written_to(ctx, wave):
    vendor = ctx.session.get_one(Vendor, audit_in(ctx, wave).vendor_id)
    people = ctx.session.scalars(select(User).join(Membership).where(Membership.vendor_id == vendor.id)).all()
    for person in people:
        person.disabled_at = ctx.now
    ctx.session.execute(delete(Contact).where(Contact.vendor_id == vendor.id))
    ctx.session.flush()
    link = ctx.session.scalars(select(WaveAudit).where(WaveAudit.wave_id == wave.id)).one()
    assert (link.invited, follow(ctx, wave, DUE - timedelta(days=7)), link.reminded_on) == (len(people), 0, [])
    for person in people:
        person.disabled_at = None
    ctx.session.flush()
    assert follow(ctx, wave, DUE - timedelta(days=6)) == len(people)
    assert len(link.reminded_on) == 1


def test_an_escalation_says_no_reminder_that_was_not_sent(ctx, wave):
    lost = vendor_of(ctx.session, name="Injoignable")
    late = started_wave(ctx, campaign_of(ctx, name="Autre", audience={"vendor_ids": [lost.id]}))
    for one, days in ((wave, -7), (wave, 7), (late, -7), (late, 7)):
        follow(ctx, one, DUE + timedelta(days=days))
    told = []
    for one in (wave, late):
        (letter,) = letters(ctx, one, "escalation")
        values = {**letter.payload["values"], "link": "https://vigie.test/x", "portal": "https://vigie.test"}
        told.append(" ".join(render(letter.template, Language.FR, values).body.split()))
    assert ", un rappel" in told[0]
    assert "Injoignable, attendu le" in told[1]
    assert "jamais joint faute de contact" in told[1]
    assert "rappel" not in told[1].split("Injoignable")[1].split("Le tableau")[0]


def test_a_contact_added_since_is_invited_the_next_morning_and_reminded_from_then_on(ctx):
    vendor = vendor_of(ctx.session)
    wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
    contact_named(ctx.session, vendor, "enfin@un.test")
    assert follow(ctx, wave, DUE - timedelta(days=6)) == 1
    assert len(letters(ctx, wave, "invitation")) == 1
    assert follow(ctx, wave, DUE - timedelta(days=5)) == 0, "not reminded of J-7, which was before the invitation"
    assert follow(ctx, wave, DUE - timedelta(days=1)) == 1


def test_silence_is_escalated_once_in_one_letter_that_names_the_vendors(ctx):
    vendors = [vendor_of(ctx.session, name=f"Retardataire {n}") for n in range(3)]
    wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [v.id for v in vendors]}))
    follow(ctx, wave, DUE + timedelta(days=6))
    assert letters(ctx, wave, "escalation") == []
    for day in (7, 8, 9):
        follow(ctx, wave, DUE + timedelta(days=day))
    (letter,) = letters(ctx, wave, "escalation")
    assert letter.recipient == "direction@exemple.test"
    assert letter.payload["link"] == f"campaigns.wave?wave_id={wave.id}&etat=en-retard"
    values = letter.payload["values"]
    assert [one["vendor"] for one in values["late"]] == [f"Retardataire {n}" for n in range(3)]
    assert (values["count"], values["more"]) == (3, 0)


def test_an_escalation_comes_from_whoever_planned_the_campaign_and_is_answered_to_them(ctx):
    vendor = vendor_of(ctx.session)
    wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
    planner = user_of(ctx.session, Role.DPO, name="Inès Morel", phone="01 44 00 00 00")
    wave.campaign.created_by_id = planner.id
    follow(ctx, wave, DUE + timedelta(days=7))
    (letter,) = letters(ctx, wave, "escalation")
    assert letter.payload["values"]["contact"]["email"] == planner.email
    values = {**letter.payload["values"], "link": "https://vigie.test/x", "portal": "https://vigie.test"}
    body = render(letter.template, Language.FR, values).body
    assert [
        word for word in ("Inès Morel", "01 44 00 00 00", "Ce message est-il bien de nous") if word not in body
    ] == []


def test_an_escalation_names_forty_and_counts_the_rest(ctx):
    register_of(ctx.session, 45)
    wave = started_wave(ctx, campaign_of(ctx, audience={"statuses": ["actif"]}))
    services.follow_up_wave(on(ctx, DUE + timedelta(days=7)), wave, DUE + timedelta(days=7))
    (letter,) = letters(ctx, wave, "escalation")
    values = letter.payload["values"]
    assert (len(values["late"]), values["more"]) == (40, values["count"] - 40)
    assert values["count"] >= 45


def test_an_escalation_contact_who_has_an_account_reads_it_in_their_language(ctx):
    boss = user_of(ctx.session, Role.MANAGEMENT, language=Language.EN)
    vendor = vendor_of(ctx.session)
    wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}, escalation_email=boss.email))
    follow(ctx, wave, DUE + timedelta(days=7))
    assert [letter.language for letter in letters(ctx, wave, "escalation")] == [Language.EN]


def test_without_an_escalation_contact_nobody_is_told(ctx):
    vendor = vendor_of(ctx.session)
    wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}, escalation_email=""))
    follow(ctx, wave, DUE + timedelta(days=30))
    assert letters(ctx, wave, "escalation") == []


def test_a_hundred_reminders_cost_the_statements_of_one(ctx, statements):
    wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": register_of(ctx.session, 101)}))
    ids = ctx.session.scalars(select(WaveAudit.audit_id).where(WaveAudit.wave_id == wave.id)).all()
    ctx.session.commit()
    counts = []
    for batch in (ids[:1], ids[1:]):
        ctx.session.expire_all()
        wave = queries.get_wave(ctx, wave.id)
        statements.clear()
        assert services.follow_up_batch(on(ctx, DUE), wave, DUE, batch) == len(batch)
        ctx.session.commit()
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 1


def test_the_journal_says_which_audits_were_reminded_and_escalated(ctx, wave):
    for day in (-7, 7):
        follow(ctx, wave, DUE + timedelta(days=day))
    ctx.session.commit()
    audit_id = audit_in(ctx, wave).id
    rows = ctx.session.execute(
        select(JournalEntry.action, JournalEntry.after)
        .where(JournalEntry.action.in_(["wave.reminded", "wave.escalated"]))
        .order_by(JournalEntry.id)
    ).all()
    assert [(row.action, row.after["audits"]) for row in rows] == [
        ("wave.reminded", [audit_id]), ("wave.escalated", [audit_id]), ("wave.reminded", [audit_id]),
    ]  # fmt: skip
