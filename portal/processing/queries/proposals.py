"""What vendors' services and accepted answers propose to the register, worked out each time it is asked for."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
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
from portal.processing.rules.proposals import (
    MECHANISMS,
    STAND_IN,
    Proposal,
    ProposalWords,
    SaidService,
    SaidSubProcessor,
    corrections_of,
    line_for,
    line_proposal,
    not_among,
)
from portal.processing.rules.sheets import CATEGORIES, ControllerSheet, Sheet, StatedTransfer
from portal.vendors import queries as vendors
from portal.vendors import reference as places
from portal.vendors.models import DataTransfer, Service, SubProcessor, Vendor
from portal.vendors.place_names import place_name
from portal.vendors.rules.countries import in_eea, parse_country
from portal.vendors.rules.facts import DataSubject
from portal.vendors.rules.naming import plain, tidy
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
    return sum(len(proposals) for _version, proposals in _corrected(ctx)) + services


def counted_services_unseen(within: Reach, today: date) -> ColumnElement[int]:
    """How many services no line rests on and nobody ever set aside: counted by the database, for what opens often.

    Of all services, by what each index counts alone: looked for one by one among the lines, they cost three times that.
    """
    is_gone = Service.vendor_id.in_(select(Vendor.id).where(Vendor.status.in_(GONE)))
    goes_on, number = _goes_on_at(today), select(func.count(Service.id))
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
    lines = _corrected(ctx)
    bare = _bare(ctx)
    total = ctx.session.scalar(bare.with_only_columns(func.count(Service.id)).order_by(None)) or 0
    start = (number - 1) * PAGE_SIZE
    shown: list[LineProposals | ServiceProposal] = [
        LineProposals(read_line(version, ctx.today), proposals)
        for version, proposals in lines[start : start + PAGE_SIZE]
    ]
    skipped = max(start - len(lines), 0)
    services = ctx.session.scalars(
        bare.options(joinedload(Service.vendor), joinedload(Service.legal_entity))
        .offset(skipped)
        .limit(PAGE_SIZE - len(shown))
    ).all()
    said, words = _said(ctx, services), proposal_words(ctx.actor.language)
    shown += [_of_service(one, said[one.id], words) for one in services]
    return Page(shown, number, PAGE_SIZE, len(lines) + total)


def _corrected(ctx: Context) -> list[tuple[ActivityVersion, tuple[Proposal, ...]]]:
    """The lines under way that rest on a service, with what is proposed to each; those with nothing are left out.

    What else a line is made of (what it lacks, whether it calls for an assessment) is read of those that are shown.
    """
    rested = select(ActivityService.version_id).where(ActivityService.version_id == ActivityVersion.id)
    found = ctx.session.scalars(
        versions_read().where(standing(None), exists(rested)).order_by(ProcessingActivity.sought, ProcessingActivity.id)
    ).all()
    said = _said(ctx, [link.service for version in found for link in version.links])
    dismissed, words = _dismissed(ctx), proposal_words(ctx.actor.language)
    proposed = (
        (one, _of_line(ctx, one.sheet, [link.service for link in one.links], said, words, dismissed[one.activity_id]))
        for one in found
    )
    return [(version, proposals) for version, proposals in proposed if proposals]


def has_open_line(ctx: Context) -> bool:
    """Whether the register has a line under way, to which a service may be linked."""
    authorize(ctx, Permission.REGISTER_EDIT)
    return bool(ctx.session.scalar(select(exists().where(ProcessingActivity.ended_on.is_(None)))))


def proposals_to(ctx: Context, line: ActivityLine) -> tuple[Proposal, ...]:
    """What is proposed to one line; three statements."""
    dismissed = _dismissed(ctx, line.activity)
    words = proposal_words(ctx.actor.language)
    said = _said(ctx, line.services)
    return _of_line(ctx, line.sheet, line.services, said, words, dismissed[line.activity.id])


def proposal_of(ctx: Context, service: Service) -> ServiceProposal:
    """The line that a service would make, whether or not one rests on it; its vendor is loaded."""
    return _of_service(service, _said(ctx, [service])[service.id], proposal_words(ctx.actor.language))


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
    live = [one for one in services if one.ended_on is None or one.ended_on > ctx.today]
    found = (proposal for one in live for proposal in corrections_of(sheet, said[one.id], words))
    return not_among(tuple(found), dismissed)


def _of_service(service: Service, said: SaidService, words: ProposalWords) -> ServiceProposal:
    return ServiceProposal(service, line_proposal(said, line_for(said, words)))


def _under_way(ctx: Context) -> ColumnElement[bool]:
    return and_(_goes_on(ctx), Vendor.status.in_(LIVE))


def _goes_on(ctx: Context) -> ColumnElement[bool]:
    return _goes_on_at(ctx.today)


def _goes_on_at(today: date) -> ColumnElement[bool]:
    return Service.goes_on(today)


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
    said, words = _said(ctx, services), proposal_words(ctx.actor.language)
    return [one.id for one in services if _of_service(one, said[one.id], words).proposal.digest in digests]


def _dismissed(ctx: Context, activity: ProcessingActivity | None = None) -> dict[int | None, set[str]]:
    wanted = select(ProposalDismissal.activity_id, ProposalDismissal.digest)
    if activity is not None:
        wanted = wanted.where(ProposalDismissal.activity_id == activity.id)
    found: dict[int | None, set[str]] = defaultdict(set)
    for number, digest in ctx.session.execute(wanted):
        found[number].add(digest)
    return found


def _said(ctx: Context, services: Iterable[Service]) -> dict[int, SaidService]:
    """What is said of each of these services and of its vendor, as of today."""
    held = {one.id: one for one in services}
    numbers = sorted({one.vendor_id for one in held.values()})
    chains: dict[int, list[SubProcessor]] = defaultdict(list)
    elsewhere: dict[int, list[DataTransfer]] = defaultdict(list)
    for row in vendors.sub_processors(ctx, numbers) if numbers else ():
        chains[row.vendor_id].append(row)
    for place in vendors.data_transfers(ctx, numbers) if numbers else ():
        elsewhere[place.vendor_id].append(place)
    return {number: _said_of(ctx, one, chains[one.vendor_id], elsewhere[one.vendor_id]) for number, one in held.items()}


def _said_of(
    ctx: Context, service: Service, chain: Sequence[SubProcessor], elsewhere: Sequence[DataTransfer]
) -> SaidService:
    language = ctx.actor.language
    told = {*service.categories, *service.special_categories}
    return SaidService(
        number=service.id, name=tidy(service.name), vendor=service.vendor.name,
        purpose=service.purpose, details=tidy(service.data_details), retention=tidy(service.retention),
        categories=tuple(one for one in CATEGORIES if one.value in told),
        subjects=tuple(one for one in DataSubject if one.value in service.subjects),
        volume=service.volume, transfers=tuple(_transfers(ctx, service, elsewhere)),
        sub_processors=tuple(
            SaidSubProcessor(tidy(row.name), place_name(_code(row.country) or tidy(row.country), language),
                             tidy(row.service))
            for row in chain if plain(row.name)
        ),
    )  # fmt: skip


def _transfers(ctx: Context, service: Service, elsewhere: Sequence[DataTransfer]) -> Iterable[StatedTransfer]:
    """Where the data of a service go outside the EEA: what the vendor said of each place, then its own places."""
    found: dict[tuple[str, str], StatedTransfer] = {}
    for row in elsewhere:
        code = _code(row.country)
        if code and plain(row.recipient) and not in_eea(code, places.atlas(), ctx.today):
            stated = StatedTransfer(tidy(row.recipient), code, MECHANISMS.get(row.mechanism))
            found.setdefault((plain(row.recipient), code), stated)
    named = {code for _recipient, code in found}
    for code in service.locations:
        if code not in named and not in_eea(code, places.atlas(), ctx.today):
            stated = StatedTransfer(service.vendor.name, code, MECHANISMS.get(service.transfer_mechanism))
            found.setdefault((plain(service.vendor.name), code), stated)
    return found.values()


def _code(text: str) -> str:
    found = parse_country(text, places.atlas())
    return found if isinstance(found, str) else ""
