"""What is expected of a vendor of breaches that are not over and for requests of persons, by day: one statement."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, DateTime, String, cast, func, literal, null, select, union_all
from sqlalchemy.orm import aliased

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core import workdays
from portal.core.clock import last_day_before, legal_date
from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.incidents.models import Incident, IncidentStatement, reference_of
from portal.incidents.rules.life import LIVE
from portal.incidents.services import clock_of
from portal.person_requests.models import RequestTask
from portal.person_requests.rules.entrusted import TaskKind, TaskState
from portal.vendors.models import Vendor

P = Permission.SPACE_VIEW


@dataclass(frozen=True)
class ExpectedDay:
    """One thing, on its day."""

    id: int
    vendor_id: int
    vendor_name: str
    kind: str
    """What it is, among the dates of a calendar."""
    day: date
    title: str
    """Marked for translation."""
    what: str
    """The reference of a breach, or the French label of what is asked."""


def expected_days(ctx: Context, since: date, until: date, at_most: int) -> list[ExpectedDay]:
    """What falls between two days, of the vendors that an account answers for.

    What one declared is completed before the 72 hours counted from its declaration, which it knows, and not from our
    awareness, which it does not. A question of ours is answered by the next working day.
    """
    rows = ctx.session.execute(_wanted(ctx, since, until).limit(2 * at_most)).all()
    return [one for row in rows if since <= (one := _read(row)).day <= until]


def _wanted(ctx: Context, since: date, until: date) -> Any:
    said = aliased(IncidentStatement)
    last = (
        select(func.max(said.id))
        .where(said.incident_id == Incident.id, said.internal.is_(False))
        .correlate(Incident)
        .scalar_subquery()
    )
    asked_at = (
        select(IncidentStatement.at)
        .where(IncidentStatement.id == last, IncidentStatement.from_vendor.is_(False))
        .correlate(Incident)
        .scalar_subquery()
    )
    breaches = (
        select(
            literal("breach").label("of"), Incident.id, Incident.vendor_id, Vendor.name, Incident.declared_at,
            asked_at.label("asked_at"), cast(null(), Date).label("due_on"), cast(null(), String(40)).label("task"),
        )
        .join(Vendor, Vendor.id == Incident.vendor_id)
        .where(
            visible(ctx, P, Incident), Incident.is_shared.is_(True), Incident.state.in_(LIVE),
            Incident.from_vendor.is_(True) | asked_at.is_not(None),
        )
    )  # fmt: skip
    moment = DateTime(timezone=True)
    tasks = (
        select(
            literal("task"), RequestTask.id, RequestTask.vendor_id, Vendor.name, cast(null(), moment),
            cast(null(), moment), RequestTask.due_on, cast(RequestTask.kind, String(40)),
        )
        .join(Vendor, Vendor.id == RequestTask.vendor_id)
        .where(
            visible(ctx, P, RequestTask), RequestTask.state == TaskState.ASKED, RequestTask.due_on.between(since, until)
        )
    )  # fmt: skip
    both = union_all(breaches, tasks).subquery()
    return select(both).order_by(both.c.of, both.c.due_on, both.c.id.desc())


def _read(row: Any) -> ExpectedDay:
    held = (row.id, row.vendor_id, row.name)
    if row.of == "task":
        label = TaskKind(row.task).label
        return ExpectedDay(*held, "person-request", row.due_on, N_("Demande d'une personne : %(what)s"), label)
    reference, asked_at = reference_of(row.id, row.declared_at), row.asked_at
    if asked_at is not None:
        day = workdays.next_working(_next_day(asked_at))
        return ExpectedDay(*held, "breach-asked", day, N_("Répondre sur la violation %(what)s"), reference)
    day = last_day_before(clock_of(row.declared_at).due)
    return ExpectedDay(*held, "breach", day, N_("Compléter la violation %(what)s"), reference)


def _next_day(at: datetime) -> date:
    return legal_date(at) + timedelta(days=1)
