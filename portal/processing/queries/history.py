"""What a line of the register said, who confirmed it, and what was done to it."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.authz.context import Context
from portal.journal.models import JournalEntry
from portal.processing.models import ActivityConfirmation, ActivityVersion, ProcessingActivity

HISTORY = 200


def versions_of(ctx: Context, activity: ProcessingActivity) -> Sequence[ActivityVersion]:
    """Everything that a line ever said, the newest first, without what it rests on."""
    return ctx.session.scalars(
        select(ActivityVersion)
        .where(ActivityVersion.activity_id == activity.id)
        .order_by(ActivityVersion.number.desc())
        .limit(HISTORY)
    ).all()


def confirmations_of(ctx: Context, activity: ProcessingActivity) -> Sequence[tuple[ActivityConfirmation, int]]:
    """Who confirmed a line and which version of it, the newest first."""
    rows = ctx.session.execute(
        select(ActivityConfirmation, ActivityVersion.number)
        .join(ActivityVersion, ActivityVersion.id == ActivityConfirmation.version_id)
        .where(ActivityVersion.activity_id == activity.id)
        .order_by(ActivityConfirmation.id.desc())
        .limit(HISTORY)
    )
    return [(row[0], row[1]) for row in rows]


def history_of(ctx: Context, activity: ProcessingActivity) -> Sequence[JournalEntry]:
    """What was done to a line, newest first."""
    return ctx.session.scalars(
        select(JournalEntry)
        .where(JournalEntry.object_type == "ProcessingActivity", JournalEntry.object_id == activity.id)
        .order_by(JournalEntry.id.desc())
        .limit(HISTORY)
    ).all()
