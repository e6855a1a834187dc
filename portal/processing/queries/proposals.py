"""What vendors' services and accepted answers propose to the register, as pages and counts of it show it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission, Reach, Scope
from portal.core.dataclass import dataclass
from portal.core.pages import PAGE_SIZE, Page
from portal.processing.models import ActivityService, ActivityVersion, ProcessingActivity, ProposalDismissal
from portal.processing.queries.kept import kept_proposals, page_of_kept, worked_out
from portal.processing.queries.lines import ActivityLine, standing
from portal.processing.queries.proposed import (
    ServiceProposal,
    corrected,
    dismissed_of,
    left,
    line_of_service,
    proposal_words,
    rested_services,
    under_way,
)
from portal.processing.queries.said_services import said_of
from portal.processing.rules.proposals import Proposal
from portal.vendors.models import Service, Vendor
from portal.vendors.rules.status import GONE

MOST_DISMISSED = 200


@dataclass(frozen=True)
class LineProposals:
    """What is proposed to one line."""

    activity_id: int
    name: str
    number: int
    """Of the version that it is proposed to."""
    entity: str
    proposals: tuple[Proposal, ...]


def proposal_count(ctx: Context) -> int:
    """How many things are proposed today and not dismissed: corrections one by one, and lines."""
    kept = kept_proposals(ctx)
    counted = kept.counted if kept else worked_out(ctx).counted
    return counted.corrections + counted.services


def counted_services_unseen(within: Reach, today: date) -> ColumnElement[int]:
    """How many services no line rests on and nobody ever set aside: counted by the database, for what opens often.

    Of all services, by what each index counts alone: looked for one by one among the lines, they cost three times that.
    """
    is_gone = Service.vendor_id.in_(select(Vendor.id).where(Vendor.status.in_(GONE)))
    goes_on, number = Service.goes_on(today), select(func.count(Service.id))
    aside = Service.id.in_(select(ProposalDismissal.service_id).where(ProposalDismissal.activity_id.is_(None)))
    if within.scope is not Scope.ALL:
        unseen = number.where(within.over(Service), goes_on, ~is_gone, Service.id.not_in(rested_services()), ~aside)
        return unseen.scalar_subquery()
    lines = select(ActivityVersion.id).where(standing(None))
    rested = select(func.count(ActivityService.service_id.distinct())).where(ActivityService.version_id.in_(lines))
    is_rested = exists().where(ActivityService.service_id == Service.id, ActivityService.version_id.in_(lines))
    counted = {
        "under way": number.where(goes_on),
        "of those that left": number.where(goes_on, is_gone),
        "rested on": rested,
        "rested on, ended": number.where(~goes_on, is_rested),
        "rested on, of those that left": number.where(goes_on, is_gone, is_rested),
        "set aside": number.where(goes_on, ~is_gone, aside, ~is_rested),
    }
    one = {name: part.scalar_subquery() for name, part in counted.items()}
    bare = one["under way"] - one["of those that left"] - one["set aside"]
    return bare - (one["rested on"] - one["rested on, ended"] - one["rested on, of those that left"])


def proposal_page(ctx: Context, number: int = 1) -> Page[LineProposals | ServiceProposal]:
    """A page of what is proposed: lines to correct, then services that no line rests on; no more than that page is
    read, whatever their number, of what is kept.
    """
    authorize(ctx, Permission.REGISTER_EDIT)
    start = (number - 1) * PAGE_SIZE
    kept = kept_proposals(ctx)
    if kept:
        told: Sequence[tuple[bool, int]] = page_of_kept(ctx.session, kept, start, PAGE_SIZE)
        counted = kept.counted
    else:
        found = worked_out(ctx)
        every = [*((False, one[0]) for one in found.lines), *((True, one[0]) for one in found.services)]
        told, counted = every[start : start + PAGE_SIZE], found.counted
    shown: list[LineProposals | ServiceProposal] = [*_lines(ctx, [one for is_service, one in told if not is_service])]
    shown += _services(ctx, [one for is_service, one in told if is_service])
    return Page(shown, number, PAGE_SIZE, counted.lines + counted.services)


def _lines(ctx: Context, numbers: Sequence[int]) -> list[LineProposals]:
    """These lines, with all that is proposed to each."""
    if not numbers:
        return []
    found = {
        one.activity_id: LineProposals(one.activity_id, one.name, one.number, one.entity, tuple(one.proposals))
        for one in corrected(ctx, numbers)
    }
    return [found[number] for number in numbers]


def _services(ctx: Context, numbers: Sequence[int]) -> list[ServiceProposal]:
    """The lines that these services would make."""
    if not numbers:
        return []
    wanted = select(Service).options(joinedload(Service.vendor), joinedload(Service.legal_entity))
    found = {one.id: one for one in ctx.session.scalars(wanted.where(Service.id.in_(numbers)))}
    said, words = said_of(ctx, found.values()), proposal_words(ctx.actor.language)
    return [line_of_service(found[one], said[one], words) for one in numbers]


def has_open_line(ctx: Context) -> bool:
    """Whether the register has a line under way, to which a service may be linked."""
    authorize(ctx, Permission.REGISTER_EDIT)
    return bool(ctx.session.scalar(select(exists().where(ProcessingActivity.ended_on.is_(None)))))


def proposals_to(ctx: Context, line: ActivityLine) -> tuple[Proposal, ...]:
    """What is proposed to one line; three statements."""
    dismissed = dismissed_of(ctx, [line.activity.id])
    words = proposal_words(ctx.actor.language)
    said = said_of(ctx, line.services)
    live = [said[one.id] for one in line.services if one.ended_on is None or one.ended_on > ctx.today]
    return tuple(left(line.sheet, live, words, dismissed[line.activity.id]))


def proposal_of(ctx: Context, service: Service) -> ServiceProposal:
    """The line that a service would make, whether or not one rests on it; its vendor is loaded."""
    return line_of_service(service, said_of(ctx, [service])[service.id], proposal_words(ctx.actor.language))


def service_under_way(ctx: Context, number: int) -> Service | None:
    """A service under way, with its vendor and entity; none when there is none within reach."""
    return ctx.session.scalar(
        select(Service)
        .join(Service.vendor)
        .options(joinedload(Service.vendor), joinedload(Service.legal_entity))
        .where(Service.id == number, visible(ctx, Permission.VENDOR_VIEW, Vendor), under_way(ctx))
    )


def dismissals(ctx: Context) -> Sequence[tuple[ProposalDismissal, str, str]]:
    """What was dismissed, the newest first, with the name of the line (or none) and of the vendor."""
    authorize(ctx, Permission.REGISTER_EDIT)
    rows = ctx.session.execute(
        select(ProposalDismissal, ProcessingActivity.name, Vendor.name)
        .outerjoin(ProcessingActivity, ProcessingActivity.id == ProposalDismissal.activity_id)
        .join(Service, Service.id == ProposalDismissal.service_id)
        .join(Vendor, Vendor.id == Service.vendor_id)
        .order_by(ProposalDismissal.id.desc())
        .limit(MOST_DISMISSED)
    )
    return [(row[0], row[1] or "", row[2]) for row in rows]
