"""By when persons are to be answered, as calendars show it: never who they are."""

from collections.abc import Sequence
from datetime import date

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.person_requests.models import PersonRequest
from portal.person_requests.rules.life import WAITING
from portal.web.manifest import DatedThing
from portal.web.text import _, said


def request_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """Requests that wait for an answer, by the day their term ends."""
    found = ctx.session.scalars(
        select(PersonRequest)
        .options(joinedload(PersonRequest.vendor))
        .where(
            visible(ctx, Permission.REQUEST_VIEW, PersonRequest), PersonRequest.state.in_(WAITING),
            PersonRequest.due_on.between(since, until),
        )
        .order_by(PersonRequest.due_on, PersonRequest.id)
        .limit(at_most)
    )  # fmt: skip
    return [
        DatedThing(
            key=f"person-request-{one.id}", day=one.due_on,
            title=_("Répondre à la demande %(reference)s", reference=one.reference),
            detail=f"{said(one.kind.label)} · {one.vendor.name}",
            url=url_for("person_requests.show", request_id=one.id),
        )
        for one in found
    ]  # fmt: skip
