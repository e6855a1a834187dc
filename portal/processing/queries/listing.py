"""The register of processing as lists and counts: what a page, an export and a search show."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from portal.authz.context import Context, authorize, reach, visible
from portal.authz.policy import Permission, Reach
from portal.core.dataclass import dataclass
from portal.core.found import Found, found_of
from portal.core.pages import Page, page_of
from portal.core.sought import Shape, Words, begins_a_word, bound_words, titles_of
from portal.core.statements import written_once
from portal.identity.models import User
from portal.processing.models import ActivityVersion, ActivityWord, ProcessingActivity
from portal.processing.queries.lines import (
    ActivityLine,
    confirmations,
    read_line,
    standing,
    versions_listed,
    versions_read,
)
from portal.processing.queries.review import ME, is_confirmed, is_nobodys, is_to_confirm, one_when
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


@dataclass(frozen=True)
class ListedLine:
    """A line of the register as a list shows it: nothing of what it says but its name."""

    activity_id: int
    name: str
    entity: str
    role: ActivityRole
    gaps: int
    """How much it lacks: for today, as the counts have it (`keeping`), so that a list and its number agree."""
    need: ImpactNeed | None
    """Whether an impact assessment is due; none for what is done as processor."""
    ended_on: date | None
    confirmed_on: date | None
    """Last said to be so: by today, or by the day as of which it is listed."""
    review_by: date
    owner: str | None
    """Who is to confirm it."""


def activity_page(ctx: Context, wanted: ActivityFilter, page: int = 1, *, total: int | None = None) -> Page[ListedLine]:
    """A page of the lines of the register, by name; three statements whatever their number, along their index.

    `total` spares one of them to whoever knows how many lines are wanted. As of a day, what lines lacked is judged
    again from what they said: five statements.
    """
    sought = _Sought.of(ctx, wanted)
    found = page_of(ctx.session, _in_order(sought.key), page, total=total, asked=sought.told)
    if wanted.on is not None:
        return found.showing(_as_listed(ctx, found.rows, wanted.on))
    rows = {row[0]: ListedLine(*row[1:]) for row in ctx.session.execute(_listed(), {"ids": list(found.rows)})}
    return found.showing([rows[one] for one in found.rows])


_SHOWN: tuple[Any, ...] = (
    ProcessingActivity.id, ActivityVersion.name, LegalEntity.name, ProcessingActivity.role, ActivityVersion.gaps,
    ActivityVersion.need, ProcessingActivity.ended_on, ProcessingActivity.confirmed_on, ProcessingActivity.review_by,
    User.name,
)  # fmt: skip
"""What a list shows of a line, in the order of `ListedLine`."""


@written_once
def _listed() -> Select[Any]:
    return (
        select(ActivityVersion.id, *_SHOWN)
        .join(ProcessingActivity, ProcessingActivity.id == ActivityVersion.activity_id)
        .join(LegalEntity, LegalEntity.id == ProcessingActivity.legal_entity_id)
        .outerjoin(User, User.id == ProcessingActivity.owner_id)
        .where(ActivityVersion.id.in_(bindparam("ids", expanding=True)))
    )


def _as_listed(ctx: Context, version_ids: Sequence[int], on: date) -> list[ListedLine]:
    rows = {one.id: one for one in ctx.session.scalars(versions_listed(), {"ids": list(version_ids)})}
    return [_listed_of(one) for one in _as_of(ctx, [rows[one] for one in version_ids], on)]


def _listed_of(line: ActivityLine) -> ListedLine:
    activity = line.activity
    return ListedLine(
        activity.id, line.version.name, activity.legal_entity.name, activity.role, len(line.gaps), line.need,
        activity.ended_on, line.confirmed.on if line.confirmed else None, activity.review_by,
        activity.owner.name if activity.owner else None,
    )  # fmt: skip


def every_line(ctx: Context, wanted: ActivityFilter) -> list[ActivityLine]:
    """All the lines wanted, by entity then by name: what an export holds. Three statements, four as of a day."""
    authorize(ctx, Permission.REGISTER_VIEW)
    sought = _Sought.of(ctx, wanted)
    found = ctx.session.scalars(
        versions_read()
        .where(*_where(sought.key))
        .order_by(LegalEntity.key, ProcessingActivity.sought, ProcessingActivity.id),
        sought.told,
    )
    return _as_of(ctx, found.all(), wanted.on)


def _as_of(ctx: Context, versions: Sequence[ActivityVersion], on: date | None) -> list[ActivityLine]:
    if on is None:
        return [read_line(one, ctx.today) for one in versions]
    confirmed = confirmations(ctx, [one.id for one in versions], on)
    return [replace(read_line(one, on), confirmed=confirmed.get(one.id)) for one in versions]


@dataclass(frozen=True)
class _Key:
    """What a statement that looks for lines depends on: who asks within what, and which words is told to it after."""

    within: Reach
    wanted: ActivityFilter
    shape: Shape
    today: date


@dataclass(frozen=True)
class _Sought:
    """Which lines are looked for: what the statement is written from, and what it is asked with."""

    key: _Key
    told: Mapping[str, Any]

    @classmethod
    def of(cls, ctx: Context, wanted: ActivityFilter) -> "_Sought":
        """What somebody wants to see, of what they may."""
        words = Words(tuple(plain(wanted.words).split()[:MOST_WORDS]))
        within = reach(ctx, Permission.REGISTER_VIEW)
        return cls(_Key(within, replace(wanted, words=""), words.shape, ctx.today), {ME: ctx.actor.id, **words.letters})


@written_once
def _in_order(key: _Key) -> Select[int]:
    return (
        select(ActivityVersion.id)
        .join(ProcessingActivity, ProcessingActivity.id == ActivityVersion.activity_id)
        .where(*_where(key))
        .order_by(ProcessingActivity.sought, ProcessingActivity.id)
    )


def _where(key: _Key) -> list[ColumnElement[bool]]:
    wanted = key.wanted
    where = [key.within.over(ProcessingActivity)]
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
        where.append(ProcessingActivity.owner_id == bindparam(ME, type_=Integer))
    elif wanted.by is ConfirmedBy.NOBODY:
        where.append(is_nobodys())
    if wanted.view is RegisterView.TO_CONFIRM:
        where.append(is_to_confirm(wanted.on or key.today))
    elif wanted.view is RegisterView.TO_COMPLETE:
        where.append(ActivityVersion.gaps > 0)
    elif wanted.view is RegisterView.IMPACT:
        where.append(ActivityVersion.need == ImpactNeed.REQUIRED)
    return [*where, *(begins_a_word(ProcessingActivity.sought, word) for word in bound_words(key.shape))]


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
    rows = ctx.session.execute(_counted(reach(ctx, Permission.REGISTER_VIEW), ctx.today))
    return {row[0]: RegisterCounts(*(int(value or 0) for value in row[1:])) for row in rows}


@written_once
def _counted(within: Reach, today: date) -> Select[int, int, int, int, int, int]:
    confirmed, waits = (func.sum(one_when(one(today))) for one in (is_confirmed, is_to_confirm))
    return (
        select(
            ProcessingActivity.legal_entity_id, func.count().label("lines"), confirmed.label("confirmed"),
            waits.label("to_confirm"),
            func.sum(one_when(ActivityVersion.gaps > 0)).label("incomplete"),
            func.sum(one_when(ActivityVersion.need == ImpactNeed.REQUIRED)).label("impact"),
        )
        .join(ActivityVersion, ActivityVersion.activity_id == ProcessingActivity.id)
        .where(standing(None), within.over(ProcessingActivity))
        .group_by(ProcessingActivity.legal_entity_id)
    )  # fmt: skip


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
