"""Reads of the register of processing, as it stands or as of a day; a fixed number of statements each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import GRANTS, Permission, Role
from portal.core.errors import NotFound
from portal.core.pages import Page, page_of
from portal.core.sought import begins_a_word
from portal.identity import queries as identity
from portal.identity.models import User
from portal.journal.models import JournalEntry
from portal.processing import reference
from portal.processing.models import ActivityConfirmation, ActivityService, ActivityVersion, ProcessingActivity
from portal.processing.rules.gaps import Gap, LinkedUse, gaps_of
from portal.processing.rules.impact import ImpactNeed, ImpactVerdict, impact_of
from portal.processing.rules.sheets import ActivityRole, ControllerSheet, Sheet
from portal.vendors import reference as places
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.rules.countries import in_eea, transfer_exposure
from portal.vendors.rules.facts import Exposure
from portal.vendors.rules.naming import plain

REVIEW_DAYS = 365
"""A line that nobody confirmed for so long is to be looked at again."""
HISTORY = 200
MOST_WORDS = 6


class RegisterView(StrEnum):
    """Which lines of the register are shown."""

    ALL = "toutes"
    TO_CONFIRM = "a-confirmer"
    TO_COMPLETE = "a-completer"
    IMPACT = "aipd"
    ENDED = "terminees"


@dataclass(frozen=True)
class ActivityFilter:
    """Which lines are wanted."""

    view: RegisterView = RegisterView.ALL
    entity_id: int | None = None
    role: ActivityRole | None = None
    words: str = ""
    on: date | None = None
    """The day as of which they are shown; none is today, with what is under way."""


@dataclass(frozen=True)
class ActivityLine:
    """A line as it stands, with what is made of it: what it lacks, and whether it calls for an assessment."""

    activity: ProcessingActivity
    version: ActivityVersion
    sheet: Sheet
    verdict: ImpactVerdict | None
    """None for what is done as processor."""
    gaps: tuple[Gap, ...]

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
    wanted = _versions().where(ActivityVersion.activity_id == activity.id)
    wanted = wanted.where(standing(on)) if on else wanted.order_by(ActivityVersion.number.desc()).limit(1)
    version = ctx.session.scalar(wanted)
    if version is None:
        raise NotFound()
    return read_line(version, on or ctx.today)


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
    return ActivityLine(version.activity, version, sheet, verdict, gaps)


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


def _versions() -> Select[ActivityVersion]:
    return (
        select(ActivityVersion)
        .join(ActivityVersion.activity)
        .join(ProcessingActivity.legal_entity)
        .options(
            contains_eager(ActivityVersion.activity).contains_eager(ProcessingActivity.legal_entity),
            selectinload(ActivityVersion.links).joinedload(ActivityService.service).joinedload(Service.vendor),
        )
    )


def activity_page(ctx: Context, wanted: ActivityFilter, page: int = 1) -> Page[ActivityLine]:
    """A page of the lines of the register, by name; four statements whatever their number."""
    ids = (
        select(ActivityVersion.id)
        .join(ProcessingActivity, ProcessingActivity.id == ActivityVersion.activity_id)
        .where(*_where(ctx, wanted))
        .order_by(ProcessingActivity.sought, ActivityVersion.id)
    )
    found = page_of(ctx.session, ids, page)
    return found.showing(_read(ctx, found.rows, wanted.on))


def _read(ctx: Context, version_ids: Sequence[int], on: date | None) -> list[ActivityLine]:
    rows = {one.id: one for one in ctx.session.scalars(_versions().where(ActivityVersion.id.in_(version_ids)))}
    return [read_line(rows[one], on or ctx.today) for one in version_ids]


def every_line(ctx: Context, wanted: ActivityFilter) -> list[ActivityLine]:
    """All the lines wanted, by entity then by name: what an export holds. Three statements."""
    authorize(ctx, Permission.REGISTER_VIEW)
    found = ctx.session.scalars(
        _versions()
        .where(*_where(ctx, wanted))
        .order_by(LegalEntity.key, ProcessingActivity.sought, ProcessingActivity.id)
    )
    return [read_line(one, wanted.on or ctx.today) for one in found]


def _where(ctx: Context, wanted: ActivityFilter) -> list[ColumnElement[bool]]:
    where = [visible(ctx, Permission.REGISTER_VIEW, ProcessingActivity)]
    if wanted.view is RegisterView.ENDED and wanted.on is None:
        # Of an ended line the last version is shown: no other one has its number and none after it.
        later = aliased(ActivityVersion)
        follows = (later.activity_id == ActivityVersion.activity_id) & (later.number > ActivityVersion.number)
        where += [ProcessingActivity.ended_on.is_not(None), ~exists().where(follows)]
    else:
        where.append(standing(wanted.on))
    if wanted.entity_id is not None:
        where.append(ProcessingActivity.legal_entity_id == wanted.entity_id)
    if wanted.role is not None:
        where.append(ProcessingActivity.role == wanted.role)
    if wanted.view is RegisterView.TO_CONFIRM:
        where.append(is_to_confirm(wanted.on or ctx.today))
    elif wanted.view is RegisterView.TO_COMPLETE:
        where.append(ActivityVersion.gaps > 0)
    elif wanted.view is RegisterView.IMPACT:
        where.append(ActivityVersion.need == ImpactNeed.REQUIRED)
    return [
        *where,
        *(begins_a_word(ProcessingActivity.sought, word) for word in plain(wanted.words).split()[:MOST_WORDS]),
    ]


def is_to_confirm(today: date) -> ColumnElement[bool]:
    """Whether nobody confirmed a line within the year."""
    since = today - timedelta(days=REVIEW_DAYS)
    return or_(ProcessingActivity.confirmed_on.is_(None), ProcessingActivity.confirmed_on <= since)


def next_review(activity: ProcessingActivity) -> date | None:
    """The day by which somebody is to confirm a line again; none when nobody ever did."""
    return activity.confirmed_on + timedelta(days=REVIEW_DAYS) if activity.confirmed_on else None


def is_due(activity: ProcessingActivity, today: date) -> bool:
    """Whether a line waits to be confirmed: `is_to_confirm`, of a row that is held."""
    due_on = next_review(activity)
    return activity.ended_on is None and (due_on is None or due_on <= today)


@dataclass(frozen=True)
class RegisterCounts:
    """How much of the register stands, and in what state; of one entity or of all."""

    lines: int = 0
    confirmed: int = 0
    """Confirmed within the year."""
    incomplete: int = 0
    """Whose own words lack something."""
    impact: int = 0
    """That call for an impact assessment which nobody made."""

    @property
    def to_confirm(self) -> int:
        """What the review of the year still has to look at."""
        return self.lines - self.confirmed


def register_counts(ctx: Context) -> dict[int, RegisterCounts]:
    """What stands today, by number of legal entity; one statement. Entities without a line are not there."""
    confirmed = func.sum(_one(~is_to_confirm(ctx.today)))
    rows = ctx.session.execute(
        select(
            ProcessingActivity.legal_entity_id, func.count().label("lines"), confirmed.label("confirmed"),
            func.sum(_one(ActivityVersion.gaps > 0)).label("incomplete"),
            func.sum(_one(ActivityVersion.need == ImpactNeed.REQUIRED)).label("impact"),
        )
        .join(ActivityVersion, ActivityVersion.activity_id == ProcessingActivity.id)
        .where(standing(None), visible(ctx, Permission.REGISTER_VIEW, ProcessingActivity))
        .group_by(ProcessingActivity.legal_entity_id)
    )  # fmt: skip
    return {row[0]: RegisterCounts(int(row[1]), int(row[2] or 0), int(row[3] or 0), int(row[4] or 0)) for row in rows}


def get_entity(ctx: Context, entity_id: int) -> LegalEntity:
    """The entity whose register is read; raises NotFound."""
    authorize(ctx, Permission.REGISTER_VIEW)
    found = ctx.session.get(LegalEntity, entity_id)
    if found is None:
        raise NotFound
    return found


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
    waits = is_to_confirm(ctx.today)
    reached = visible(ctx, Permission.REGISTER_VIEW, ProcessingActivity)
    row = ctx.session.execute(
        select(
            func.coalesce(func.sum(_one(reached)), 0),
            func.coalesce(func.sum(_one(and_(reached, ~waits))), 0),
            func.coalesce(func.sum(_one(and_(ProcessingActivity.owner_id == ctx.actor.id, waits))), 0),
        ).where(ProcessingActivity.ended_on.is_(None))
    ).one()
    return ReviewCounts(*map(int, row))


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def versions_of(ctx: Context, activity: ProcessingActivity) -> Sequence[ActivityVersion]:
    """Everything that a line ever said, the newest first, without what it rests on."""
    return ctx.session.scalars(
        select(ActivityVersion)
        .where(ActivityVersion.activity_id == activity.id)
        .order_by(ActivityVersion.number.desc())
        .limit(HISTORY)
    ).all()


def confirmations_of(ctx: Context, activity: ProcessingActivity) -> Sequence[tuple[ActivityConfirmation, int]]:
    """Who confirmed a line and which version of it, the newest first."""
    rows = ctx.session.execute(
        select(ActivityConfirmation, ActivityVersion.number)
        .join(ActivityVersion, ActivityVersion.id == ActivityConfirmation.version_id)
        .where(ActivityVersion.activity_id == activity.id)
        .order_by(ActivityConfirmation.id.desc())
        .limit(HISTORY)
    )
    return [(row[0], row[1]) for row in rows]


def history_of(ctx: Context, activity: ProcessingActivity) -> Sequence[JournalEntry]:
    """What was done to a line, newest first."""
    return ctx.session.scalars(
        select(JournalEntry)
        .where(JournalEntry.object_type == "ProcessingActivity", JournalEntry.object_id == activity.id)
        .order_by(JournalEntry.id.desc())
        .limit(HISTORY)
    ).all()


def services_to_link(ctx: Context, words: str, page: int = 1) -> Page[Service]:
    """The services under way whose vendor or name has these words, by vendor; three statements."""
    where = [
        visible(ctx, Permission.VENDOR_VIEW, Vendor),
        or_(Service.ended_on.is_(None), Service.ended_on > ctx.today),
    ]
    where += [Vendor.sought.contains(word, autoescape=True) for word in plain(words).split()[:MOST_WORDS]]
    ids = (
        select(Service.id)
        .join(Vendor, Vendor.id == Service.vendor_id)
        .where(*where)
        .order_by(Vendor.folded_name, Service.id)
    )
    found = page_of(ctx.session, ids, page)
    rows = ctx.session.scalars(select(Service).options(joinedload(Service.vendor)).where(Service.id.in_(found.rows)))
    by_id = {one.id: one for one in rows}
    return found.showing([by_id[one] for one in found.rows])


def lines_in_charge(ctx: Context, at_most: int, total: int) -> Page[ProcessingActivity]:
    """The lines that wait for this person to confirm them, those never confirmed first; `total` as `review_counts`."""
    wanted = (
        select(ProcessingActivity)
        .options(joinedload(ProcessingActivity.legal_entity))
        .where(
            ProcessingActivity.owner_id == ctx.actor.id, ProcessingActivity.ended_on.is_(None),
            is_to_confirm(ctx.today),
        )
        .order_by(ProcessingActivity.confirmed_on.is_not(None), ProcessingActivity.confirmed_on, ProcessingActivity.id)
    )  # fmt: skip
    return page_of(ctx.session, wanted, size=at_most, total=total)


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
    roles = [
        role for role, grants in GRANTS.items() if Permission.REGISTER_CONFIRM in grants and role is not Role.SYSTEM
    ]
    return identity.staff(ctx.session, *roles)


def activities_by_words(ctx: Context, words: Sequence[str], at_most: int) -> Page[ProcessingActivity]:
    """The first lines whose name, purpose or reference has all these plain words, and how many have."""
    wanted = (
        select(ProcessingActivity)
        .options(joinedload(ProcessingActivity.legal_entity))
        .where(
            visible(ctx, Permission.REGISTER_VIEW, ProcessingActivity),
            *(begins_a_word(ProcessingActivity.sought, word) for word in words),
        )
        .order_by(ProcessingActivity.sought, ProcessingActivity.id)
    )
    return page_of(ctx.session, wanted, size=at_most)
