"""What is proposed to the register and how much each line lacks, kept as they stand: in part when little moved, else
from every row.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Select, delete, exists, insert, or_, select, update

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.core.release import version
from portal.processing import queries
from portal.processing.models import ActivityVersion
from portal.processing.proposal_marks import CHANGES, KEEPING, KEPT
from portal.processing.queries import Change, Counted, CountedLine, Stale, WorkedOut

_IN_A_STATEMENT = 1000


@dataclass(frozen=True)
class _Found:
    """What is proposed in a language, of what is stale alone or of everything."""

    state: Row[Any]
    """What was kept in that language before."""
    stale: Stale | None
    proposals: WorkedOut


def must_keep(ctx: Context) -> bool:
    """Whether something moved since what is proposed was last kept, or a day or a version of the portal began."""
    is_old = or_(KEEPING.c.day.is_(None), KEEPING.c.day != ctx.today, KEEPING.c.version != version())
    moved = select(CHANGES.c.id).exists()
    return bool(ctx.session.scalar(select(or_(moved, exists().select_from(KEEPING).where(is_old)))))


def work_out_proposals(ctx: Context) -> Callable[[Context], None]:
    """Work out what is proposed, in every language, and what lines lack; give what keeps it: that alone writes, and
    nobody waits before.

    Notes are read before the rows, and those alone are taken away: what is noted meanwhile stays, for the next time.
    """
    states = ctx.session.execute(_states()).all()
    noted = ctx.session.execute(select(CHANGES)).all()
    stale = queries.stale_of(ctx.session, [Change(row.vendor_id, row.service_id, row.activity_id) for row in noted])
    found = []
    for state in states:
        some = stale if (state.version, state.day) == (version(), ctx.today) else None
        read = replace(ctx, actor=replace(SYSTEM, language=Language(state.language)))
        found.append(_Found(state, some, queries.worked_out(read, some) if some is None or some else WorkedOut()))
    lacking = _counted_anew(ctx, None if any(one.stale is None for one in found) else stale)

    def keep(done: Context) -> None:
        if done.session.execute(_states().with_for_update()).all() == states:
            _take_away(done, [row.id for row in noted])
            for one in found:
                _keep(replace(done, now=ctx.now), one)
            for line in lacking:
                its = update(ActivityVersion).where(ActivityVersion.id == line.version_id)
                done.session.execute(its.values(gaps=line.gaps, need=line.need))

    return keep


def keep_proposals(ctx: Context) -> None:
    """Work out what is proposed and keep it, in one transaction; running it twice changes nothing more."""
    work_out_proposals(ctx)(ctx)


def _counted_anew(ctx: Context, stale: Stale | None) -> list[CountedLine]:
    versions = queries.standing_versions(ctx, stale) if stale is None or stale else ()
    return [one for some in _parts(versions) for one in queries.counted_anew(ctx, some)]


def _states() -> Select[Any]:
    return select(KEEPING).order_by(KEEPING.c.language)


def _take_away(ctx: Context, notes: Sequence[int]) -> None:
    for some in _parts(notes):
        ctx.session.execute(delete(CHANGES).where(CHANGES.c.id.in_(some)))


def _keep(ctx: Context, found: _Found) -> None:
    """Keep it instead of what was kept of the same, however little that is: each time is a turn."""
    language, stale = Language(found.state.language), found.stale
    counted = found.proposals.counted
    if stale is None:
        ctx.session.execute(delete(KEPT).where(KEPT.c.language == language.value))
    else:
        before = queries.kept_among(ctx.session, language, stale)
        counted += Counted(found.state.lines, found.state.services, found.state.corrections) - before
        for is_service, numbers in ((False, stale.lines), (True, stale.services)):
            held = (KEPT.c.is_service.is_(is_service), KEPT.c.number.in_(numbers))
            ctx.session.execute(delete(KEPT).where(KEPT.c.language == language.value, *held))
    for some in _parts(_rows(language, found.proposals)):
        ctx.session.execute(insert(KEPT), some)
    ctx.session.execute(
        update(KEEPING)
        .where(KEEPING.c.language == language.value)
        .values(
            version=version(), day=ctx.today, turn=KEEPING.c.turn + 1, lines=counted.lines, services=counted.services,
            corrections=counted.corrections,
        )
    )  # fmt: skip


def _rows(language: Language, found: WorkedOut) -> list[dict[str, Any]]:
    rows = [
        {"language": language.value, "is_service": False, "number": number, "sought": sought, "corrections": count}
        for number, sought, count in found.lines
    ]
    return rows + [
        {"language": language.value, "is_service": True, "number": number, "sought": sought, "corrections": 1}
        for number, sought in found.services
    ]


def _parts(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[start : start + _IN_A_STATEMENT] for start in range(0, len(rows), _IN_A_STATEMENT))
