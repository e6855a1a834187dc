"""Who is told of a finding: the vendor's people in charge and whoever works findings, each in their morning digest.

What is due before the next digest could be read is written about at once.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core import workdays
from portal.core.landing import Landing
from portal.findings.models import Finding, FindingMessage
from portal.findings.queries import is_stale
from portal.findings.rules import FindingState, StaleReason
from portal.identity.queries import holders_of, holders_of_each
from portal.notices.rules import due_window, step_reached
from portal.notices.services import (
    AddressedNews,
    News,
    note_for_staff,
    note_for_vendor,
    note_for_vendors,
    note_many,
    tell_otherwise,
)
from portal.vendors.letters import VendorLetter, write_to_vendor
from portal.vendors.models import Contact, Vendor
from portal.vendors.rules.status import LIVE

_TO_VENDOR = "findings/emails/notice"
_ANSWERED, _DATE_PROPOSED = "findings/emails/notice_answered", "findings/emails/notice_date"
_LATE, _WAIVER = "findings/emails/late", "findings/emails/notice_waiver"
_NOTHING_TO_DO = frozenset({"settled", "waived"})
STEPS = (-7, -1, 1, 7)
"""Days from the due date at which the vendor is told of a finding that waits for it."""
AGAIN_EVERY = 7
"""Days between what the vendor is told once the last of these is past, as long as the finding waits for it."""
ESCALATED_AFTER = 7
"""Days after the due date at which our own people are told too."""
ESCALATED_EVERY = 28
"""Days late at which they are told again, each time, and with them whoever answers for the vendor."""
WAIVER_ENDS_SOON_DAYS = 7
"""Days before the last one of an acceptance at which our people are told."""


def tell_vendor_of_finding(ctx: Context, finding: Finding, what: str, *, key: str) -> None:
    """Tell the vendor's people about a finding: opened, amended, message, failed, settled, waived, reopened, and dates.

    `key` tells one such act from the next: the same act is never told twice to one person. What waited for a digest
    and holds no longer is dropped first.
    """
    drop_overtaken(ctx, finding)
    values = {
        "what": what, "title": finding.title, "due_on": finding.due_on.isoformat(), "severity": finding.severity.value,
    }  # fmt: skip
    took_part = _writers_by_vendor(ctx, [finding]).get(finding.vendor_id, ())
    expects_action = what not in _NOTHING_TO_DO
    if expects_action and ctx.today <= finding.due_on <= workdays.next_working(ctx.today + timedelta(days=1)):
        letter = VendorLetter(
            template="findings/emails/changed",
            key=f"finding:{finding.id}:{what}:{key}",
            landing=Landing("vendor_space.finding", finding_id=finding.id),
            about=about(finding.id),
            values=values,
        )
        tell_otherwise(ctx, [about(finding.id)], only=[_TO_VENDOR])
        write_to_vendor(ctx, finding.vendor_id, letter, took_part=took_part)
        return
    news = News(
        template=_TO_VENDOR,
        key=f"finding:{finding.id}:{what}:{key}",
        about=about(finding.id),
        values=values,
        expects_action=expects_action,
        due_on=finding.due_on,
    )
    note_for_vendor(ctx, finding.vendor_id, news, took_part=took_part)


def drop_overtaken(ctx: Context, finding: Finding) -> None:
    """Drop what waits for the digests and holds no longer, now that something was done about a finding.

    Otherwise a digest would ask the next morning to close what is closed, or to answer what was answered.
    """
    holds = {
        _TO_VENDOR: finding.state is not FindingState.ANSWERED,
        _LATE: finding.state is FindingState.OPEN and finding.due_on < ctx.today,
        _ANSWERED: finding.state is FindingState.ANSWERED,
        _DATE_PROPOSED: finding.proposed_due_on is not None,
        _WAIVER: False,
    }
    tell_otherwise(ctx, [about(finding.id)], only=[template for template, still in holds.items() if not still])


def tell_workers_of_answer(ctx: Context, finding: Finding, message_id: int) -> int:
    """Tell whoever works findings that the vendor has answered one; once per message and person.

    Nobody is told when we acted on the answer before this ran.
    """
    if finding.state is not FindingState.ANSWERED:
        return 0
    news = News(
        template=_ANSWERED,
        key=f"finding:{finding.id}:answered:{message_id}",
        about=about(finding.id),
        values={"vendor": finding.vendor.name, "title": finding.title},
        due_on=finding.due_on,
    )
    return note_for_staff(ctx, finding.vendor_id, news, holders_of(ctx, Permission.FINDING_WORK, finding))


def tell_workers_of_date(ctx: Context, finding: Finding, day: date, *, key: str) -> int:
    """Tell whoever works findings that the vendor proposes another day."""
    news = News(
        template=_DATE_PROPOSED,
        key=f"finding:{finding.id}:proposed:{key}",
        about=about(finding.id),
        values={
            "vendor": finding.vendor.name, "title": finding.title, "proposed_on": day.isoformat(),
            "times": finding.postponements,
        },
        due_on=finding.due_on,
    )  # fmt: skip
    return note_for_staff(ctx, finding.vendor_id, news, holders_of(ctx, Permission.FINDING_WORK, finding))


def note_stale_waivers(ctx: Context, day: date) -> int:
    """Note, for our digests of a morning, the acceptances that hold no longer or end within a week.

    Told once for each last day and each level: the same acceptance, moved again, is told again.
    """
    found = ctx.session.scalars(
        select(Finding)
        .join(Vendor, Vendor.id == Finding.vendor_id)
        .options(contains_eager(Finding.vendor))
        .where(
            Finding.state == FindingState.WAIVED, Vendor.status.in_(LIVE),
            or_(is_stale(day), Finding.waived_until <= day + timedelta(days=WAIVER_ENDS_SOON_DAYS)),
        )
        .order_by(Finding.id)
    ).all()  # fmt: skip
    holders = holders_of_each(ctx, Permission.FINDING_WORK, found)
    return note_many(ctx, [AddressedNews(user.id, one.vendor_id, _waiver_news(one, day)) for one, user in holders])


def _waiver_news(finding: Finding, day: date) -> News:
    reason = finding.planned.stale(day, finding.vendor.level_points)
    level = finding.vendor.level_points if reason is StaleReason.LEVEL_MOVED else ""
    return News(
        template=_WAIVER,
        key=f"finding:{finding.id}:waiver:{finding.waivers}:{finding.waived_until}:{reason or 'soon'}:{level}",
        about=about(finding.id),
        values={
            "vendor": finding.vendor.name, "title": finding.title, "reason": reason or "soon",
            "until": finding.waived_until.isoformat() if finding.waived_until else "",
        },
        due_on=finding.waived_until,
    )  # fmt: skip


def about(finding_id: int) -> str:
    """What notices and letters about a finding are filed under."""
    return f"finding:{finding_id}"


def note_due_findings(ctx: Context, day: date) -> int:
    """Note, for the digests of a morning, the findings that wait for their vendor and come due or are late."""
    _first, last = due_window(day, STEPS)
    waiting = ctx.session.scalars(
        select(Finding)
        .join(Vendor, Vendor.id == Finding.vendor_id)
        .options(contains_eager(Finding.vendor))
        .where(Finding.state == FindingState.OPEN, Finding.due_on <= last, Vendor.status.in_(LIVE))
        .order_by(Finding.due_on, Finding.id)
    ).all()
    due = [(one, step) for one in waiting if (step := due_step(one.due_on, day)) is not None]
    news = [(one.vendor_id, _due_news(one, step)) for one, step in due]
    told = note_for_vendors(ctx, news, _writers_by_vendor(ctx, [one for one, _ in due]))
    late = [one for one, step in due if step >= ESCALATED_AFTER]
    months = {one.id: (day - one.due_on).days // ESCALATED_EVERY for one in late}
    longest = [one for one in late if months[one.id]]
    owners = [
        (one, user)
        for one, user in holders_of_each(ctx, Permission.FINDING_VIEW, longest)
        if user.id == one.vendor.owner_id
    ]
    ours = [*holders_of_each(ctx, Permission.FINDING_WORK, late), *owners]
    news_of = [AddressedNews(user.id, one.vendor_id, _late_news(one, months[one.id])) for one, user in ours]
    return told + note_many(ctx, news_of)


def due_step(due_on: date, day: date) -> int | None:
    """The latest step reached these last days, in days from the due date: those of `STEPS`, then every week.

    >>> [due_step(date(2027, 3, 1), date(2027, 3, 1) + timedelta(days=late)) for late in (-8, -7, 7, 13, 14, 20, 21)]
    [None, -7, 7, 7, 14, 14, 21]
    """
    late = (day - due_on).days
    return late - late % AGAIN_EVERY if late > max(STEPS) else step_reached(due_on, day, STEPS)


def _due_news(finding: Finding, step: int) -> News:
    return News(
        template=_TO_VENDOR,
        key=f"finding:{finding.id}:due:{finding.due_on}:{step}",
        about=about(finding.id),
        values={
            "what": "soon" if step < 0 else "late", "title": finding.title, "due_on": finding.due_on.isoformat(),
            "severity": finding.severity.value,
        },
        due_on=finding.due_on,
    )  # fmt: skip


def _late_news(finding: Finding, months: int) -> News:
    return News(
        template=_LATE,
        key=f"finding:{finding.id}:late:{finding.due_on}" + (f":{months}" if months else ""),
        about=about(finding.id),
        values={"vendor": finding.vendor.name, "title": finding.title, "due_on": finding.due_on.isoformat()},
        due_on=finding.due_on,
    )


def _writers_by_vendor(ctx: Context, findings: Sequence[Finding]) -> dict[int, frozenset[int]]:
    """The people of each vendor who wrote about some findings, or are in charge of one."""
    vendor_of = {finding.id: finding.vendor_id for finding in findings}
    in_charge = ctx.session.execute(
        select(Contact.vendor_id, Contact.user_id).where(
            Contact.id.in_({one.contact_id for one in findings if one.contact_id is not None}),
            Contact.user_id.is_not(None),
        )
    )
    rows = ctx.session.execute(
        select(FindingMessage.finding_id, FindingMessage.author_id)
        .where(
            FindingMessage.finding_id.in_(vendor_of),
            FindingMessage.from_vendor.is_(True),
        )
        .distinct()
    )
    people = [*in_charge, *((vendor_of[finding_id], author_id) for finding_id, author_id in rows)]
    found: dict[int, frozenset[int]] = {}
    for vendor_id, user_id in people:
        if user_id is not None:
            found[vendor_id] = found.get(vendor_id, frozenset()) | {user_id}
    return found
