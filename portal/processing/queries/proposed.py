"""What vendors' services and accepted answers propose to the register, worked out of the rows that say it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.core.translation import translate
from portal.processing.models import ActivityService, ActivityVersion, ProcessingActivity, ProposalDismissal
from portal.processing.queries.lines import standing
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
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.place_names import place_name
from portal.vendors.rules.status import LIVE


@dataclass(frozen=True)
class SaidPlace:
    """A country as a value of a sentence."""

    code: str

    def read(self, language: Language) -> str:
        """In letters."""
        return place_name(self.code, language)


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


def proposal_words(language: Language) -> ProposalWords:
    """What proposals are written with in a language."""
    return ProposalWords(translate(STAND_IN, language), SaidPlace)


@dataclass(frozen=True)
class CorrectedLine:
    """A line that rests on a service under way, and what is proposed to it."""

    activity_id: int
    sought: str
    """What it is sorted by."""
    name: str
    number: int
    """Of its version."""
    entity: str
    proposals: Iterator[Proposal]
    """Those that nobody dismissed, worked out as they are asked for."""


def corrected(ctx: Context, only: Collection[int] | None = None) -> Iterator[CorrectedLine]:
    """The lines that rest on a service under way, by name; of some alone, by their numbers, when these are given.

    Six statements. Of what a version says, only what a correction is worked out of is read.
    """
    rests, said = said_of_rested(ctx, only)
    dismissed, words = dismissed_of(ctx, only), proposal_words(ctx.actor.language)
    rested = select(ActivityService.version_id).where(ActivityService.version_id == ActivityVersion.id)
    wanted = (
        select(
            ActivityVersion.id, ActivityVersion.content, ProcessingActivity.role, ActivityVersion.activity_id,
            ProcessingActivity.sought, ActivityVersion.name, ActivityVersion.number, LegalEntity.name,
        )
        .join(ProcessingActivity, ProcessingActivity.id == ActivityVersion.activity_id)
        .join(LegalEntity, LegalEntity.id == ProcessingActivity.legal_entity_id)
        .where(standing(None), exists(rested))
        .order_by(ProcessingActivity.sought, ProcessingActivity.id)
    )  # fmt: skip
    if only is not None:
        wanted = wanted.where(ActivityVersion.activity_id.in_(only))
    for version_id, content, role, activity_id, sought, title, number, entity in ctx.session.execute(wanted):
        services = rests.get(version_id, ())
        if services:
            sheet = from_plain(role, {name: content[name] for name in CORRECTED[role] if name in content})
            proposals = left(sheet, [said[one] for one in services], words, dismissed[activity_id])
            yield CorrectedLine(activity_id, sought, title, number, entity, proposals)


def left(
    sheet: Sheet, services: Iterable[SaidService], words: ProposalWords, dismissed: Collection[str]
) -> Iterator[Proposal]:
    """What these services propose to a line and nobody dismissed."""
    proposed = (one for said in services for one in each_correction(sheet, said, words))
    return (one for one in proposed if one.digest not in dismissed)


def line_of_service(service: Service, said: SaidService, words: ProposalWords) -> ServiceProposal:
    """The line that a service would make; its vendor is loaded."""
    return ServiceProposal(service, line_proposal(said, line_for(said, words)))


def under_way(ctx: Context) -> ColumnElement[bool]:
    """Whether a service has not ended, nor what we do with its vendor."""
    return and_(Service.goes_on(ctx.today), Vendor.status.in_(LIVE))


def bare_services(ctx: Context, only: Collection[int] | None = None) -> Select[Service]:
    """The services under way that no line rests on, but for those dismissed whose facts did not move; by vendor.

    Of some alone, by their numbers, when these are given. What was dismissed is looked at first.
    """
    wanted = (
        select(Service)
        .join(Service.vendor)
        .where(visible(ctx, Permission.VENDOR_VIEW, Vendor), under_way(ctx), Service.id.not_in(rested_services()))
        .order_by(Vendor.folded_name, Service.id)
    )
    if only is not None:
        wanted = wanted.where(Service.id.in_(only))
    return wanted.where(Service.id.not_in(_settled(ctx, only)))


def rested_services() -> Select[int]:
    """The numbers of the services that some line rests on."""
    return (
        select(ActivityService.service_id)
        .join(ActivityVersion, ActivityVersion.id == ActivityService.version_id)
        .where(standing(None))
    )


def _settled(ctx: Context, only: Collection[int] | None) -> list[int]:
    """The services for which a line was dismissed, as their facts stand."""
    held = select(ProposalDismissal.service_id, ProposalDismissal.digest).where(ProposalDismissal.activity_id.is_(None))
    if only is not None:
        held = held.where(ProposalDismissal.service_id.in_(only))
    digests: dict[int, set[str]] = defaultdict(set)
    for number, digest in ctx.session.execute(held):
        digests[number].add(digest)
    if not digests:
        return []
    services = ctx.session.scalars(
        select(Service).options(joinedload(Service.vendor)).where(Service.id.in_(digests))
    ).all()
    said, words = said_of(ctx, services), proposal_words(ctx.actor.language)
    found = {one.id: line_of_service(one, said[one.id], words).proposal.digest for one in services}
    return [number for number, digest in found.items() if digest in digests[number]]


def dismissed_of(ctx: Context, only: Collection[int] | None = None) -> Mapping[int, set[str]]:
    """The digests that were dismissed of each line, or of some lines alone, by its number."""
    wanted = select(ProposalDismissal.activity_id, ProposalDismissal.digest)
    if only is not None:
        wanted = wanted.where(ProposalDismissal.activity_id.in_(only))
    found: dict[int, set[str]] = defaultdict(set)
    for number, digest in ctx.session.execute(wanted):
        if number is not None:
            found[number].add(digest)
    return found
