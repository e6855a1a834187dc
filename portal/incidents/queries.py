"""Reads of breaches, within the actor's reach. What a vendor may read has its own query, which names its columns."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import TypeVar

from sqlalchemy import ColumnElement, Integer, Select, bindparam, case, func, literal_column, or_, select
from sqlalchemy.orm import joinedload, load_only

from portal.authz.context import Context, reach, visible
from portal.authz.policy import Permission, Reach, Scope
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.language import N_
from portal.core.pages import Page, page_of
from portal.core.statements import among_written, first_of_each, written_once
from portal.incidents.models import Incident, IncidentStatement, reference_of
from portal.incidents.rules.breach_facts import BreachFacts
from portal.incidents.rules.life import UNDECIDED, IncidentState
from portal.vendors.models import Service, Vendor
from portal.vendors.queries import one_vendor_named

P = Permission
Said = TypeVar("Said")
MOST_STATEMENTS = 200
"""Things said of a breach that a page shows, the last ones."""
OWN_AT_MOST = 100
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any moment that is written: « after it » follows an index, « not null » does not on SQLite."""


def incident_page(ctx: Context, state: IncidentState | None, page: int) -> Page[Incident]:
    """Breaches within reach, the soonest to notify first (RGPD art. 33(1)); then the latest.

    What is notified already, its assessment taken up again, has no clock: it stands before what is decided.
    """
    found = page_of(ctx.session, _listed(reach(ctx, P.INCIDENT_VIEW), state), page)
    by_id = {row.id: row for row in ctx.session.scalars(_listed_rows().where(Incident.id.in_(found.rows)))}
    return found.showing([by_id[number] for number in found.rows])


@cache
def _listed_rows() -> Select[Incident]:
    """What a list shows of a row and of its vendor; neither long texts nor what is counted."""
    return select(Incident).options(
        load_only(
            Incident.state, Incident.risk, Incident.facts, Incident.unread_since, Incident.declared_at,
            Incident.notify_by, Incident.notified_at, raiseload=True,
        ),
        joinedload(Incident.vendor).load_only(Vendor.name, raiseload=True),
    )  # fmt: skip


@written_once
def _listed(within: Reach, state: IncidentState | None) -> Select[int]:
    """The numbers alone, in the order of an index."""
    listed = select(Incident.id).where(within.over(Incident))
    if state is not None:
        listed = listed.where(Incident.state == state)
    return listed.order_by(_rank(), _running_clock(), Incident.declared_at.desc(), Incident.id.desc())


# Both are written as the index has them, values in the text. Breaches of one rank either all have a clock or all have
# none: where a database puts nothing makes no difference.
def _rank() -> ColumnElement[int]:
    """0 while the authority is to be notified, 1 when it was and the assessment is taken up again, 2 once decided."""
    rank: ColumnElement[int] = case(
        (~among_written(Incident.state, UNDECIDED), literal_column("2")),
        (Incident.notified_at.is_not(None), literal_column("1")),
        else_=literal_column("0", Integer),
    )
    return rank


def _running_clock() -> ColumnElement[datetime | None]:
    """The end of the 72 hours that run, of those of the first rank."""
    runs = among_written(Incident.state, UNDECIDED) & Incident.notified_at.is_(None)
    return case((runs, Incident.notify_by))


def state_counts(ctx: Context) -> dict[IncidentState, int]:
    """How many breaches within reach stand where."""
    rows = ctx.session.execute(
        select(Incident.state, func.count(Incident.id).label("number"))
        .where(visible(ctx, P.INCIDENT_VIEW, Incident))
        .group_by(Incident.state)
    )
    return {row.state: row.number for row in rows}


def sees_every_breach(ctx: Context) -> bool:
    """Whether what the actor reaches is the whole register, and not the breaches of some vendors alone."""
    return reach(ctx, P.INCIDENT_VIEW).scope is Scope.ALL


def register_rows(ctx: Context) -> Sequence[Incident]:
    """The whole register within reach, the oldest first (RGPD art. 33(5))."""
    return ctx.session.scalars(
        select(Incident)
        .options(joinedload(Incident.vendor))
        .where(visible(ctx, P.INCIDENT_VIEW, Incident))
        .order_by(Incident.declared_at, Incident.id)
    ).all()


def get_incident(ctx: Context, incident_id: int, *, to: Permission) -> Incident:
    """A breach; raises NotFound out of reach."""
    found = ctx.session.scalar(
        select(Incident)
        .options(joinedload(Incident.vendor))
        .where(Incident.id == incident_id, visible(ctx, to, Incident))
    )
    if found is None:
        raise NotFound()
    return found


def statements_of(ctx: Context, incident: Incident) -> tuple[Sequence[IncidentStatement], bool]:
    """The last things said of a breach, in their order, notes of ours included; and whether older ones are left out.

    The caller has checked that one may read them.
    """
    return _last_said(
        ctx.session.scalars(
            select(IncidentStatement)
            .where(IncidentStatement.incident_id == incident.id)
            .order_by(IncidentStatement.id.desc())
            .limit(MOST_STATEMENTS + 1)
        ).all()
    )


def _last_said(newest_first: Sequence[Said]) -> tuple[list[Said], bool]:
    """A vendor says what it wants, as often as it wants: the oldest words go, never the newest."""
    return list(reversed(newest_first[:MOST_STATEMENTS])), len(newest_first) > MOST_STATEMENTS


