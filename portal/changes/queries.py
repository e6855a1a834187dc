"""Reads of announced changes, within the actor's reach. What a vendor may read has its own query, which names its
columns."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, func, or_, select, union_all
from sqlalchemy.orm import joinedload, load_only

from portal.authz.context import Context, reach, visible
from portal.authz.policy import Permission, Reach
from portal.chain.rules.transfer_tools import TransferTool
from portal.changes.models import AnnouncedChange, ChangeMove, ChangeOpinion, ChangeSource, reference_of
from portal.changes.rules.life import WAITING, ChangeDecision, ChangeState, MoveKind, MoveStanding
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.language import N_
from portal.core.pages import Page, page_sought
from portal.core.statements import among, first_of_each, written_once
from portal.identity.models import User
from portal.identity.queries import holders_of
from portal.vendors.models import Vendor
from portal.vendors.queries import one_vendor_named

P = Permission
OWN_AT_MOST = 100
AT_ONCE = 200
_COUNTED = (~among(AnnouncedChange.state, WAITING), AnnouncedChange.object_before.is_(None))


def change_page(
    ctx: Context, state: ChangeState | None, page: int, vendor_id: int | None = None
) -> Page[AnnouncedChange]:
    """Changes within reach: those that wait, the soonest deadline first and unknown ones after; then the latest."""
    listed = _listed(reach(ctx, P.CHANGE_VIEW), state)
    if vendor_id is not None:
        listed = listed.where(AnnouncedChange.vendor_id == vendor_id)
    found = page_sought(ctx.session, listed, page, asked={})
    by_id = {row.id: row for row in ctx.session.scalars(_listed_rows().where(AnnouncedChange.id.in_(found.rows)))}
    return found.showing([by_id[number] for number in found.rows])


@cache
def _listed_rows() -> Select[AnnouncedChange]:
    """What a list shows of a row and of its vendor; neither long texts nor what is counted."""
    return select(AnnouncedChange).options(
        load_only(
            AnnouncedChange.title, AnnouncedChange.state, AnnouncedChange.decision, AnnouncedChange.answered_at,
            AnnouncedChange.object_before, AnnouncedChange.received_at, AnnouncedChange.recorded_at, raiseload=True,
        ),
        joinedload(AnnouncedChange.vendor).load_only(Vendor.name, raiseload=True),
    )  # fmt: skip


@written_once
def _listed(within: Reach, state: ChangeState | None) -> Select[int]:
    """The numbers alone, in an index that holds what puts them in order."""
    listed = select(AnnouncedChange.id).where(within.over(AnnouncedChange))
    if state is not None:
        listed = listed.where(AnnouncedChange.state == state)
    return listed.order_by(*_COUNTED, AnnouncedChange.object_before, AnnouncedChange.id.desc())


def state_counts(ctx: Context) -> dict[ChangeState, int]:
    """How many changes within reach stand where."""
    rows = ctx.session.execute(
        select(AnnouncedChange.state, func.count(AnnouncedChange.id).label("number"))
        .where(visible(ctx, P.CHANGE_VIEW, AnnouncedChange))
        .group_by(AnnouncedChange.state)
    )
    return {row.state: row.number for row in rows}


def get_change(ctx: Context, change_id: int, *, to: Permission) -> AnnouncedChange:
    """A change with its vendor and its file; raises NotFound out of reach."""
    found = ctx.session.scalar(
        select(AnnouncedChange)
        .options(joinedload(AnnouncedChange.vendor), joinedload(AnnouncedChange.stored_file))
        .where(AnnouncedChange.id == change_id, visible(ctx, to, AnnouncedChange))
    )
    if found is None:
        raise NotFound()
    return found


def get_move(ctx: Context, change: AnnouncedChange, move_id: int) -> ChangeMove:
    """A line of a change within reach; raises NotFound."""
    found = ctx.session.scalar(
        select(ChangeMove)
        .options(joinedload(ChangeMove.change))
        .where(ChangeMove.id == move_id, ChangeMove.change_id == change.id)
    )
    if found is None:
        raise NotFound()
    return found


def opinions_of(ctx: Context, change: AnnouncedChange) -> Sequence[ChangeOpinion]:
    """Who was asked, and what they said, in the order in which they were asked."""
    return ctx.session.scalars(
        select(ChangeOpinion)
        .options(joinedload(ChangeOpinion.adviser))
        .where(ChangeOpinion.change_id == change.id)
        .order_by(ChangeOpinion.id)
    ).all()


def advisers(ctx: Context, change: AnnouncedChange) -> list[User]:
    """Who may be asked: people of ours who may read it, but the one who asks and those who were."""
    asked = {one.adviser_id for one in opinions_of(ctx, change)} | {ctx.actor.id}
    return [person for person in holders_of(ctx, P.CHANGE_ADVISE, change) if person.id not in asked]


def vendor_to_record(ctx: Context, name: str) -> Vendor:
    """The vendor that a form names; raises Refused when none, or several, may be meant."""
    absent = N_("Aucun sous-traitant du registre ne porte ce nom : corrigez-le.")
    return one_vendor_named(ctx, name, to=P.CHANGE_WORK, absent=absent)


def vendor_by_number(ctx: Context, vendor_id: int) -> Vendor | None:
    """A vendor of which one may record a change, or None."""
    return ctx.session.scalar(select(Vendor).where(Vendor.id == vendor_id, visible(ctx, P.CHANGE_WORK, Vendor)))


def waiting_for(ctx: Context, *, at_most: int) -> Sequence[tuple[AnnouncedChange, bool]]:
    """Changes that wait for this person, the soonest deadline first, unknown ones after; one statement.

    They are those to be answered, for whoever decides, and those of which an opinion is asked of this person and not
    given, while they are studied: the second value says which.
    """
    within = reach(ctx, P.CHANGE_WORK), reach(ctx, P.CHANGE_ADVISE)
    rows = ctx.session.execute(_waiting(*within), {"most": at_most, "me": ctx.actor.id})
    return [(row[0], bool(row[1])) for row in rows]


@written_once
def _waiting(decided: Reach, advised: Reach) -> Any:
    mine = select(ChangeOpinion.change_id).where(
        ChangeOpinion.adviser_id == bindparam("me", type_=Integer), ChangeOpinion.given_at.is_(None)
    )
    asked = and_(
        advised.over(AnnouncedChange), AnnouncedChange.state == ChangeState.STUDIED, AnnouncedChange.id.in_(mine)
    )
    # The first of each kind, along the index of states and deadlines: what waits is not put in order whole.
    ids = select(AnnouncedChange.id)
    here = ids.where(decided.over(AnnouncedChange))
    last = AnnouncedChange.object_before
    kinds = [here.where(AnnouncedChange.state == one, last.is_not(None)) for one in WAITING]
    unknown = [here.where(AnnouncedChange.state == one, last.is_(None)) for one in WAITING]
    order = last.is_(None), last, AnnouncedChange.id
    first = union_all(
        *map(select, (first_of_each(kinds, (last, AnnouncedChange.id)).subquery(),
                      first_of_each(unknown, (AnnouncedChange.id,)).subquery(),
                      first_of_each([ids.where(asked)], order).subquery()))
    )  # fmt: skip
    return (
        select(AnnouncedChange, asked.label("advised"))
        .options(joinedload(AnnouncedChange.vendor))
        .where(AnnouncedChange.id.in_(first))
        .order_by(*order)
        .limit(bindparam("most", type_=Integer))
    )


def waiting_after(ctx: Context, number: int) -> Sequence[AnnouncedChange]:
    """Some changes that wait, from this number on; what the clock goes through each day."""
    return ctx.session.scalars(
        select(AnnouncedChange)
        .options(joinedload(AnnouncedChange.vendor).joinedload(Vendor.owner))
        .where(AnnouncedChange.id > number, AnnouncedChange.state.in_(WAITING))
        .order_by(AnnouncedChange.id)
        .limit(AT_ONCE)
    ).all()


@dataclass(frozen=True)
class OwnMove:
    """A line as its vendor sees it."""

    kind: MoveKind
    name: str
    replaces: str
    country: str
    processing: str
    tool: TransferTool
    starts_on: date | None


@dataclass(frozen=True)
class OwnChange:
    """A change as its vendor sees it: what it announced, and our answer once it left; nothing of what we think."""

    id: int
    reference: str
    title: str
    received_at: datetime
    text: str
    is_declared: bool
    may_add: bool
    answered_at: datetime | None
    decision: ChangeDecision | None
    letter_reason: str
    conditions: str
    is_dismissed: bool
    moves: tuple[OwnMove, ...] = ()


_OWN = (
    AnnouncedChange.id, AnnouncedChange.recorded_at, AnnouncedChange.title, AnnouncedChange.received_at,
    AnnouncedChange.text, AnnouncedChange.source, AnnouncedChange.state, AnnouncedChange.answered_at,
    AnnouncedChange.decision, AnnouncedChange.letter_reason, AnnouncedChange.conditions,
)  # fmt: skip
_SHOWN = or_(AnnouncedChange.source == ChangeSource.DECLARED, AnnouncedChange.state == ChangeState.ANSWERED)
"""What it announced here; what we recorded ourselves is shown with our answer."""


def _own(row: AnnouncedChange, moves: Sequence[OwnMove] = ()) -> OwnChange:
    is_answered = row.state is ChangeState.ANSWERED
    return OwnChange(
        row.id, reference_of(row.id, row.recorded_at), row.title, row.received_at, row.text,
        row.source is ChangeSource.DECLARED,
        row.source is ChangeSource.DECLARED and row.state is ChangeState.RECEIVED,
        row.answered_at if is_answered else None, row.decision if is_answered else None,
        row.letter_reason if is_answered else "", row.conditions if is_answered else "",
        row.state is ChangeState.DISMISSED, tuple(moves),
    )  # fmt: skip


def own_changes(ctx: Context) -> list[OwnChange]:
    """What the vendor announced, and our answers, the latest first."""
    rows = ctx.session.execute(
        select(*_OWN)
        .where(visible(ctx, P.SPACE_VIEW, AnnouncedChange), _SHOWN)
        .order_by(AnnouncedChange.id.desc())
        .limit(OWN_AT_MOST)
    )
    return [_own(row) for row in rows]  # type: ignore[arg-type]


def own_change(ctx: Context, change_id: int) -> OwnChange:
    """One of them with its lines; raises NotFound."""
    row = ctx.session.execute(
        select(*_OWN).where(AnnouncedChange.id == change_id, visible(ctx, P.SPACE_VIEW, AnnouncedChange), _SHOWN)
    ).one_or_none()
    if row is None:
        raise NotFound()
    is_answered = row.state is ChangeState.ANSWERED
    wanted = ChangeMove.standing == MoveStanding.RETAINED if is_answered else ChangeMove.is_declared.is_(True)
    lines = ctx.session.execute(
        select(
            ChangeMove.kind, ChangeMove.name, ChangeMove.replaces, ChangeMove.country, ChangeMove.processing,
            ChangeMove.tool, ChangeMove.starts_on,
        )
        .where(ChangeMove.change_id == change_id, wanted)
        .order_by(ChangeMove.id)
    )  # fmt: skip
    return _own(row, [OwnMove(*line) for line in lines])  # type: ignore[arg-type]


def change_to_add_to(ctx: Context, change_id: int) -> AnnouncedChange:
    """The row of a change that its vendor announced here and may complete; raises NotFound."""
    found = ctx.session.scalar(
        select(AnnouncedChange)
        .options(joinedload(AnnouncedChange.vendor))
        .where(
            AnnouncedChange.id == change_id, AnnouncedChange.source == ChangeSource.DECLARED,
            visible(ctx, P.CHANGE_DECLARE, AnnouncedChange),
        )
    )  # fmt: skip
    if found is None:
        raise NotFound()
    return found


def own_letter(ctx: Context, change_id: int) -> tuple[str, dict[str, object]]:
    """Our letter as it left, with its reference, for its vendor; raises NotFound before it has."""
    row = ctx.session.execute(
        select(AnnouncedChange.id, AnnouncedChange.recorded_at, AnnouncedChange.letter).where(
            AnnouncedChange.id == change_id, visible(ctx, P.SPACE_VIEW, AnnouncedChange),
            AnnouncedChange.state == ChangeState.ANSWERED,
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound()
    return reference_of(row.id, row.recorded_at), row.letter


def waiting_of(ctx: Context, vendor_id: int) -> Sequence[AnnouncedChange]:
    """The changes of a vendor that wait for an answer."""
    return ctx.session.scalars(
        select(AnnouncedChange)
        .options(joinedload(AnnouncedChange.vendor))
        .where(AnnouncedChange.vendor_id == vendor_id, AnnouncedChange.state.in_(WAITING))
        .order_by(AnnouncedChange.id)
    ).all()
