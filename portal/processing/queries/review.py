"""The review of the register: who confirms which line by when, and how far it is."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, reach
from portal.authz.policy import GRANTS, Permission, Reach, Role
from portal.core.dataclass import dataclass
from portal.core.pages import Page, page_of
from portal.core.statements import written_once
from portal.identity import queries as identity
from portal.identity.models import User
from portal.processing.models import ProcessingActivity
from portal.processing.rules.review import NOTICE, YEAR

ME = "me"
"""What the number of whoever asks is bound by."""


def is_to_confirm(today: date) -> ColumnElement[bool]:
    """Whether a line waits for somebody: never confirmed as it reads now, or to be confirmed within a month."""
    return or_(ProcessingActivity.confirmed_on.is_(None), ProcessingActivity.review_by <= today + NOTICE)


def is_confirmed(today: date) -> ColumnElement[bool]:
    """Whether a line was confirmed within the year, and is not past the day it was to be confirmed again by.

    A line reviewed every two years is not counted confirmed in the second one: nothing is green by being asked less.
    """
    return and_(ProcessingActivity.confirmed_on > today - YEAR, ProcessingActivity.review_by >= today)


class Reviewed(Protocol):
    """A line as far as its review goes: a row that is held, or what a list shows of it."""

    @property
    def ended_on(self) -> date | None: ...
    @property
    def confirmed_on(self) -> date | None: ...
    @property
    def review_by(self) -> date: ...


def is_due(activity: Reviewed, today: date) -> bool:
    """Whether a line waits to be confirmed: `is_to_confirm`, of a row that is held."""
    return activity.ended_on is None and (activity.confirmed_on is None or activity.review_by <= today + NOTICE)


def is_late(activity: Reviewed, today: date) -> bool:
    """Whether the day by which a line was to be confirmed is past."""
    return activity.ended_on is None and activity.review_by < today


@dataclass(frozen=True)
class ReviewCounts:
    """How far the review of the year is, over all the registers that somebody may see."""

    lines: int
    confirmed: int
    """Within the year."""
    mine: int
    """Those that wait for this very person."""

    @property
    def share(self) -> int | None:
        """Of a hundred lines that stand, how many were confirmed within the year, rounded down; none without a line."""
        return self.confirmed * 100 // self.lines if self.lines else None


def review_counts(ctx: Context) -> ReviewCounts:
    """How far the review of the year is; one statement."""
    counted = counted_review(reach(ctx, Permission.REGISTER_VIEW), ctx.today)
    return ReviewCounts(*map(int, ctx.session.execute(counted, {ME: ctx.actor.id}).one()))


def counted_review(within: Reach, today: date) -> Select[int, int, int]:
    """The same as a select of one row, to be joined to what else a page counts; whoever asks is bound (`ME`)."""
    reached = within.over(ProcessingActivity)
    is_mine = ProcessingActivity.owner_id == bindparam(ME, type_=Integer)
    stands = select(func.count()).select_from(ProcessingActivity).where(ProcessingActivity.ended_on.is_(None))
    # Each by the index that begins with what it looks for.
    return select(
        stands.where(reached).scalar_subquery().label("lines"),
        stands.where(reached, is_confirmed(today)).scalar_subquery().label("confirmed"),
        stands.where(is_mine, is_to_confirm(today)).scalar_subquery().label("mine"),
    )


def is_nobodys() -> ColumnElement[bool]:
    """Whether a line was given to nobody who may confirm it: to no one, or to somebody who left or may no longer."""
    asked = select(User.id).where(User.role.in_(_confirming_roles()), User.disabled_at.is_(None))
    return or_(ProcessingActivity.owner_id.is_(None), ProcessingActivity.owner_id.not_in(asked))


def one_when(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 for each row of which it is true: what a sum counts."""
    return case((condition, 1), else_=0)


def lines_in_charge(ctx: Context, at_most: int, total: int) -> Page[ProcessingActivity]:
    """The lines that wait for this person, those to be confirmed soonest first; `total` as `review_counts`."""
    return page_of(ctx.session, _in_charge(ctx.today), size=at_most, total=total, asked={ME: ctx.actor.id})


@written_once
def _in_charge(today: date) -> Select[ProcessingActivity]:
    return (
        select(ProcessingActivity)
        .options(joinedload(ProcessingActivity.legal_entity))
        .where(
            ProcessingActivity.owner_id == bindparam(ME, type_=Integer), ProcessingActivity.ended_on.is_(None),
            is_to_confirm(today),
        )
        .order_by(ProcessingActivity.review_by, ProcessingActivity.id)
    )  # fmt: skip


def waiting_by_owner(ctx: Context) -> dict[int | None, int]:
    """How many lines wait to be confirmed, by the number of who is to; one statement."""
    rows = ctx.session.execute(
        select(ProcessingActivity.owner_id, func.count())
        .where(ProcessingActivity.ended_on.is_(None), is_to_confirm(ctx.today))
        .group_by(ProcessingActivity.owner_id)
    )
    return {row[0]: row[1] for row in rows}


def reviewers(ctx: Context) -> Sequence[User]:
    """The open accounts that may be asked to confirm a line, by name."""
    return identity.staff(ctx.session, *_confirming_roles())


def _confirming_roles() -> list[Role]:
    able = (role for role, grants in GRANTS.items() if Permission.REGISTER_CONFIRM in grants)
    return [role for role in able if role is not Role.SYSTEM]
