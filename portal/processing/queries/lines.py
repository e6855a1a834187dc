"""A line of the register of processing as it stands, or as it stood on a day, with what the rules make of it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.statements import written_once
from portal.processing import reference
from portal.processing.models import ActivityConfirmation, ActivityService, ActivityVersion, ProcessingActivity
from portal.processing.rules.gaps import Gap, LinkedUse, gaps_of
from portal.processing.rules.impact import ImpactNeed, ImpactVerdict, impact_of
from portal.processing.rules.sheets import ControllerSheet, Sheet
from portal.vendors import reference as places
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.rules.countries import in_eea, transfer_exposure
from portal.vendors.rules.facts import Exposure


@dataclass(frozen=True)
class Confirmation:
    """That somebody said that a line was still so, and on which day."""

    on: date
    by: str


@dataclass(frozen=True)
class ActivityLine:
    """A line as it stands, with what is made of it: what it lacks, and whether it calls for an assessment."""

    activity: ProcessingActivity
    version: ActivityVersion
    sheet: Sheet
    verdict: ImpactVerdict | None
    """None for what is done as processor."""
    gaps: tuple[Gap, ...]
    confirmed: Confirmation | None
    """The last of what is said, on the day as of which it is read; none before anybody confirmed it."""

    @property
    def need(self) -> ImpactNeed | None:
        """Whether it calls for an impact assessment; none for what is done as processor."""
        return self.verdict.need if self.verdict else None

    @property
    def services(self) -> list[Service]:
        """The services that it rests on, with their vendors."""
        return [link.service for link in self.version.links]


def get_activity(ctx: Context, activity_id: int, *, to: Permission) -> ProcessingActivity:
    """A line of the register with its entity and who confirms it; raises NotFound."""
    found = ctx.session.scalar(
        select(ProcessingActivity)
        .options(joinedload(ProcessingActivity.legal_entity), joinedload(ProcessingActivity.owner))
        .where(ProcessingActivity.id == activity_id, visible(ctx, to, ProcessingActivity))
    )
    if found is None:
        raise NotFound()
    return found


def line_of(ctx: Context, activity: ProcessingActivity, on: date | None = None) -> ActivityLine:
    """What a line says now, or said on a day; raises NotFound when it was not in the register then.

    What has ended is shown as it last was. The caller has checked that the actor sees it.
    """
    wanted = versions_read().where(ActivityVersion.activity_id == activity.id)
    wanted = wanted.where(standing(on)) if on else wanted.order_by(ActivityVersion.number.desc()).limit(1)
    version = ctx.session.scalar(wanted)
    if version is None:
        raise NotFound()
    if on is None:
        return read_line(version, ctx.today)
    return replace(read_line(version, on), confirmed=confirmations(ctx, [version.id], on).get(version.id))


def standing(on: date | None) -> ColumnElement[bool]:
    """Whether a version is what the register says: now, or on a day."""
    if on is None:
        return ActivityVersion.valid_until.is_(None)
    still = or_(ActivityVersion.valid_until.is_(None), ActivityVersion.valid_until > on)
    return (ActivityVersion.valid_from <= on) & still


def read_line(version: ActivityVersion, on: date) -> ActivityLine:
    """A version with what the rules make of it; its links, their services and vendors are loaded."""
    sheet = version.sheet
    verdict = impact_of(sheet, reference.listed_kinds()) if isinstance(sheet, ControllerSheet) else None
    live = [link.service for link in version.links if link.service.ended_on is None or link.service.ended_on > on]
    uses = tuple(use for service in live if (use := linked_use(service, on)) is not None)
    gaps = gaps_of(
        sheet, need=verdict.need if verdict else None, links=uses, has_links=bool(live),
        exposure_of=lambda code: exposure_of(code, on),
    )  # fmt: skip
    activity = version.activity
    confirmed = Confirmation(activity.confirmed_on, activity.confirmed_by) if activity.confirmed_on else None
    return ActivityLine(activity, version, sheet, verdict, gaps, confirmed)


def confirmations(ctx: Context, version_ids: Collection[int], on: date) -> Mapping[int, Confirmation]:
    """Of some versions, by number, how each had last been confirmed on a day; one statement.

    The line itself keeps the last one only, and forgets it once something else is said.
    """
    rows = ctx.session.execute(
        select(ActivityConfirmation.version_id, ActivityConfirmation.confirmed_on, ActivityConfirmation.confirmed_by)
        .where(ActivityConfirmation.version_id.in_(version_ids), ActivityConfirmation.confirmed_on <= on)
        .order_by(ActivityConfirmation.id)
    )
    return {row.version_id: Confirmation(row.confirmed_on, row.confirmed_by) for row in rows}


def exposure_of(code: str, on: date) -> Exposure:
    """What chapter V makes of a country on a day."""
    return transfer_exposure([code], places.atlas(), on) or Exposure.THIRD_COUNTRY


def linked_use(service: Service, on: date) -> LinkedUse | None:
    """How a service reaches outside the EEA; none when it is known not to."""
    outside = tuple(code for code in service.locations if not in_eea(code, places.atlas(), on))
    if service.locations and not outside:
        return None
    exposure = transfer_exposure(outside, places.atlas(), on)
    is_framed = bool(outside) and (
        service.transfer_mechanism == "scc"
        or exposure is Exposure.ADEQUATE
        or (exposure is Exposure.CONDITIONAL and service.transfer_mechanism == "adequacy")
    )
    return LinkedUse(service.vendor.name, service.name, outside, is_framed)


def versions_read() -> Select[ActivityVersion]:
    """Versions with all that a line is read from; two statements more, whatever their number."""
    service = selectinload(ActivityVersion.links).joinedload(ActivityService.service)
    return _with_entity().options(service.joinedload(Service.vendor))


@written_once
def versions_listed() -> Select[ActivityVersion]:
    """Versions, by the numbers bound as `ids`, for lists: of services and vendors, only what `read_line` judges by."""
    judged = (Service.name, Service.ended_on, Service.locations, Service.transfer_mechanism)
    service = selectinload(ActivityVersion.links).joinedload(ActivityService.service)
    facts = service.load_only(*judged, raiseload=True)
    vendor = facts.joinedload(Service.vendor).load_only(Vendor.name, raiseload=True)
    return _with_entity().options(vendor).where(ActivityVersion.id.in_(bindparam("ids", expanding=True)))


def _with_entity() -> Select[ActivityVersion]:
    activity = contains_eager(ActivityVersion.activity)
    return (
        select(ActivityVersion)
        .join(ActivityVersion.activity)
        .join(ProcessingActivity.legal_entity)
        .options(
            activity.contains_eager(ProcessingActivity.legal_entity), activity.joinedload(ProcessingActivity.owner)
        )
    )  # fmt: skip


def get_register_entity(ctx: Context, entity_id: int) -> LegalEntity:
    """The entity whose register is read; raises NotFound."""
    authorize(ctx, Permission.REGISTER_VIEW)
    found = ctx.session.get(LegalEntity, entity_id)
    if found is None:
        raise NotFound
    return found
