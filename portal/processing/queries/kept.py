"""What is kept of the proposals to the register, and which of it is to be worked out again (`proposal_marks`)."""

from collections.abc import Iterable, Sequence
from dataclasses import field
from typing import Any, NamedTuple

from sqlalchemy import (
    Integer,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.authz.policy import Permission, Scope, scope_of
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.core.release import version
from portal.core.statements import written_once
from portal.core.tallies import triggers_stand
from portal.processing.models import ActivityService, ActivityVersion, ProcessingActivity
from portal.processing.proposal_marks import CHANGES, KEEPING, KEPT, NOTING
from portal.processing.queries.lines import read_line, standing, versions_listed
from portal.processing.queries.proposed import bare_services, corrected
from portal.processing.rules.impact import ImpactNeed
from portal.vendors.models import Service, Vendor

MOST_CHANGES = 200
"""Beyond that many vendors and lines to be worked out again, everything is."""
MOST_STALE = 500


class Change(NamedTuple):
    """Whose proposals are to be worked out again (`proposal_marks`)."""

    vendor_id: int | None
    service_id: int | None
    activity_id: int | None


@dataclass(frozen=True)
class Stale:
    """The lines and the services whose proposals are to be worked out again, by their numbers."""

    lines: Sequence[int] = ()
    services: Sequence[int] = ()

    def __bool__(self) -> bool:
        return bool(self.lines or self.services)


@dataclass(frozen=True)
class Counted:
    """How much is proposed."""

    lines: int = 0
    services: int = 0
    corrections: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        """Both."""
        return Counted(
            self.lines + other.lines, self.services + other.services, self.corrections + other.corrections
        )  # fmt: skip

    def __sub__(self, other: "Counted") -> "Counted":
        """Without the other."""
        return self + Counted(-other.lines, -other.services, -other.corrections)


@dataclass(frozen=True)
class WorkedOut:
    """What is proposed, as the rows say it today."""

    lines: Sequence[tuple[int, str, int]] = ()
    """Each with its number, what it is sorted by and how many corrections."""
    services: Sequence[tuple[int, str]] = ()

    @property
    def counted(self) -> Counted:
        """How much that is."""
        return Counted(len(self.lines), len(self.services), sum(one[2] for one in self.lines))


@dataclass(frozen=True)
class CountedLine:
    """What the version of a line that stands lacks, counted again."""

    version_id: int
    gaps: int
    need: ImpactNeed | None


@dataclass(frozen=True)
class Kept:
    """What is proposed today: what is kept, but for what is stale, and what was worked out instead of that."""

    language: Language
    counted: Counted
    stale: Stale = field(default_factory=Stale)
    fresh: WorkedOut = field(default_factory=WorkedOut)


def kept_proposals(ctx: Context) -> Kept | None:
    """What is kept for this reader; one statement, a few more once something moved, whatever is in the register.

    None when it cannot be told from what is kept: a trigger is missing, another version or another day was kept, too
    much has moved since, or the reader does not reach every vendor.
    """
    if scope_of(ctx.actor, Permission.VENDOR_VIEW) is not Scope.ALL or ctx.actor.until is not None:
        return None
    language = ctx.actor.language
    rows = ctx.session.execute(_state(), {"language": language.value}).all()
    if not rows or not rows[0].are_there or (rows[0].version, rows[0].day) != (version(), ctx.today):
        return None
    counted = Counted(rows[0].lines, rows[0].services, rows[0].corrections)
    stale = stale_of(ctx.session, [Change(row.vendor_id, row.service_id, row.activity_id) for row in rows])
    if not stale:
        return None if stale is None else Kept(language, counted)
    fresh = worked_out(ctx, stale)
    return Kept(language, counted - kept_among(ctx.session, language, stale) + fresh.counted, stale, fresh)


def stale_of(session: Session, changes: Iterable[Change]) -> Stale | None:
    """What these changes reach; None when that is everything, or nearly. Two statements, none when nothing moved."""
    told = {one for one in changes if one != (None, None, None)}
    if not told:
        return Stale()
    if len(told) > MOST_CHANGES:
        return None
    vendors, services, lines = (
        {number for one in told if (number := one[rank]) is not None} for rank in range(len(Change._fields))
    )
    # Those that are no more are known by their numbers alone.
    of_these = or_(Service.vendor_id.in_(vendors), Service.id.in_(services))
    linked = (
        select(ActivityVersion.activity_id)
        .join(ActivityService, ActivityService.version_id == ActivityVersion.id)
        .join(Service, Service.id == ActivityService.service_id)
        .where(standing(None), of_these)
    )
    rested = (
        select(ActivityService.service_id)
        .join(ActivityVersion, ActivityVersion.id == ActivityService.version_id)
        .where(ActivityVersion.activity_id.in_(lines))
    )
    lines |= set(session.scalars(linked.distinct().limit(MOST_STALE + 1)))
    services |= set(session.scalars(rested.union(select(Service.id).where(of_these)).limit(MOST_STALE + 1)))
    if max(len(lines), len(services)) > MOST_STALE:
        return None
    return Stale(sorted(lines), sorted(services))


def worked_out(ctx: Context, stale: Stale | None = None) -> WorkedOut:
    """What is proposed in the language of the actor, of everything or of what is stale alone."""
    lines, services = (stale.lines, stale.services) if stale else (None, None)
    found = ((one.activity_id, one.sought, sum(1 for _one in one.proposals)) for one in corrected(ctx, lines))
    bare = bare_services(ctx, services).with_only_columns(Service.id, Vendor.folded_name)
    return WorkedOut([one for one in found if one[2]], [(row[0], row[1]) for row in ctx.session.execute(bare)])


def standing_versions(ctx: Context, stale: Stale | None = None) -> Sequence[int]:
    """The numbers of the versions that stand, of every line or of those that are stale alone."""
    of_these = select(ActivityVersion.id).where(standing(None))
    if stale:
        of_these = of_these.where(ActivityVersion.activity_id.in_(stale.lines))
    return ctx.session.scalars(of_these).all()


def counted_anew(ctx: Context, version_ids: Sequence[int]) -> list[CountedLine]:
    """Those of these versions whose stored count of what they lack is no longer what a page counts.

    A country that a service says moves it, or a decision of adequacy that ends, with nobody writing the line.
    """
    found = []
    for one in ctx.session.scalars(versions_listed(), {"ids": list(version_ids)}):
        line = read_line(one, ctx.today)
        if (one.gaps, one.need) != (len(line.gaps), line.need):
            found.append(CountedLine(one.id, len(line.gaps), line.need))
    return found


def kept_among(session: Session, language: Language, stale: Stale) -> Counted:
    """How much is kept of what is stale."""
    lines, services = (session.execute(one).one() for one in _among(language, stale))
    return Counted(int(lines[0]), int(services[0]), int(lines[1]))


def page_of_kept(session: Session, kept: Kept, start: int, size: int) -> Sequence[tuple[bool, int]]:
    """Some of what is proposed, in its order: whether it is a service, and the number of the line or of the service.

    It is read along the index, and no further than these.
    """
    some = {"language": kept.language.value, "start": start, "size": size}
    if not kept.stale:
        return [(row[0], row[1]) for row in session.execute(_listed(), some)]
    held = KEPT.c
    stands = or_(
        and_(held.is_service.is_(False), held.number.not_in(kept.stale.lines)),
        and_(held.is_service.is_(True), held.number.not_in(kept.stale.services)),
    )
    lines = (one[0] for one in kept.fresh.lines)
    fresh = select(literal(value=False), ProcessingActivity.sought, ProcessingActivity.id)
    services = (one[0] for one in kept.fresh.services)
    bare = select(literal(value=True), Vendor.folded_name, Service.id).join(Vendor, Vendor.id == Service.vendor_id)
    every = union_all(
        select(held.is_service, held.sought, held.number).where(held.language == kept.language.value, stands),
        fresh.where(ProcessingActivity.id.in_(lines)), bare.where(Service.id.in_(services)),
    )  # fmt: skip
    order = every.selected_columns
    listed = every.order_by(order[0], order[1], order[2]).offset(start).limit(size)
    return [(row[0], row[2]) for row in session.execute(listed)]


@written_once
def _state() -> Select[Any]:
    whose = (CHANGES.c.vendor_id, CHANGES.c.service_id, CHANGES.c.activity_id)
    moved = select(*whose).distinct().limit(MOST_CHANGES + 1).subquery()
    held = KEEPING.c
    there = triggers_stand(NOTING).label("are_there")
    return (
        select(
            held.version, held.day, held.lines, held.services, held.corrections, there, *moved.c,
        )
        .select_from(KEEPING.outerjoin(moved, true()))
        .where(held.language == bindparam("language", type_=String))
    )  # fmt: skip


@written_once
def _listed() -> Select[bool, int]:
    held = KEPT.c
    return (
        select(held.is_service, held.number)
        .where(held.language == bindparam("language", type_=String))
        .order_by(held.is_service, held.sought, held.number)
        .offset(bindparam("start", type_=Integer))
        .limit(bindparam("size", type_=Integer))
    )


def _among(language: Language, stale: Stale) -> Iterable[Select[Any]]:
    held = KEPT.c
    for is_service, numbers in ((False, stale.lines), (True, stale.services)):
        yield select(func.count(), func.coalesce(func.sum(held.corrections), 0)).where(
            held.language == language.value, held.is_service.is_(is_service), held.number.in_(numbers)
        )
