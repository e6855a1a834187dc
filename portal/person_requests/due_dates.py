"""By when persons are to be answered, as calendars show it: never who they are."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from flask import url_for
from sqlalchemy import Row, select

from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Reach
from portal.core.statements import one_by_one, soonest, soonest_days, written_once
from portal.person_requests.models import PersonRequest, reference_of
from portal.person_requests.rules.life import WAITING
from portal.vendors.models import Vendor
from portal.web.manifest import DatedThing, DatedWords
from portal.web.text import _, said


def request_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """Requests that wait for an answer, by the day their term ends."""
    asked = _dated(reach(ctx, Permission.REQUEST_VIEW), since, until)
    rows = ctx.session.execute(asked, {"most": at_most})
    return [DatedThing(f"person-request-{row.id}", row.due_on, partial(_words, row)) for row in rows]


def _words(row: Row[Any]) -> DatedWords:
    return DatedWords(
        _("Répondre à la demande %(reference)s", reference=reference_of(row.id, row.entered_at)),
        f"{said(row.kind.label)} · {row.name}",
        url_for("person_requests.show", request_id=row.id),
    )


def request_days(ctx: Context, since: date, until: date, at_most: int) -> Sequence[date]:
    """The day of each of them."""
    asked = _days(reach(ctx, Permission.REQUEST_VIEW), since, until)
    return one_by_one(ctx.session.execute(asked, {"most": at_most}))


def _due(within: Reach, since: date, until: date) -> list[Any]:
    due = select(PersonRequest.due_on, PersonRequest.id).where(
        within.over(PersonRequest), PersonRequest.due_on.between(since, until)
    )
    return [due.where(PersonRequest.state == state) for state in WAITING]


@written_once
def _days(within: Reach, since: date, until: date) -> Any:
    return soonest_days(_due(within, since, until))


@written_once
def _dated(within: Reach, since: date, until: date) -> Any:
    return (
        select(PersonRequest.id, PersonRequest.due_on, PersonRequest.kind, PersonRequest.entered_at, Vendor.name)
        .join(Vendor, Vendor.id == PersonRequest.vendor_id)
        .where(PersonRequest.id.in_(soonest(_due(within, since, until))))
        .order_by(PersonRequest.due_on, PersonRequest.id)
    )
