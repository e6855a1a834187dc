"""What vendors' services and accepted answers propose to the register, worked out each time it is asked for."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission, Reach, Scope
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.core.pages import PAGE_SIZE, Page
from portal.core.translation import translate
from portal.processing.models import ActivityService, ActivityVersion, ProcessingActivity, ProposalDismissal
from portal.processing.queries.lines import ActivityLine, read_line, standing, versions_read
from portal.processing.queries.said_services import said_of, said_of_rested
from portal.processing.rules.kept_sheets import from_plain
from portal.processing.rules.proposals import (
    CORRECTED,
    STAND_IN,
    Proposal,
    ProposalWords,
    SaidService,
    each_correction,
    line_for,
    line_proposal,
)
from portal.processing.rules.sheets import ControllerSheet, Sheet
from portal.vendors.models import Service, Vendor
from portal.vendors.place_names import place_name
from portal.vendors.rules.status import GONE, LIVE

MOST_DISMISSED = 200


@dataclass(frozen=True)
class SaidPlace:
    """A country as a value of a sentence."""

    code: str

    def read(self, language: Language) -> str:
        """In letters."""
        return place_name(self.code, language)


@dataclass(frozen=True)
class LineProposals:
    """What is proposed to one line."""

    line: ActivityLine
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True)
class ServiceProposal:
    """A line that is proposed for a service that none rests on."""

    service: Service
    proposal: Proposal

    @property
    def sheet(self) -> ControllerSheet:
        """What the line would say."""
        found: ControllerSheet = self.proposal.value
        return found


def proposal_count(ctx: Context) -> int:
    """How many things are proposed today and not dismissed: corrections one by one, and lines; nine statements."""
    services = ctx.session.scalar(_bare(ctx).with_only_columns(func.count(Service.id)).order_by(None)) or 0
    return sum(len(list(proposals)) for _version, proposals in _corrected(ctx)) + services


def counted_services_unseen(within: Reach, today: date) -> ColumnElement[int]:
    """How many services no line rests on and nobody ever set aside: counted by the database, for what opens often.

    Of all services, by what each index counts alone: looked for one by one among the lines, they cost three times that.
    """
    is_gone = Service.vendor_id.in_(select(Vendor.id).where(Vendor.status.in_(GONE)))
    goes_on, number = Service.goes_on(today), select(func.count(Service.id))
    aside = Service.id.in_(select(ProposalDismissal.service_id).where(ProposalDismissal.activity_id.is_(None)))
    if within.scope is not Scope.ALL:
        unseen = number.where(within.over(Service), goes_on, ~is_gone, Service.id.not_in(_rested()), ~aside)
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
    """A page of what is proposed: lines to correct, then services that no line rests on; no more than one page of
    services is read, whatever their number.
    """
    authorize(ctx, Permission.REGISTER_EDIT)
    lines = [version_id for version_id, proposals in _corrected(ctx) if any(True for _one in proposals)]
    bare = _bare(ctx)
    total = ctx.session.scalar(bare.with_only_columns(func.count(Service.id)).order_by(None)) or 0
    start = (number - 1) * PAGE_SIZE
    shown: list[LineProposals | ServiceProposal] = [*_lines(ctx, lines[start : start + PAGE_SIZE])]
    skipped = max(start - len(lines), 0)
    services = ctx.session.scalars(
        bare.options(joinedload(Service.vendor), joinedload(Service.legal_entity))
        .offset(skipped)
        .limit(PAGE_SIZE - len(shown))
    ).all()
    said, words = said_of(ctx, services), proposal_words(ctx.actor.language)
    shown += [_of_service(one, said[one.id], words) for one in services]
    return Page(shown, number, PAGE_SIZE, len(lines) + total)


def _lines(ctx: Context, version_ids: Sequence[int]) -> list[LineProposals]:
    """These versions as lines, with all that is proposed to each."""
    if not version_ids:
        return []
    found = {
        one.id: one for one in ctx.session.scalars(versions_read().where(ActivityVersion.id.in_(version_ids)))
    }  # fmt: skip
    lines = [read_line(found[number], ctx.today) for number in version_ids]
    said = said_of(ctx, [service for line in lines for service in line.services])
    dismissed, words = _dismissed(ctx), proposal_words(ctx.actor.language)
    return [
        LineProposals(one, _of_line(ctx, one.sheet, one.services, said, words, dismissed[one.activity.id]))
        for one in lines
    ]


def _corrected(ctx: Context) -> Iterator[tuple[int, Iterator[Proposal]]]:
    """The versions of the lines that rest on a service under way, by name, with what is proposed to each and not
    dismissed: worked out as it is asked for, since most ask only whether there is something.

    Six statements. Of what a version says, only what a correction is worked out of is read.
    """
    rests, said = said_of_rested(ctx)
    dismissed, words = _dismissed(ctx), proposal_words(ctx.actor.language)
    rested = select(ActivityService.version_id).where(ActivityService.version_id == ActivityVersion.id)
    found = ctx.session.execute(
        select(ActivityVersion.id, ActivityVersion.activity_id, ActivityVersion.content, ProcessingActivity.role)
        .join(ProcessingActivity, ProcessingActivity.id == ActivityVersion.activity_id)
        .where(standing(None), exists(rested))
        .order_by(ProcessingActivity.sought, ProcessingActivity.id)
    )
    for version_id, activity_id, content, role in found:
        services = rests.get(version_id, ())
        if services:
            sheet = from_plain(role, {name: content[name] for name in CORRECTED[role] if name in content})
            yield version_id, _left(sheet, [said[one] for one in services], words, dismissed[activity_id])


def _left(
    sheet: Sheet, services: Iterable[SaidService], words: ProposalWords, dismissed: Collection[str]
) -> Iterator[Proposal]:
    """What these services propose to a line and nobody dismissed."""
    proposed = (one for said in services for one in each_correction(sheet, said, words))
    return (one for one in proposed if one.digest not in dismissed)


def has_open_line(ctx: Context) -> bool:
    """Whether the register has a line under way, to which a service may be linked."""
    authorize(ctx, Permission.REGISTER_EDIT)
    return bool(ctx.session.scalar(select(exists().where(ProcessingActivity.ended_on.is_(None)))))


def proposals_to(ctx: Context, line: ActivityLine) -> tuple[Proposal, ...]:
    """What is proposed to one line; three statements."""
    dismissed = _dismissed(ctx, line.activity)
    words = proposal_words(ctx.actor.language)
    said = said_of(ctx, line.services)
    return _of_line(ctx, line.sheet, line.services, said, words, dismissed[line.activity.id])


def proposal_of(ctx: Context, service: Service) -> ServiceProposal:
    """The line that a service would make, whether or not one rests on it; its vendor is loaded."""
    return _of_service(service, said_of(ctx, [service])[service.id], proposal_words(ctx.actor.language))


def service_under_way(ctx: Context, number: int) -> Service | None:
    """A service under way, with its vendor and entity; none when there is none within reach."""
    return ctx.session.scalar(
        select(Service)
        .join(Service.vendor)
        .options(joinedload(Service.vendor), joinedload(Service.legal_entity))
        .where(Service.id == number, visible(ctx, Permission.VENDOR_VIEW, Vendor), _under_way(ctx))
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


def proposal_words(language: Language) -> ProposalWords:
    """What proposals are written with in a language."""
    return ProposalWords(translate(STAND_IN, language), SaidPlace)


def _of_line(
    ctx: Context, sheet: Sheet, services: Iterable[Service], said: Mapping[int, SaidService], words: ProposalWords,
    dismissed: Collection[str],
) -> tuple[Proposal, ...]:  # fmt: skip
    live = [said[one.id] for one in services if one.ended_on is None or one.ended_on > ctx.today]
    return tuple(_left(sheet, live, words, dismissed))


def _of_service(service: Service, said: SaidService, words: ProposalWords) -> ServiceProposal:
    return ServiceProposal(service, line_proposal(said, line_for(said, words)))


def _under_way(ctx: Context) -> ColumnElement[bool]:
    return and_(Service.goes_on(ctx.today), Vendor.status.in_(LIVE))


def _bare(ctx: Context) -> Select[Service]:
    """The services under way that no line rests on, but for those dismissed whose facts did not move; by vendor."""
    return _without_line(ctx).where(Service.id.not_in(_settled(ctx)))


def _without_line(ctx: Context) -> Select[Service]:
    """The services under way that no line rests on, by vendor."""
    return (
        select(Service)
        .join(Service.vendor)
        .where(visible(ctx, Permission.VENDOR_VIEW, Vendor), _under_way(ctx), Service.id.not_in(_rested()))
        .order_by(Vendor.folded_name, Service.id)
    )


def _rested() -> Select[int]:
    """The numbers of the services that some line rests on."""
    return (
        select(ActivityService.service_id)
        .join(ActivityVersion, ActivityVersion.id == ActivityService.version_id)
        .where(standing(None))
    )


def _settled(ctx: Context) -> list[int]:
    """The services for which a line was dismissed, as their facts stand."""
    digests = _dismissed(ctx, None)[None]
    if not digests:
        return []
    held = select(ProposalDismissal.service_id).where(ProposalDismissal.activity_id.is_(None))
    services = ctx.session.scalars(
        select(Service).options(joinedload(Service.vendor)).where(Service.id.in_(held))
    ).all()
    said, words = said_of(ctx, services), proposal_words(ctx.actor.language)
    return [one.id for one in services if _of_service(one, said[one.id], words).proposal.digest in digests]


def _dismissed(ctx: Context, activity: ProcessingActivity | None = None) -> dict[int | None, set[str]]:
    wanted = select(ProposalDismissal.activity_id, ProposalDismissal.digest)
    if activity is not None:
        wanted = wanted.where(ProposalDismissal.activity_id == activity.id)
    found: dict[int | None, set[str]] = defaultdict(set)
    for number, digest in ctx.session.execute(wanted):
        found[number].add(digest)
    return found
