"""Audits opened outside any campaign are reminded and escalated as those of a wave are."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import contains_eager

from portal.audits.models import Audit
from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.campaigns import queries, wave_letters
from portal.campaigns.models import WaveAudit
from portal.core.clock import legal_date
from portal.identity.models import User
from portal.identity.queries import holders_of_each
from portal.jobs.mail import promised_among
from portal.journal import services as journal
from portal.notices.rules import due_window, step_reached
from portal.notices.services import AddressedNews, News, note_many
from portal.vendors.letters import dedup_of, write_letters
from portal.vendors.memberships import open_accounts

REMINDERS = (-7, -1, 3)
"""Days from the due date, those that a new campaign proposes."""
ESCALATED_AFTER = 7
"""Days of silence after which whoever asked is told."""


def follow_up_single_audits(ctx: Context, day: date) -> int:
    """Remind the vendors of audits that no wave follows, and tell whoever opened the late ones; twice tells nothing."""
    first, last = due_window(day, (*REMINDERS, ESCALATED_AFTER))
    audits = ctx.session.scalars(
        select(Audit)
        .join(Audit.vendor)
        .join(Audit.questionnaire_version)
        .options(contains_eager(Audit.vendor), contains_eager(Audit.questionnaire_version))
        .where(
            Audit.state.in_(queries.WITH_VENDOR),
            Audit.due_on.between(first, last),
            ~exists().where(WaveAudit.audit_id == Audit.id),
        )
        .order_by(Audit.due_on, Audit.id)
    ).all()
    return _remind(ctx, audits, day) + _escalate(ctx, audits, day)


def _remind(ctx: Context, audits: Sequence[Audit], day: date) -> int:
    due = [(audit, step) for audit in audits if (step := _reminder(audit, day)) is not None]
    if not due:
        return 0
    open_accounts(ctx, sorted({audit.vendor_id for audit, _ in due}))
    people = wave_letters.people_for(ctx, [audit for audit, _ in due])
    texts = queries.texts_in_force(ctx)
    drafted = [
        (audit, person, wave_letters.single_letter(ctx, audit, audit.due_on + timedelta(days=step), day, texts))
        for audit, step in due
        for person in people.get(audit.vendor_id, ())
    ]
    had = promised_among(ctx, [dedup_of(person, letter) for _, person, letter in drafted])
    fresh = [one for one in drafted if dedup_of(one[1], one[2]) not in had]
    sent = write_letters(ctx, [(person, letter) for _, person, letter in fresh])
    for audit in {audit.id: audit for audit, _, _ in fresh}.values():
        journal.record(ctx, "audit.reminded", audit, after={"due_on": audit.due_on, "day": day})
    return sent


def _reminder(audit: Audit, day: date) -> int | None:
    """The reminder to send: none for a day not after the invitation, nor one of before the due date once it is past."""
    step = step_reached(audit.due_on, day, REMINDERS)
    if (
        step is None
        or (step < 0 and audit.due_on < day)
        or audit.due_on + timedelta(days=step) <= legal_date(audit.opened_at)
    ):
        return None
    return step


def _escalate(ctx: Context, audits: Sequence[Audit], day: date) -> int:
    late = [audit for audit in audits if step_reached(audit.due_on, day, (ESCALATED_AFTER,)) is not None]
    if not late:
        return 0
    asked = {audit.opened_by_id for audit in late} | {audit.vendor.owner_id for audit in late}
    people = ctx.session.scalars(
        select(User).where(User.id.in_([one for one in asked if one]), User.disabled_at.is_(None))
    )
    ours = {user.id for user in people if not user.role.is_vendor}
    chosen = {audit.id: {audit.opened_by_id, audit.vendor.owner_id} & ours for audit in late}
    orphans = [audit for audit in late if not chosen[audit.id]]
    for audit, user in holders_of_each(ctx, Permission.AUDIT_REVIEW, orphans):
        chosen[audit.id].add(user.id)
    return note_many(
        ctx,
        [
            AddressedNews(user_id, audit.vendor_id, _late_news(audit))
            for audit in late
            for user_id in sorted(one for one in chosen[audit.id] if one is not None)
        ],
    )


def _late_news(audit: Audit) -> News:
    return News(
        template="campaigns/emails/single_late",
        key=f"audit:{audit.id}:late:{audit.due_on}",
        about=f"audit:{audit.id}",
        values={
            "vendor": audit.vendor.name, "titles": audit.questionnaire_version.title,
            "due_on": audit.due_on.isoformat(),
        },
        due_on=audit.due_on,
    )  # fmt: skip
