"""Use cases of drills: asked for, begun once the copy is there, timed, ended, erased; nothing else of them is kept."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.authority.rules import SubjectKind
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.drills.copies import MadeCopy
from portal.drills.models import Drill, DrillMember, DrillStep
from portal.drills.queries import may_take_part, members_of, open_count
from portal.drills.rules import LASTS_DAYS, MOST_OPEN, PREPARING_MINUTES, DrillKind, DrillState, DrillStepKind
from portal.identity.models import User
from portal.journal import services as journal

H = Permission.DRILL_HOLD
FURTHEST = timedelta(days=366)
"""How far from today a drill may be set."""


@dataclass(frozen=True)
class DrillPlan:
    """What is to be rehearsed, when, with whom."""

    kind: DrillKind
    subject: SubjectKind
    subject_id: int
    label: str
    scene: str
    set_at: datetime
    as_of: date | None = None
    aim_minutes: int | None = None
    members: Collection[int] = ()


@dataclass(frozen=True)
class Beginning:
    """What is known at the start: where the copy stood, the limits, what is missing."""

    marks: Mapping[str, int]
    limits: Mapping[str, Any]
    gaps: Sequence[Mapping[str, Any]]


def ask_drill(ctx: Context, plan: DrillPlan) -> Drill:
    """Note what is to be rehearsed, before the database is copied; whoever asks takes part. Raises Refused."""
    authorize(ctx, H)
    if open_count(ctx) >= MOST_OPEN:
        raise Refused(say("%(most)s exercices sont déjà en cours : terminez-en un d'abord.", most=MOST_OPEN))
    if abs(plan.set_at - ctx.now) > FURTHEST:
        raise Refused(N_("Un exercice se joue à un an d'aujourd'hui au plus."))
    row = Drill(
        kind=plan.kind, subject=plan.subject, subject_id=plan.subject_id, label=plan.label[:300], as_of=plan.as_of,
        scene=plan.scene, set_at=plan.set_at, aim_minutes=plan.aim_minutes, asked_at=ctx.now,
        held_by_id=ctx.actor.id, held_by=ctx.actor.name[:200],
    )  # fmt: skip
    ctx.session.add(row)
    ctx.session.flush()
    chosen = {user.id for user in may_take_part(ctx)} & set(plan.members)
    own = {ctx.actor.id} if ctx.actor.id is not None else set()
    ctx.session.add_all(DrillMember(drill_id=row.id, user_id=number) for number in sorted(chosen | own))
    ctx.session.flush()
    journal.record(ctx, "drill.asked", row, after={"kind": row.kind, "set_at": row.set_at, "as_of": row.as_of})
    return row


def begin_drill(ctx: Context, row: Drill, copy: MadeCopy, beginning: Beginning) -> None:
    """The copy is there: the minutes run from now."""
    authorize(ctx, H)
    row.state, row.begun_at = DrillState.OPEN, ctx.now
    row.copied_bytes, row.copied_ms = copy.size, copy.milliseconds
    row.marks, row.limits, row.gaps = dict(beginning.marks), dict(beginning.limits), [dict(g) for g in beginning.gaps]
    ctx.session.flush()
    people = len(members_of(ctx, row.id))
    journal.record(ctx, "drill.begun", row, after={"members": people, "copied_bytes": row.copied_bytes})


def give_up_drill(ctx: Context, row: Drill) -> None:
    """The database could not be copied: nothing was begun."""
    _end(ctx, row, DrillState.FAILED, "drill.failed")


def invite(ctx: Context, row: Drill, user_id: int) -> User:
    """Have a colleague take part; raises Refused for who may not, or came after the copy was made."""
    authorize(ctx, H)
    _hold(ctx.session, row)
    found = next((user for user in may_take_part(ctx) if user.id == user_id), None)
    if found is None:
        raise Refused(N_("Choisissez un collègue dont le compte est ouvert."))
    if row.begun_at is None or found.created_at > row.begun_at:
        raise Refused(N_("Ce compte a été ouvert après le début de l'exercice : il n'est pas dans la copie."))
    if found.id not in {user.id for user in members_of(ctx, row.id)}:
        ctx.session.add(DrillMember(drill_id=row.id, user_id=found.id))
        ctx.session.flush()
        journal.record(ctx, "drill.invited", row, after={"members": len(members_of(ctx, row.id))})
    return found


def note_steps(
    session: Session, drill_id: int, reached: Collection[DrillStepKind], *, at: datetime, by: str, mails: int
) -> None:
    """Keep which steps stand reached, with when each first was; one that was undone loses its time.

    No entry of the journal: it is a measure, not a decision.
    """
    row = session.get_one(Drill, drill_id, with_for_update=True)
    if row.state is not DrillState.OPEN:
        return
    held = set(session.scalars(select(DrillStep.step).where(DrillStep.drill_id == drill_id)))
    if undone := held - set(reached):
        session.execute(delete(DrillStep).where(DrillStep.drill_id == drill_id, DrillStep.step.in_(undone)))
    session.add_all(
        DrillStep(drill_id=drill_id, step=step, reached_at=at, reached_by=by[:200])
        for step in DrillStepKind
        if step in reached and step not in held
    )
    row.mails = mails
    session.flush()


def end_drill(ctx: Context, row: Drill) -> None:
    """End a drill, whoever holds it; its copy is to be erased next."""
    authorize(ctx, H)
    _hold(ctx.session, row)
    _end(ctx, row, DrillState.ENDED, "drill.ended")


def lapse_drill(ctx: Context, drill_id: int) -> None:
    """Give up a drill that nobody has ended, or whose copying died; safe to repeat."""
    row = ctx.session.get_one(Drill, drill_id, with_for_update=True)
    _end(ctx, row, DrillState.LAPSED if row.state is DrillState.OPEN else DrillState.FAILED, "drill.lapsed")


def note_erased(ctx: Context, row: Drill) -> None:
    """Its copy is no more."""
    row.erased_at = ctx.now
    ctx.session.flush()
    journal.record(ctx, "drill.erased", row)


def overdue(now: datetime) -> tuple[datetime, datetime]:
    """Before when a drill still under way is given up, and before when one that was being prepared is."""
    return now - timedelta(days=LASTS_DAYS), now - timedelta(minutes=PREPARING_MINUTES)


def _hold(session: Session, row: Drill) -> None:
    session.refresh(row, with_for_update=True)


def _end(ctx: Context, row: Drill, state: DrillState, action: str) -> None:
    if row.state.is_over:
        return
    row.state, row.ended_at, row.ended_by = state, ctx.now, ctx.actor.name[:200]
    ctx.session.flush()
    journal.record(ctx, action, row, after={"state": state})
