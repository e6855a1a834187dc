"""What the page of an announced change shows: its deadline with the steps, what it does to the chain, who said what."""

from collections.abc import Sequence
from datetime import datetime

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.chain.queries import NamedThing, activities_with
from portal.changes import queries
from portal.changes.deadline_lines import DeadlineLine, deadline_lines, object_before
from portal.changes.held_companies import held_companies
from portal.changes.models import AnnouncedChange, ChangeMove, ChangeOpinion
from portal.changes.rules.deadlines import DeadlineVerdict, verdict_of
from portal.changes.rules.difference import MoveEffect, effects_of
from portal.changes.rules.life import ACTS, ChangeAct, ChangeState, MoveStanding
from portal.changes.services import moves_of
from portal.core.dataclass import dataclass
from portal.vendors.reference import atlas

A, S = ChangeAct, ChangeState
NEXT = {S.RECEIVED: A.RETAIN, S.STUDIED: A.DECIDE, S.DECIDED: A.ANSWER}
"""The one thing to do next."""
WITH_PAGE = (A.ASK, A.DECIDE, A.ANSWER, A.DISMISS, A.RESUME)
"""Acts that have a page of their own, in the order of the life."""


@dataclass(frozen=True)
class ChangePage:
    """All of it."""

    change: AnnouncedChange
    verdict: DeadlineVerdict
    before: datetime | None
    lines: Sequence[DeadlineLine]
    """Contract by contract, as counted today; once answered, `change.deadline` holds what it rested on."""
    moves: Sequence[ChangeMove]
    effects: Sequence[MoveEffect]
    """What the lines that are not discarded do; empty once answered, for the chain has moved since."""
    activities: Sequence[NamedThing]
    """The processing that rests on this vendor."""
    opinions: Sequence[ChangeOpinion]
    asks_me: bool
    """Whether this person's opinion is asked and not given."""
    acts: Sequence[ChangeAct]
    next_act: ChangeAct | None

    @property
    def is_red(self) -> bool:
        """Whether data would leave the EEA without a tool."""
        return any(effect.is_red for effect in self.effects)

    @property
    def waited_for(self) -> int:
        """Opinions that are asked and not given."""
        return sum(one.given_at is None for one in self.opinions)

    @property
    def unsettled(self) -> int:
        """Lines that nobody has settled."""
        return sum(move.standing is MoveStanding.PROPOSED for move in self.moves)


def change_page(ctx: Context, change: AnnouncedChange) -> ChangePage:
    """The page of a change within reach, in a fixed number of statements."""
    waits = change.state.is_waiting
    lines = deadline_lines(ctx, change.vendor_id, change.received_at) if waits else []
    before = object_before(lines) if waits else change.object_before
    moves = moves_of(ctx, change)
    kept = [move.announced for move in moves if move.standing is not MoveStanding.DISCARDED]
    opinions = queries.opinions_of(ctx, change)
    may_work = ctx.can(Permission.CHANGE_WORK, change)
    acts = [act for act in WITH_PAGE if change.state in ACTS[act].leads] if may_work else []
    return ChangePage(
        change=change, verdict=deadline_verdict(change, ctx.now, before), before=before, lines=lines, moves=moves,
        effects=effects_of(kept, held_companies(ctx, change.vendor_id), atlas(), ctx.today) if waits else [],
        activities=list(activities_with(ctx, [change.vendor_id])) if ctx.can(Permission.REGISTER_VIEW) else [],
        opinions=opinions,
        asks_me=change.state is S.STUDIED
        and any(one.adviser_id == ctx.actor.id and one.given_at is None for one in opinions),
        acts=acts, next_act=NEXT.get(change.state) if may_work else None,
    )  # fmt: skip


def deadline_verdict(change: AnnouncedChange, now: datetime, before: datetime | None = None) -> DeadlineVerdict:
    """What its deadline comes to, from what is kept on its row unless told otherwise."""
    found = before if before is not None else change.object_before
    return verdict_of(found, change.answered_at, now)
