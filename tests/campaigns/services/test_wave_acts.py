"""What a person does about audits of a wave: each line is told apart, and a second click does nothing more."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.policy import Role
from portal.campaigns import services
from portal.campaigns.models import WaveAudit
from portal.campaigns.rules import ActOutcome
from portal.core.clock import now
from portal.core.errors import Forbidden, Refused
from portal.jobs.models import Mail, MailState
from portal.journal.models import JournalEntry
from tests.factories.campaigns import campaign_of, reachable_vendor, register_of, started_wave
from tests.factories.world import vendor_of, vendor_user

pytestmark = pytest.mark.both_databases


@pytest.fixture
def wave(ctx):
    """A wave of three vendors with a contact and one without, opened nine days ago."""
    vendors = [reachable_vendor(ctx.session, name=f"Vendeur {n}") for n in range(3)]
    silent = vendor_of(ctx.session, name="Silencieux")
    made = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [*(v.id for v in vendors), silent.id]}))
    for mail in ctx.session.scalars(select(Mail)):
        mail.queued_at -= timedelta(days=9)
    ctx.session.flush()
    return made


def audits_of(ctx, wave):
    found = select(Audit).join(WaveAudit).where(WaveAudit.wave_id == wave.id).order_by(Audit.vendor_id)
    return ctx.session.scalars(found).all()


def ids_of(ctx, wave):
    return [audit.id for audit in audits_of(ctx, wave)]


def outcomes(lines):
    return Counter(line.outcome for line in lines)


def letters(ctx, wave, template=""):
    where = [Mail.series == f"wave:{wave.id}", Mail.template.endswith(template)]
    return ctx.session.scalar(select(func.count()).select_from(Mail).where(*where))


def test_reminding_tells_each_line_apart_and_writes_to_those_still_expected(ctx, wave):
    audits = audits_of(ctx, wave)
    audits[0].state, audits[1].due_on = AuditState.SUBMITTED, ctx.today - timedelta(days=1)
    ctx.session.flush()
    lines = services.remind(ctx, wave, ids_of(ctx, wave))
    assert outcomes(lines) == {ActOutcome.DONE: 2, ActOutcome.RETURNED: 1, ActOutcome.NOBODY: 1}
    assert (letters(ctx, wave, "/late"), letters(ctx, wave, "/reminder")) == (1, 1)


@pytest.mark.parametrize("act", ["remind", "resend", "extend", "cancel"])
def test_every_act_writes_to_the_person_in_charge_and_not_to_all_who_may_answer(ctx, act):
    vendor = vendor_of(ctx.session)
    officer, _colleague = vendor_user(ctx.session, vendor), vendor_user(ctx.session, vendor, Role.VENDOR_RESPONDENT)
    wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
    ctx.session.execute(delete(Mail))
    more = {"extend": [ctx.today + timedelta(days=90)], "cancel": ["Contrat fini."]}.get(act, [])
    getattr(services, act)(ctx, wave, ids_of(ctx, wave), *more)
    assert ctx.session.scalars(select(Mail.recipient)).all() == [officer.email]


def test_reminding_twice_the_same_day_sends_once(ctx, wave):
    services.remind(ctx, wave, ids_of(ctx, wave))
    count = letters(ctx, wave)
    again = services.remind(ctx, wave, ids_of(ctx, wave))
    assert outcomes(again) == {ActOutcome.WRITTEN_TODAY: 3, ActOutcome.NOBODY: 1}
    services.resend(ctx, wave, ids_of(ctx, wave))
    assert letters(ctx, wave) == count, "nor is another kind of letter sent the same day"


def test_a_letter_that_no_server_wanted_is_no_letter_and_the_next_one_truly_goes(ctx, wave):
    services.resend(ctx, wave, ids_of(ctx, wave))
    for mail in ctx.session.scalars(select(Mail)):
        mail.state = MailState.REFUSED
    ctx.session.flush()
    count = letters(ctx, wave)
    assert outcomes(services.resend(ctx, wave, ids_of(ctx, wave)))[ActOutcome.DONE] == 3
    assert letters(ctx, wave) == count + 3
    assert outcomes(services.resend(ctx, wave, ids_of(ctx, wave)))[ActOutcome.WRITTEN_TODAY] == 3


def test_whom_the_wave_itself_wrote_to_today_is_not_reminded_by_hand(ctx, wave):
    for mail in ctx.session.scalars(select(Mail)):
        mail.queued_at = now()
    ctx.session.flush()
    assert outcomes(services.remind(ctx, wave, ids_of(ctx, wave)))[ActOutcome.WRITTEN_TODAY] == 3


def test_a_reminder_by_hand_takes_the_place_of_the_day_s_own(ctx, wave):
    for audit in audits_of(ctx, wave):
        audit.due_on, audit.opened_at = ctx.today + timedelta(days=7), ctx.now - timedelta(days=9)
    ctx.session.flush()
    services.remind(ctx, wave, ids_of(ctx, wave))
    count = letters(ctx, wave)
    services.follow_up_batch(ctx, wave, ctx.today, ids_of(ctx, wave))
    assert letters(ctx, wave) == count


def test_sending_again_uses_a_fresh_link_and_reaches_whoever_can_be_reached_since(ctx, wave):
    from_before = letters(ctx, wave)
    lines = services.resend(ctx, wave, ids_of(ctx, wave))
    assert outcomes(lines) == {ActOutcome.DONE: 3, ActOutcome.NOBODY: 1}
    assert letters(ctx, wave, "/invitation") == from_before + 3
    newest = ctx.session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert newest.payload["token"], "whoever never signed in is given a link that opens the account"


def test_more_time_never_ends_on_a_weekend_or_a_holiday_and_tells_the_vendors(ctx, wave):
    lines, until = services.extend(ctx, wave, ids_of(ctx, wave), date(2026, 12, 25))
    assert until == date(2026, 12, 28), "Christmas is a Friday: the next working day is Monday"
    assert outcomes(lines)[ActOutcome.DONE] == 4
    assert {audit.due_on for audit in audits_of(ctx, wave)} == {until}
    assert letters(ctx, wave, "/extended") == 3


def test_more_time_moves_reminders_and_escalation_and_sends_none_for_days_gone_by(ctx, wave):
    for audit in audits_of(ctx, wave):
        audit.due_on, audit.opened_at = ctx.today - timedelta(days=8), ctx.now - timedelta(days=40)
    ctx.session.flush()
    _lines, until = services.extend(ctx, wave, ids_of(ctx, wave), ctx.today + timedelta(days=6))
    count = letters(ctx, wave)
    services.follow_up_wave(ctx, wave, ctx.today)
    services.follow_up_batch(ctx, wave, ctx.today, ids_of(ctx, wave))
    assert letters(ctx, wave) == count, "J-7 is over, and nobody is late any more"
    services.follow_up_batch(ctx, wave, until - timedelta(days=1), ids_of(ctx, wave))
    assert letters(ctx, wave, "/reminder") == 3, "the day before the new day is theirs"


def test_more_time_is_never_less_and_twice_is_once(ctx, wave):
    day = ctx.today + timedelta(days=60)
    services.extend(ctx, wave, ids_of(ctx, wave), day)
    count = letters(ctx, wave)
    for wanted in (day, ctx.today + timedelta(days=3)):
        lines, _ = services.extend(ctx, wave, ids_of(ctx, wave), wanted)
        assert outcomes(lines) == {ActOutcome.LATER_ALREADY: 4}
    assert letters(ctx, wave) == count


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_day_that_is_not_within_the_coming_year_is_refused(ctx, wave, days):
    with pytest.raises(Refused):
        services.extend(ctx, wave, ids_of(ctx, wave), ctx.today + timedelta(days=days))


def test_cancelling_withdraws_what_is_awaited_and_nothing_else(ctx, wave):
    audits_of(ctx, wave)[0].state = AuditState.SUBMITTED
    ctx.session.flush()
    lines = services.cancel(ctx, wave, ids_of(ctx, wave), "Vague lancée par erreur")
    assert outcomes(lines) == {ActOutcome.DONE: 3, ActOutcome.RETURNED: 1}
    assert Counter(audit.state for audit in audits_of(ctx, wave)) == {AuditState.CANCELLED: 3, AuditState.SUBMITTED: 1}
    again = services.cancel(ctx, wave, ids_of(ctx, wave), "Encore")
    assert outcomes(again) == {ActOutcome.CANCELLED: 3, ActOutcome.RETURNED: 1}
    with pytest.raises(Refused):
        services.cancel(ctx, wave, ids_of(ctx, wave), "")


def test_each_act_is_written_down_with_its_audits_and_one_that_did_nothing_is_not(ctx, wave):
    ids = ids_of(ctx, wave)
    services.remind(ctx, wave, ids)
    services.remind(ctx, wave, ids)
    services.extend(ctx, wave, ids, ctx.today + timedelta(days=60))
    services.cancel(ctx, wave, ids, "Doublon")
    ctx.session.commit()
    said = ctx.session.scalars(select(JournalEntry).where(JournalEntry.action.startswith("wave."))).all()
    assert Counter(entry.action for entry in said if entry.action in {
        "wave.reminded", "wave.extended", "wave.audits_cancelled"
    }) == {"wave.reminded": 1, "wave.extended": 1, "wave.audits_cancelled": 1}  # fmt: skip
    assert set(next(e for e in said if e.action == "wave.extended").after["audits"]) == set(ids)


def test_an_audit_of_another_wave_is_left_alone(ctx, wave):
    other = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [reachable_vendor(ctx.session).id]}))
    assert services.remind(ctx, wave, ids_of(ctx, other)) == []


def test_whoever_only_reads_campaigns_does_nothing(ctx, acting, wave):
    reader, ids = acting(Role.MANAGEMENT), ids_of(ctx, wave)
    for deed in (
        lambda: services.remind(reader, wave, ids),
        lambda: services.resend(reader, wave, ids),
        lambda: services.extend(reader, wave, ids, ctx.today + timedelta(days=60)),
        lambda: services.cancel(reader, wave, ids, "Non"),
    ):
        with pytest.raises(Forbidden):
            deed()


def test_reminding_forty_costs_the_statements_of_reminding_two(ctx, statements):
    ids = register_of(ctx.session, 42)
    counts = []
    for some in (ids[:2], ids[2:]):
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": some}))
        for mail in ctx.session.scalars(select(Mail).where(Mail.series == f"wave:{wave.id}")):
            mail.queued_at -= timedelta(days=9)
        ctx.session.flush()
        audits = ids_of(ctx, wave)
        statements.clear()
        assert outcomes(services.remind(ctx, wave, audits)) == {ActOutcome.DONE: len(some)}
        ctx.session.flush()
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_an_audit_given_more_time_is_not_reminded_for_a_day_already_over(ctx, wave):
    audit = audits_of(ctx, wave)[0]
    link = ctx.session.get_one(WaveAudit, audit.id)
    audit.due_on = ctx.today + timedelta(days=3)
    ctx.session.flush()
    for _ in range(2):
        services.skip_past_reminders(ctx, audit.id)
        assert link.reminded_on == []
        assert link.passed_over == [(audit.due_on - timedelta(days=7)).isoformat()]
    services.skip_past_reminders(ctx, 0)
