"""What is proposed to the register, kept as it stands: in part when little moved, else from every row."""

from dataclasses import replace

from sqlalchemy import delete, exists, insert, or_, select, update

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core.language import Language
from portal.core.release import version
from portal.processing import queries
from portal.processing.proposal_marks import CHANGES, KEEPING, KEPT
from portal.processing.queries import Change, Counted, Stale, WorkedOut

_IN_A_STATEMENT = 1000


def must_keep(ctx: Context) -> bool:
    """Whether something moved since what is proposed was last kept, or a day or a version of the portal began."""
    is_old = or_(KEEPING.c.day.is_(None), KEEPING.c.day != ctx.today, KEEPING.c.version != version())
    moved = select(CHANGES.c.service_id).exists()
    return bool(ctx.session.scalar(select(or_(moved, exists().select_from(KEEPING).where(is_old)))))


def keep_proposals(ctx: Context) -> None:
    """Keep what is proposed, in every language; running it twice changes nothing more.

    What was noted is taken away before the rows are read: what is noted meanwhile stays, and is for the next time.
    """
    states = ctx.session.execute(select(KEEPING).order_by(KEEPING.c.language).with_for_update()).all()
    noted = ctx.session.execute(delete(CHANGES).returning(*CHANGES.c))
    stale = queries.stale_of(ctx.session, [Change(*row) for row in noted])
    for state in states:
        language = Language(state.language)
        read = replace(ctx, actor=replace(SYSTEM, language=language))
        if stale is not None and (state.version, state.day) == (version(), ctx.today):
            _keep_some(read, stale, Counted(state.lines, state.services, state.corrections))
        else:
            _keep_all(read)


def _keep_all(ctx: Context) -> None:
    ctx.session.execute(delete(KEPT).where(KEPT.c.language == ctx.actor.language.value))
    found = queries.worked_out(ctx)
    _enter(ctx, found)
    _count(ctx, found.counted)


def _keep_some(ctx: Context, stale: Stale, counted: Counted) -> None:
    if not stale:
        return
    language = ctx.actor.language
    before = queries.kept_among(ctx.session, language, stale)
    for is_service, numbers in ((False, stale.lines), (True, stale.services)):
        held = (KEPT.c.is_service.is_(is_service), KEPT.c.number.in_(numbers))
        ctx.session.execute(delete(KEPT).where(KEPT.c.language == language.value, *held))
    found = queries.worked_out(ctx, stale)
    _enter(ctx, found)
    _count(ctx, counted - before + found.counted)


def _enter(ctx: Context, found: WorkedOut) -> None:
    language = ctx.actor.language.value
    rows = [
        {"language": language, "is_service": False, "number": number, "sought": sought, "corrections": corrections}
        for number, sought, corrections in found.lines
    ]
    rows += [
        {"language": language, "is_service": True, "number": number, "sought": sought, "corrections": 1}
        for number, sought in found.services
    ]
    for start in range(0, len(rows), _IN_A_STATEMENT):
        ctx.session.execute(insert(KEPT), rows[start : start + _IN_A_STATEMENT])


def _count(ctx: Context, counted: Counted) -> None:
    ctx.session.execute(
        update(KEEPING)
        .where(KEEPING.c.language == ctx.actor.language.value)
        .values(
            version=version(), day=ctx.today, lines=counted.lines, services=counted.services,
            corrections=counted.corrections,
        )
    )  # fmt: skip
