"""What the deadlines of announced changes tell each morning: whoever decides, and whoever answers for the vendor."""

from datetime import date

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.changes import queries
from portal.changes.deadline_lines import last_day, last_hour
from portal.changes.models import AnnouncedChange
from portal.core.landing import Landing
from portal.identity.queries import holders_of_each
from portal.notices.rules import step_reached
from portal.notices.services import AddressedNews, News, note_many

STEPS = (-7, -2, 1)
"""Days from the last day on which we may object."""


def note_deadlines(ctx: Context, day: date) -> int:
    """Note what draws near or is past, among the changes that wait for an answer."""
    found: list[tuple[AnnouncedChange, date, int]] = []
    after = 0
    while rows := queries.waiting_after(ctx, after):
        for change in rows:
            last = last_day(change.object_before)
            step = step_reached(last, day, STEPS) if last is not None else None
            if last is not None and step is not None:
                found.append((change, last, step))
        after = rows[-1].id
    people: dict[int, set[int]] = {
        change.id: {change.vendor.owner_id} if change.vendor.owner_id is not None else set() for change, _, _ in found
    }
    for change, user in holders_of_each(ctx, Permission.CHANGE_WORK, [change for change, _, _ in found]):
        people[change.id].add(user.id)
    return note_many(ctx, [
        AddressedNews(user_id, change.vendor_id, _news(change, last, step))
        for change, last, step in found
        for user_id in sorted(people[change.id])
    ])  # fmt: skip


def _news(change: AnnouncedChange, last: date, step: int) -> News:
    return News(
        template="changes/emails/notice_deadline", key=f"change:{change.id}:{last}:{step}",
        about=f"change:{change.id}:deadline",
        values={
            "vendor": change.vendor.name, "title": change.title, "reference": change.reference,
            "last": last.isoformat(), "hour": last_hour(change.object_before), "what": "over" if step > 0 else "near",
        },
        due_on=last, landing=Landing("changes.show", change_id=change.id),
    )  # fmt: skip
