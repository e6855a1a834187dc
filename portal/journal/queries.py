"""Reading the journal: the page's rows, an object's history, and the walk along the chain."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.journal.models import JournalEntry
from portal.journal.rules import Link
from portal.journal.services import content_of


def entries(
    ctx: Context, *, action: str = "", actor: str = "", page: int = 1, size: int = 50
) -> tuple[Sequence[JournalEntry], int]:
    """A page of the journal, newest first, and the total."""
    authorize(ctx, Permission.JOURNAL_VIEW)
    wanted = []
    if action:
        wanted.append(JournalEntry.action.startswith(action, autoescape=True))
    if actor:
        wanted.append(JournalEntry.actor_name.icontains(actor, autoescape=True))
    total = ctx.session.scalar(select(func.count()).select_from(JournalEntry).where(*wanted)) or 0
    rows = ctx.session.scalars(
        select(JournalEntry).where(*wanted).order_by(JournalEntry.id.desc()).offset((page - 1) * size).limit(size)
    ).all()
    return rows, total


def history(ctx: Context, object_type: str, object_id: int, *, limit: int = 20) -> Sequence[JournalEntry]:
    """What happened to one object, newest first; the caller has checked that the actor may see that object."""
    return ctx.session.scalars(
        select(JournalEntry)
        .where(JournalEntry.object_type == object_type, JournalEntry.object_id == object_id)
        .order_by(JournalEntry.id.desc())
        .limit(limit)
    ).all()


def chain(session: Session) -> Iterator[Link]:
    """Every link in order, streamed."""
    rows = session.scalars(select(JournalEntry).order_by(JournalEntry.id).execution_options(yield_per=1000))
    for row in rows:
        yield Link(row.id, content_of(row, object_id=row.object_id), row.previous_hash, row.hash)
