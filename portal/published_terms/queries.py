"""Reads of published terms within the actor's reach."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import defer, joinedload

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission
from portal.core.errors import NotFound
from portal.core.pages import Page, page_of
from portal.published_terms.models import PublishedPage, PublishedReading, TermDrift
from portal.published_terms.rules.watching import DAYS_BETWEEN_FETCHES, PublishedState
from portal.vendors.models import Vendor

P = Permission
MOST_READINGS = 50
"""Readings of one page that its page lists."""


def watched_page(ctx: Context, page: int, vendor_id: int | None = None) -> Page[PublishedPage]:
    """Watched pages, those with a drift to examine or a failure first in the eyes of the list: the latest first."""
    found = (
        select(PublishedPage)
        .options(joinedload(PublishedPage.vendor).load_only(Vendor.name, raiseload=True))
        .where(visible(ctx, P.PUBLISHED_VIEW, PublishedPage), *_of_vendor(vendor_id))
        .order_by(PublishedPage.id.desc())
    )
    return page_of(ctx.session, found, page)


def _of_vendor(vendor_id: int | None) -> list[ColumnElement[bool]]:
    return [PublishedPage.vendor_id == vendor_id] if vendor_id is not None else []


def open_drifts(ctx: Context, page_ids: Collection[int]) -> dict[int, int]:
    """How many drifts of each page nobody has examined."""
    authorize(ctx, P.PUBLISHED_VIEW)
    rows = ctx.session.execute(
        select(TermDrift.page_id, func.count(TermDrift.id).label("number"))
        .where(TermDrift.page_id.in_(page_ids), TermDrift.verdict.is_(None))
        .group_by(TermDrift.page_id)
    )
    return {row.page_id: row.number for row in rows}


def get_page(ctx: Context, page_id: int, *, to: Permission) -> PublishedPage:
    """A watched page with its vendor; raises NotFound."""
    found = ctx.session.scalar(
        select(PublishedPage)
        .options(joinedload(PublishedPage.vendor))
        .where(PublishedPage.id == page_id, visible(ctx, to, PublishedPage))
    )
    if found is None:
        raise NotFound
    return found


def readings_of(ctx: Context, page: PublishedPage) -> Sequence[PublishedReading]:
    """The readings of a page, the latest first, without their texts."""
    authorize(ctx, P.PUBLISHED_VIEW, page)
    return ctx.session.scalars(
        _readings(page).options(defer(PublishedReading.document, raiseload=True)).limit(MOST_READINGS)
    ).all()


def _readings(page: PublishedPage) -> Select[PublishedReading]:
    return select(PublishedReading).where(PublishedReading.page_id == page.id).order_by(PublishedReading.id.desc())


def last_read(ctx: Context, page: PublishedPage, before: int | None = None) -> PublishedReading | None:
    """The last reading of a page that gave a text, before another one when that is given."""
    found = _readings(page).where(PublishedReading.state == PublishedState.READ)
    if before is not None:
        found = found.where(PublishedReading.id < before)
    return ctx.session.scalars(found.limit(1)).first()


def drifts_of(ctx: Context, page: PublishedPage) -> Sequence[TermDrift]:
    """The drifts of a page, those to examine first, then the latest."""
    authorize(ctx, P.PUBLISHED_VIEW, page)
    return ctx.session.scalars(
        select(TermDrift)
        .options(joinedload(TermDrift.examined_by))
        .where(TermDrift.page_id == page.id)
        .order_by(TermDrift.verdict.is_not(None), TermDrift.id.desc())
        .limit(MOST_READINGS)
    ).all()


def get_drift(ctx: Context, page: PublishedPage, drift_id: int, *, to: Permission) -> TermDrift:
    """A drift of a page; raises NotFound."""
    found = ctx.session.scalar(
        select(TermDrift)
        .options(joinedload(TermDrift.vendor), joinedload(TermDrift.page), joinedload(TermDrift.examined_by))
        .where(TermDrift.id == drift_id, TermDrift.page_id == page.id, visible(ctx, to, TermDrift))
    )
    if found is None:
        raise NotFound
    return found


def get_readings(ctx: Context, page: PublishedPage, ids: Collection[int]) -> dict[int, PublishedReading]:
    """Some readings of a page with their texts, by number."""
    authorize(ctx, P.PUBLISHED_VIEW, page)
    return {row.id: row for row in ctx.session.scalars(_readings(page).where(PublishedReading.id.in_(ids)))}


def pages_to_fetch(ctx: Context, today: date, most: int) -> Sequence[PublishedPage]:
    """The pages that may be fetched and were not for a week, those that waited longest first."""
    authorize(ctx, P.PUBLISHED_WORK)
    due = today - timedelta(days=DAYS_BETWEEN_FETCHES)
    return ctx.session.scalars(
        select(PublishedPage)
        .where(
            PublishedPage.is_fetched.is_(True),
            or_(PublishedPage.asked_on.is_(None), PublishedPage.asked_on <= due),
        )
        .order_by(PublishedPage.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
