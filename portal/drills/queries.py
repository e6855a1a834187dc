"""Reads of drills: those who hold them see all, the others those they take part in."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, false, func, or_, select, true

from portal.authz.context import Context
from portal.authz.policy import GRANTS, Permission, Role
from portal.core.errors import NotFound
from portal.core.language import N_
from portal.core.pages import Page, page_of
from portal.drills.models import Drill, DrillMember, DrillStep
from portal.drills.rules import DrillState, DrillStepKind, step_times
from portal.identity.models import User
from portal.identity.queries import staff

P = Permission
OVER = N_("Cet exercice est terminé, ou vous n'y participez pas. Vos pages sont à leur adresse habituelle.")


def _seen(ctx: Context) -> ColumnElement[bool]:
    if ctx.can(P.DRILL_HOLD):
        return true()
    if not ctx.can(P.DRILL_VIEW) or ctx.actor.id is None:
        return false()
    mine = select(DrillMember.drill_id).where(DrillMember.user_id == ctx.actor.id)
    return or_(Drill.held_by_id == ctx.actor.id, Drill.id.in_(mine))


def drill_page(ctx: Context, page: int) -> Page[Drill]:
    """The drills within reach, the latest first."""
    return page_of(ctx.session, select(Drill).where(_seen(ctx)).order_by(Drill.id.desc()), page)


def steps_reached(ctx: Context, drills: Sequence[Drill]) -> Mapping[int, int]:
    """How many steps were reached in each of some drills, in one statement; none is 0."""
    counted = select(DrillStep.drill_id, func.count().label("reached")).where(
        DrillStep.drill_id.in_([one.id for one in drills])
    )
    found = {row.drill_id: row.reached for row in ctx.session.execute(counted.group_by(DrillStep.drill_id))}
    return {one.id: found.get(one.id, 0) for one in drills}


def get_drill(ctx: Context, number: int, *, to: Permission = P.DRILL_VIEW) -> Drill:
    """One drill; raises NotFound out of reach."""
    found = ctx.session.scalar(select(Drill).where(Drill.id == number, _seen(ctx)))
    if found is None or not ctx.can(to):
        raise NotFound()
    return found


def drill_to_enter(ctx: Context, number: int) -> Drill:
    """A drill under way that the actor takes part in; raises NotFound: nobody else works on its copy."""
    member = select(DrillMember.id).where(DrillMember.drill_id == number, DrillMember.user_id == ctx.actor.id)
    found = ctx.session.scalar(
        select(Drill).where(Drill.id == number, Drill.state == DrillState.OPEN, member.exists())
    )  # fmt: skip
    if found is None or ctx.actor.role.is_vendor or not ctx.can(P.DRILL_VIEW):
        raise NotFound(OVER)
    return found


def open_count(ctx: Context) -> int:
    """How many drills hold a copy now."""
    held = (DrillState.PREPARING, DrillState.OPEN)
    return ctx.session.scalar(select(func.count(Drill.id)).where(Drill.state.in_(held))) or 0


def steps_of(ctx: Context, drill_id: int) -> dict[DrillStepKind, tuple[datetime, str]]:
    """The steps that were reached, with when and by whom."""
    rows = ctx.session.execute(
        select(DrillStep.step, DrillStep.reached_at, DrillStep.reached_by).where(DrillStep.drill_id == drill_id)
    )
    return {step: (at, by) for step, at, by in rows}


def members_of(ctx: Context, drill_id: int) -> Sequence[User]:
    """Who takes part, by name."""
    return ctx.session.scalars(
        select(User).join(DrillMember, DrillMember.user_id == User.id)
        .where(DrillMember.drill_id == drill_id).order_by(User.name, User.id)
    ).all()  # fmt: skip


def may_take_part(ctx: Context) -> Sequence[User]:
    """The open accounts of ours that may be invited, but for the actor's own."""
    roles = [role for role, grants in GRANTS.items() if P.DRILL_VIEW in grants and role is not Role.SYSTEM]
    return [user for user in staff(ctx.session, *roles) if user.id != ctx.actor.id]


def drill_before(ctx: Context, row: Drill) -> Drill | None:
    """The last drill of that kind that was ended before this one began, about the same thing if there is one."""
    same = (Drill.subject == row.subject) & (Drill.subject_id == row.subject_id)
    return ctx.session.scalar(
        select(Drill)
        .where(Drill.kind == row.kind, Drill.state == DrillState.ENDED, Drill.id < row.id)
        .order_by(case((same, 0), else_=1), Drill.id.desc())
        .limit(1)
    )


def minutes_of(ctx: Context, row: Drill | None) -> Mapping[DrillStepKind, int]:
    """The minutes of the steps that were reached in a drill."""
    if row is None or row.begun_at is None:
        return {}
    times = step_times(row.kind, row.begun_at, steps_of(ctx, row.id), {})
    return {one.step: one.minutes for one in times if one.minutes is not None}


def lapsed_ids(ctx: Context, *, begun_before: datetime, asked_before: datetime) -> Sequence[int]:
    """Drills that nobody has ended in time, and those whose copying died."""
    return ctx.session.scalars(
        select(Drill.id).where(
            or_(
                (Drill.state == DrillState.OPEN) & (Drill.begun_at < begun_before),
                (Drill.state == DrillState.PREPARING) & (Drill.asked_at < asked_before),
            )
        )
    ).all()


def unerased(ctx: Context) -> Sequence[Drill]:
    """Drills that are over and whose copy may still be there."""
    over = [state for state in DrillState if state.is_over]
    return ctx.session.scalars(
        select(Drill).where(Drill.erased_at.is_(None), Drill.state.in_(over)).order_by(Drill.id).limit(20)
    ).all()
