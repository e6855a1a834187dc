"""A wave is followed up once a day: late invitations, reminders, escalation."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, update

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.campaigns import queries, rules, wave_letters
from portal.campaigns.models import Wave, WaveAudit
from portal.campaigns.services.waves import batches, invite_late
from portal.campaigns.wave_letters import LetterDraft, SilentVendor
from portal.core import workdays
from portal.core.clock import legal_date
from portal.jobs.ledger import JobOrder, enqueue, enqueue_many
from portal.journal import services as journal
from portal.vendors.models import Vendor


def follow_up_due(ctx: Context) -> int:
    """On working days, from 8 a.m. in Paris, promise that day's follow-up of all waves: nobody hears on a Sunday."""
    if not queries.is_morning(ctx.now) or not workdays.is_working(ctx.today):
        return 0
    made = enqueue(ctx, "campaigns.follow_up", {"day": ctx.today.isoformat()}, dedup=f"follow:{ctx.today}")
    return 0 if made is None else 1


def follow_up(ctx: Context, day: date) -> int:
    """Promise the follow-up of each wave that still waits for someone; returns how many."""
    waiting = ctx.session.scalars(queries.waves_waiting()).all()
    orders = [
        JobOrder("campaigns.follow_up_wave", {"wave_id": wave_id, "day": day.isoformat()}, f"follow:{day}:{wave_id}")
        for wave_id in waiting
    ]
    return len(enqueue_many(ctx, orders))


def follow_up_wave(ctx: Context, wave: Wave, day: date) -> int:
    """Escalate a wave's silent vendors in one letter, and promise the reminders of the others by batches."""
    _escalate(ctx, wave, day)
    ids = ctx.session.scalars(queries.audits_waiting(wave.id)).all()
    orders = [
        JobOrder(
            "campaigns.follow_up_batch",
            {"wave_id": wave.id, "day": day.isoformat(), "audit_ids": list(batch)},
            f"follow:{day}:{wave.id}:{start}",
        )
        for start, batch in batches(ids)
    ]
    return len(enqueue_many(ctx, orders))


def follow_up_batch(ctx: Context, wave: Wave, day: date, audit_ids: Sequence[int]) -> int:
    """Send the reminders due on a day, and invite whoever can be reached since; twice sends nothing more."""
    rows = [
        (link, audit)
        for link, audit in ctx.session.execute(
            select(WaveAudit, Audit)
            .join(Audit, Audit.id == WaveAudit.audit_id)
            .where(WaveAudit.audit_id.in_(audit_ids), Audit.state.in_(queries.WITH_VENDOR))
            .order_by(WaveAudit.audit_id)
        )
    ]
    late = invite_late(ctx, wave, [(link, audit) for link, audit in rows if not link.invited])
    due = [
        (link, audit, reminder)
        for link, audit in rows
        if link.invited and (reminder := _reminder(wave, link, audit, day)) is not None
    ]
    people = wave_letters.people_for(ctx, [audit for _, audit, _ in due])
    # Where everybody has left since, nobody is reminded: the day waits for somebody to write to.
    due = [one for one in due if people.get(one[1].vendor_id)]
    drafts: list[LetterDraft] = []
    for link, audit, reminder in due:
        template = "late" if audit.due_on < day else "reminder"
        drafts += [
            LetterDraft(template, person, audit.id, audit.due_on, audit.state, f":{reminder.on}")
            for person in people[audit.vendor_id]
        ]
        link.reminded_on = [*link.reminded_on, reminder.on.isoformat()]
    sent = wave_letters.send(ctx, wave, drafts)
    if due:
        after = {"wave": wave.id, "day": day, "audits": [audit.id for _, audit, _ in due], "letters": sent}
        journal.record(ctx, "wave.reminded", wave.campaign, after=after)
    return sent + late


def _reminder(wave: Wave, link: WaveAudit, audit: Audit, day: date) -> rules.Reminder | None:
    due = rules.reminders_due(
        audit.due_on,
        today=day,
        already=frozenset(map(date.fromisoformat, (*link.reminded_on, *link.passed_over))),
        offsets=wave.campaign.reminders,
        invited_on=legal_date(audit.opened_at),
    )
    return due[0] if due else None


def _silent(row: Any) -> SilentVendor:
    return SilentVendor(
        row.name, row.due_on, is_reached=row.invited > 0, reminders=len(row.reminded_on),
        is_returned=row.state is AuditState.RETURNED,
    )  # fmt: skip


def _escalate(ctx: Context, wave: Wave, day: date) -> None:
    campaign = wave.campaign
    if not campaign.escalation_email:
        return
    rows = ctx.session.execute(
        select(
            WaveAudit.audit_id,
            WaveAudit.escalated_on,
            WaveAudit.invited,
            WaveAudit.reminded_on,
            Audit.due_on,
            Audit.state,
            Vendor.name,
        )
        .join(Audit, Audit.id == WaveAudit.audit_id)
        .join(Vendor, Vendor.id == Audit.vendor_id)
        .where(WaveAudit.wave_id == wave.id, Audit.state.in_(queries.WITH_VENDOR), Audit.due_on < day)
        .order_by(Audit.due_on, Vendor.folded_name)
    )
    late = [
        row
        for row in rows
        if rules.escalation_due(
            row.due_on, today=day, after_days=campaign.escalation_after_days, escalated_on=row.escalated_on
        )
    ]
    if not late:
        return
    wave_letters.escalate(ctx, wave, [_silent(row) for row in late], day)
    for _, ids in batches([row.audit_id for row in late]):
        ctx.session.execute(
            update(WaveAudit)
            .where(WaveAudit.audit_id.in_(ids))
            .values(escalated_on=day)
            .execution_options(synchronize_session=False)
        )
    after = {"wave": wave.id, "day": day, "audits": [row.audit_id for row in late], "to": campaign.escalation_email}
    journal.record(ctx, "wave.escalated", campaign, after=after)
