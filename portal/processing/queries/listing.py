"""The register of processing as lists and counts: what a page, an export and a search show."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission, Reach
from portal.core.dataclass import dataclass
from portal.core.found import Found, found_of
from portal.core.pages import Page, page_of
from portal.core.sought import Shape, begins_a_word, bound_words, titles_of
from portal.core.statements import written_once
from portal.processing.models import ActivityVersion, ActivityWord, ProcessingActivity
from portal.processing.queries.lines import (
    ActivityLine,
    confirmations,
    read_line,
    standing,
    versions_listed,
    versions_read,
)
from portal.processing.queries.review import is_confirmed, is_nobodys, is_to_confirm, one_when
from portal.processing.rules.impact import ImpactNeed
from portal.processing.rules.sheets import ActivityRole
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.rules.naming import plain

MOST_WORDS = 6
_WORDS = titles_of(ProcessingActivity, ActivityWord.activity_id)


class RegisterView(StrEnum):
    """Which lines of the register are shown."""

    ALL = "toutes"
    TO_CONFIRM = "a-confirmer"
    TO_COMPLETE = "a-completer"
    IMPACT = "aipd"
    ENDED = "terminees"

    @property
    def is_of_any_day(self) -> bool:
        """Whether a past day has such lines: what waited then, and what had ended, is not kept."""
        return self not in {RegisterView.TO_CONFIRM, RegisterView.ENDED}


class ConfirmedBy(StrEnum):
    """Whose it is to confirm the lines that are shown."""

    ME = "moi"
    NOBODY = "personne"


@dataclass(frozen=True)
class ActivityFilter:
    """Which lines are wanted."""

    view: RegisterView = RegisterView.ALL
    entity_id: int | None = None
    role: ActivityRole | None = None
    words: str = ""
    by: ConfirmedBy | None = None
    """Whose it is to confirm them; none is anybody's."""
    on: date | None = None
    """The day as of which they are shown; none is today, with what is under way."""

    @property
    def is_whole(self) -> bool:
        """Whether it is every line that stands today, of one entity or of all: what `register_counts` counts."""
        return replace(self, entity_id=None) == ActivityFilter()


def activity_page(
    ctx: Context, wanted: ActivityFilter, page: int = 1, *, total: int | None = None
) -> Page[ActivityLine]:
    """A page of the lines of the register, by name; four statements whatever their number, along their index.

    `total` spares one of them to whoever knows how many lines are wanted.
    """
    ids = (
        select(ActivityVersion.id)
        .join(ProcessingActivity, ProcessingActivity.id == ActivityVersion.activity_id)
        .where(*_where(ctx, wanted))
        .order_by(ProcessingActivity.sought, ProcessingActivity.id)
    )
    found = page_of(ctx.session, ids, page, total=total)
    return found.showing(_read(ctx, found.rows, wanted.on))


def _read(ctx: Context, version_ids: Sequence[int], on: date | None) -> list[ActivityLine]:
    rows = {one.id: one for one in ctx.session.scalars(versions_listed(), {"ids": list(version_ids)})}
    return _as_of(ctx, [rows[one] for one in version_ids], on)


def every_line(ctx: Context, wanted: ActivityFilter) -> list[ActivityLine]:
    """All the lines wanted, by entity then by name: what an export holds. Three statements, four as of a day."""
    authorize(ctx, Permission.REGISTER_VIEW)
    found = ctx.session.scalars(
        versions_read()
        .where(*_where(ctx, wanted))
        .order_by(LegalEntity.key, ProcessingActivity.sought, ProcessingActivity.id)
    )
    return _as_of(ctx, found.all(), wanted.on)


def _as_of(ctx: Context, versions: Sequence[ActivityVersion], on: date | None) -> list[ActivityLine]:
    if on is None:
        return [read_line(one, ctx.today) for one in versions]
    confirmed = confirmations(ctx, [one.id for one in versions], on)
    return [replace(read_line(one, on), confirmed=confirmed.get(one.id)) for one in versions]


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
    if wanted.by is ConfirmedBy.ME:
        where.append(ProcessingActivity.owner_id == ctx.actor.id)
    elif wanted.by is ConfirmedBy.NOBODY:
        where.append(is_nobodys())
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


@dataclass(frozen=True)
class RegisterCounts:
    """How much of the register stands, and in what state; of one entity or of all."""

    lines: int = 0
    confirmed: int = 0
    """Confirmed within the year, and not past the day they were to be confirmed again by."""
    to_confirm: int = 0
    """What the review still has to look at: never confirmed, or to be confirmed within a month."""
    incomplete: int = 0
    """Whose own words lack something."""
    impact: int = 0
    """That call for an impact assessment which nobody made."""

    def __add__(self, other: "RegisterCounts") -> "RegisterCounts":
        """Those of both."""
        return RegisterCounts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def register_counts(ctx: Context) -> dict[int, RegisterCounts]:
    """What stands today, by number of legal entity; one statement. Entities without a line are not there."""
    confirmed, waits = (func.sum(one_when(one(ctx.today))) for one in (is_confirmed, is_to_confirm))
    rows = ctx.session.execute(
        select(
            ProcessingActivity.legal_entity_id, func.count().label("lines"), confirmed.label("confirmed"),
            waits.label("to_confirm"),
            func.sum(one_when(ActivityVersion.gaps > 0)).label("incomplete"),
            func.sum(one_when(ActivityVersion.need == ImpactNeed.REQUIRED)).label("impact"),
        )
        .join(ActivityVersion, ActivityVersion.activity_id == ProcessingActivity.id)
        .where(standing(None), visible(ctx, Permission.REGISTER_VIEW, ProcessingActivity))
        .group_by(ProcessingActivity.legal_entity_id)
    )  # fmt: skip
    return {row[0]: RegisterCounts(*(int(value or 0) for value in row[1:])) for row in rows}


def services_to_link(ctx: Context, words: str, page: int = 1) -> Page[Service]:
    """The services under way whose vendor or name has these words, by vendor; three statements."""
    where = [
        visible(ctx, Permission.VENDOR_VIEW, Vendor),
        Service.goes_on(ctx.today),
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


@written_once
def activities_by_words(within: Reach, shape: Shape) -> Found:
    """The lines within reach whose name, purpose or reference has all the plain words of a search.

    Of each: number, name, role and name of its legal entity.
    """
    first, *others = bound_words(shape)
    # The longest word, which fewest lines have, along the index; in those that have it, the others.
    where = [within.over(ProcessingActivity), _WORDS.along_index(first), *map(_WORDS.of_row, others)]
    shown = (
        select(
            ProcessingActivity.id, ProcessingActivity.name, ProcessingActivity.role, LegalEntity.name.label("entity")
        )
        .outerjoin(LegalEntity, LegalEntity.id == ProcessingActivity.legal_entity_id)
        .order_by(ProcessingActivity.sought, ProcessingActivity.id)
    )
    return found_of(shown, ProcessingActivity.id, select(ProcessingActivity.id).where(*where), every=where)