def services_of(ctx: Context, vendor_id: int, *, named: Collection[int] = ()) -> Sequence[Service]:
    """What a vendor does for us now, and the services `named` that have ended; the caller has checked its reach."""
    goes_on = Service.goes_on(ctx.today)
    return ctx.session.scalars(
        select(Service).where(Service.vendor_id == vendor_id, or_(goes_on, Service.id.in_(named))).order_by(Service.id)
    ).all()


def service_names(ctx: Context, vendor_id: int) -> dict[int, str]:
    """What each service of a vendor is called, by number: a breach names those that have ended since too."""
    named = select(Service.id, Service.name).where(Service.vendor_id == vendor_id)
    return {row.id: row.name for row in ctx.session.execute(named.order_by(Service.id))}


def vendor_to_record(ctx: Context, name: str) -> Vendor:
    """The vendor that a form names; raises Refused when none, or several, may be meant."""
    absent = N_("Aucun sous-traitant du registre ne porte ce nom : corrigez-le.")
    return one_vendor_named(ctx, name, to=P.INCIDENT_WORK, absent=absent)


def vendor_by_number(ctx: Context, vendor_id: int) -> Vendor | None:
    """A vendor for which one may record a breach, or None."""
    return ctx.session.scalar(select(Vendor).where(Vendor.id == vendor_id, visible(ctx, P.INCIDENT_WORK, Vendor)))


def waiting_for_us(ctx: Context, *, at_most: int) -> Sequence[Incident]:
    """Breaches whose clock runs, the soonest first, then those of which the vendor said more."""
    return ctx.session.scalars(_waiting(reach(ctx, P.INCIDENT_WORK)), {"most": at_most}).all()


@written_once
def _waiting(within: Reach) -> Select[Incident]:
    # The first of each kind, along the index of its state: what waits is not put in order whole.
    ids = select(Incident.id).where(within.over(Incident))
    kinds = [ids.where(Incident.state == state) for state in UNDECIDED]
    kinds.append(ids.where(Incident.state.not_in(UNDECIDED), Incident.unread_since > _EVER))
    first = first_of_each(kinds, (Incident.notify_by, Incident.id))
    order = Incident.state.not_in(UNDECIDED), Incident.notify_by, Incident.id
    found = select(Incident).options(joinedload(Incident.vendor)).where(Incident.id.in_(first))
    return found.order_by(*order).limit(bindparam("most", type_=Integer))


@dataclass(frozen=True)
class OwnIncident:
    """A breach as its vendor sees it: what it declared, and whether we are done with it."""

    id: int
    reference: str
    declared_at: datetime
    facts: BreachFacts
    is_over: bool
    may_add: bool


@dataclass(frozen=True)
class OwnStatement:
    """Something said of it that the vendor may read."""

    at: datetime
    author: str
    from_vendor: bool
    text: str
    said: dict[str, object]


_OWN = (Incident.id, Incident.declared_at, Incident.state, Incident.vendor_facts)


def _own(row: Incident) -> OwnIncident:
    reference = reference_of(row.id, row.declared_at)
    may_add = row.state is not IncidentState.MISTAKEN
    return OwnIncident(
        row.id, reference, row.declared_at, BreachFacts.of(row.vendor_facts), row.state.is_over, may_add
    )  # fmt: skip


def own_incidents(ctx: Context) -> list[OwnIncident]:
    """What the vendor declared, or was asked about, the latest first; what we recorded by ourselves is ours."""
    rows = ctx.session.execute(
        select(*_OWN)
        .where(visible(ctx, P.SPACE_VIEW, Incident), Incident.is_shared.is_(True))
        .order_by(Incident.id.desc())
        .limit(OWN_AT_MOST)
    )
    return [_own(row) for row in rows]  # type: ignore[arg-type]


def own_incident(ctx: Context, incident_id: int) -> tuple[OwnIncident, list[OwnStatement], bool]:
    """One of them with what was said of it last, and whether older words are left out; raises NotFound."""
    row = ctx.session.execute(
        select(*_OWN).where(
            Incident.id == incident_id, visible(ctx, P.SPACE_VIEW, Incident), Incident.is_shared.is_(True)
        )
    ).one_or_none()
    if row is None:
        raise NotFound()
    said = ctx.session.execute(
        select(
            IncidentStatement.at, IncidentStatement.author_name, IncidentStatement.from_vendor,
            IncidentStatement.text, IncidentStatement.said,
        )
        .where(IncidentStatement.incident_id == incident_id, IncidentStatement.internal.is_(False))
        .order_by(IncidentStatement.id.desc())
        .limit(MOST_STATEMENTS + 1)
    )  # fmt: skip
    told = [OwnStatement(one.at, one.author_name, one.from_vendor, one.text, one.said) for one in said]
    return _own(row), *_last_said(told)  # type: ignore[arg-type]


def incident_to_add_to(ctx: Context, incident_id: int) -> Incident:
    """The row of a breach that its vendor may see and says more of; raises NotFound."""
    found = ctx.session.scalar(
        select(Incident)
        .options(joinedload(Incident.vendor))
        .where(
            Incident.id == incident_id, visible(ctx, P.INCIDENT_DECLARE, Incident), Incident.is_shared.is_(True)
        )
    )  # fmt: skip
    if found is None:
        raise NotFound()
    return found
