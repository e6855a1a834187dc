"""Reads of requests of persons, within the actor's reach. What a vendor may read names its columns."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import aliased, joinedload, load_only

from portal.authz.context import Context, reach, visible
from portal.authz.policy import Permission, Reach
from portal.chain.queries import chain_around, knots_of_vendor
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.language import N_
from portal.core.pages import Page, page_of
from portal.core.statements import among, among_written, first_of_each, written_once
from portal.core.stored import StoredFile
from portal.person_requests.identity import RequestingPerson, opened_person
from portal.person_requests.models import PersonRequest, RequestTask, reference_of
from portal.person_requests.rules.entrusted import TaskKind, TaskOutcome, TaskState
from portal.person_requests.rules.kinds import RequestKind
from portal.person_requests.rules.life import WAITING, RequestState
from portal.person_requests.rules.standing import PunctualityCount
from portal.processing.models import ActivityService, ActivityVersion
from portal.processing.queries import standing
from portal.vendors.models import Service, Vendor
from portal.vendors.queries import one_vendor_named

P = Permission
COUNTED_DAYS = 365
OWN_AT_MOST = 100
MOST_TASKS = 100
MOST_CONCERNED = 30


def request_page(ctx: Context, state: RequestState | None, page: int) -> Page[PersonRequest]:
    """Requests within reach: those that wait first, the soonest due; then the latest."""
    found = page_of(ctx.session, _listed(reach(ctx, P.REQUEST_VIEW), state), page)
    by_id = {row.id: row for row in ctx.session.scalars(_listed_rows().where(PersonRequest.id.in_(found.rows)))}
    return found.showing([by_id[one] for one in found.rows])


@cache
def _listed_rows() -> Select[PersonRequest]:
    """What a list shows of a row and of its vendor; neither long texts nor what is counted."""
    return select(PersonRequest).options(
        load_only(
            PersonRequest.kind, PersonRequest.state, PersonRequest.entered_at, PersonRequest.counts_from_vendor,
            PersonRequest.vendor_received_on, PersonRequest.reached_us_on, PersonRequest.due_on, PersonRequest.told_on,
            PersonRequest.pauses, raiseload=True,
        ),
        joinedload(PersonRequest.vendor).load_only(Vendor.name, raiseload=True),
        joinedload(PersonRequest.proof).load_only(StoredFile.size, raiseload=True),
    )  # fmt: skip


@written_once
def _listed(within: Reach, state: RequestState | None) -> Select[int]:
    """The numbers alone, in the order of an index."""
    listed = select(PersonRequest.id).where(within.over(PersonRequest))
    order = PersonRequest.due_on, PersonRequest.id.desc()
    if state is not None:
        return listed.where(PersonRequest.state == state).order_by(*order)
    return listed.order_by(~among_written(PersonRequest.state, WAITING), *order)


def state_counts(ctx: Context) -> dict[RequestState, int]:
    """How many requests within reach stand where."""
    rows = ctx.session.execute(
        select(PersonRequest.state, func.count(PersonRequest.id).label("number"))
        .where(visible(ctx, P.REQUEST_VIEW, PersonRequest))
        .group_by(PersonRequest.state)
    )
    return {row.state: row.number for row in rows}


def punctuality_of_year(ctx: Context) -> PunctualityCount:
    """« Answered in time », over the requests received within a year: counted by the database, by the same rule
    (`rules.standing.counted`); a test compares the two.
    """
    return PunctualityCount(*ctx.session.execute(_punctuality(reach(ctx, P.REQUEST_VIEW), ctx.today)).one())


@written_once
def _punctuality(within: Reach, today: date) -> Any:
    since = today - timedelta(days=COUNTED_DAYS)
    one, number = PersonRequest, func.count()
    start = case((one.counts_from_vendor, one.vendor_received_on), else_=one.reached_us_on)
    is_dropped, is_waiting = one.state == RequestState.DROPPED, among(one.state, WAITING)
    in_time = and_(~is_dropped, ~is_waiting, one.told_on >= start, one.told_on <= one.due_on, StoredFile.size > 0)
    is_open = and_(is_waiting, one.due_on >= today)
    return (
        select(number.filter(in_time), number.filter(~is_dropped, ~is_open), number.filter(is_dropped))
        .select_from(one)
        .outerjoin(StoredFile, StoredFile.id == one.proof_id)
        .where(within.over(one), one.reached_us_on >= since)
    )


def register_rows(ctx: Context) -> Sequence[PersonRequest]:
    """The whole register within reach, the oldest first."""
    return ctx.session.scalars(
        select(PersonRequest)
        .options(joinedload(PersonRequest.vendor), joinedload(PersonRequest.proof))
        .where(visible(ctx, P.REQUEST_VIEW, PersonRequest))
        .order_by(PersonRequest.entered_at, PersonRequest.id)
    ).all()


def get_request(ctx: Context, request_id: int, *, to: Permission) -> PersonRequest:
    """A request; raises NotFound out of reach."""
    found = ctx.session.scalar(
        select(PersonRequest)
        .options(
            joinedload(PersonRequest.vendor), joinedload(PersonRequest.service), joinedload(PersonRequest.proof)
        )
        .where(PersonRequest.id == request_id, visible(ctx, to, PersonRequest))
    )  # fmt: skip
    if found is None:
        raise NotFound()
    return found


def tasks_of(ctx: Context, request: PersonRequest) -> Sequence[RequestTask]:
    """What vendors were asked for a request; the caller has checked its reach."""
    return ctx.session.scalars(
        select(RequestTask)
        .options(joinedload(RequestTask.vendor), joinedload(RequestTask.proof))
        .where(RequestTask.request_id == request.id)
        .order_by(RequestTask.id)
        .limit(MOST_TASKS)
    ).all()


def get_task(ctx: Context, request_id: int, task_id: int, *, to: Permission) -> RequestTask:
    """One thing asked of a vendor, with its request; raises NotFound."""
    found = ctx.session.scalar(
        select(RequestTask)
        .options(
            joinedload(RequestTask.vendor), joinedload(RequestTask.proof),
            joinedload(RequestTask.request).joinedload(PersonRequest.vendor),
        )
        .where(RequestTask.id == task_id, RequestTask.request_id == request_id, visible(ctx, to, RequestTask))
    )  # fmt: skip
    if found is None:
        raise NotFound()
    return found


def vendor_named(ctx: Context, name: str) -> Vendor:
    """The vendor that a form names; raises Refused when none, or several, may be meant."""
    absent = N_("Aucun sous-traitant du registre ne porte ce nom : corrigez-le.")
    return one_vendor_named(ctx, name, to=P.REQUEST_WORK, absent=absent)


def vendor_by_number(ctx: Context, vendor_id: int) -> Vendor | None:
    """A vendor for which one may record a request, or None."""
    return ctx.session.scalar(select(Vendor).where(Vendor.id == vendor_id, visible(ctx, P.REQUEST_WORK, Vendor)))


@dataclass(frozen=True)
class ConcernedVendor:
    """A vendor that may hold data of the same person, and why one thinks so."""

    id: int
    name: str
    is_chained: bool
    """Whether it stands below the vendor in the chain; if not, both serve one processing of the register."""


def concerned_vendors(ctx: Context, request: PersonRequest, but: Collection[int]) -> list[ConcernedVendor]:
    """Vendors that the map says concerned by a request (RGPD art. 19), but those already asked; proposed, no more."""
    chained = _below(ctx, request.vendor_id)
    beside = _beside(ctx, request)
    wanted = (chained | beside) - set(but)
    rows = ctx.session.execute(
        select(Vendor.id, Vendor.name)
        .where(Vendor.id.in_(wanted), visible(ctx, P.REQUEST_WORK, Vendor))
        .order_by(Vendor.folded_name, Vendor.id)
        .limit(MOST_CONCERNED)
    )
    return [ConcernedVendor(row.id, row.name, row.id in chained) for row in rows]


def _below(ctx: Context, vendor_id: int) -> set[int]:
    knots = knots_of_vendor(ctx, vendor_id) if ctx.can(P.CHAIN_VIEW) else []
    if not knots:
        return set()
    world = chain_around(ctx, knots)
    below = world.graph.suppliers(knots)
    return {node.vendor_id for node in world.nodes if node.knot in below and node.vendor_id is not None} - {vendor_id}


def _beside(ctx: Context, request: PersonRequest) -> set[int]:
    """The vendors whose services the same lines of the register rest on."""
    own, other = aliased(Service), aliased(Service)
    mine, theirs = aliased(ActivityService), aliased(ActivityService)
    wanted = (
        select(other.vendor_id)
        .join(theirs, theirs.service_id == other.id)
        .join(ActivityVersion, ActivityVersion.id == theirs.version_id)
        .join(mine, mine.version_id == ActivityVersion.id)
        .join(own, own.id == mine.service_id)
        .where(own.vendor_id == request.vendor_id, other.vendor_id != request.vendor_id, standing(None))
    )
    if request.service_id is not None:
        wanted = wanted.where(own.id == request.service_id)
    return set(ctx.session.scalars(wanted.distinct()))


def waiting_for_us(ctx: Context, *, at_most: int) -> Sequence[tuple[PersonRequest, str | None]]:
    """Requests to be answered, or of which something that a vendor gave back is unchecked, the soonest due first.

    The second value is the name of the vendor that gave something back first, none when nothing waits to be checked.
    """
    rows = ctx.session.execute(_waiting(reach(ctx, P.REQUEST_WORK)), {"most": at_most})
    return [(row[0], row[1]) for row in rows]


@written_once
def _waiting(within: Reach) -> Select[Any]:
    returned = (
        select(Vendor.name)
        .join(RequestTask, RequestTask.vendor_id == Vendor.id)
        .where(RequestTask.request_id == PersonRequest.id, RequestTask.state == TaskState.DONE)
        .order_by(RequestTask.answered_at, RequestTask.id)
        .limit(1)
        .correlate(PersonRequest)
        .scalar_subquery()
    )
    unchecked = select(RequestTask.request_id).where(RequestTask.state == TaskState.DONE)
    ids = select(PersonRequest.id).where(within.over(PersonRequest))
    kinds = [ids.where(PersonRequest.state == state) for state in WAITING]
    kinds.append(ids.where(PersonRequest.id.in_(unchecked)))
    order = PersonRequest.due_on, PersonRequest.id
    return (
        select(PersonRequest, returned.label("returned"))
        .options(joinedload(PersonRequest.vendor))
        .where(PersonRequest.id.in_(first_of_each(kinds, order)))
        .order_by(*order)
        .limit(bindparam("most", type_=Integer))
    )


@dataclass(frozen=True)
class OwnRequest:
    """A request as the vendor that relayed it sees it: nothing of what we do with it."""

    id: int
    reference: str
    kind: RequestKind
    received_on: date
    relayed_at: datetime
    is_over: bool


@dataclass(frozen=True)
class OwnTask:
    """What a vendor is asked, as it sees it; who the person is, only while it has something to do."""

    id: int
    kind: TaskKind
    state: TaskState
    ask: str
    due_on: date
    asked_at: datetime
    outcome: TaskOutcome | None
    answer: str
    done_on: date | None
    returned_reason: str
    filename: str | None
    person: RequestingPerson | None


def own_requests(ctx: Context) -> list[OwnRequest]:
    """What the vendor relayed, the latest first; what we recorded ourselves is ours."""
    rows = ctx.session.execute(
        select(
            PersonRequest.id, PersonRequest.kind, PersonRequest.vendor_received_on, PersonRequest.entered_at,
            PersonRequest.state,
        )
        .where(visible(ctx, P.SPACE_VIEW, PersonRequest), PersonRequest.from_vendor.is_(True))
        .order_by(PersonRequest.id.desc())
        .limit(OWN_AT_MOST)
    )  # fmt: skip
    return [
        OwnRequest(
            row.id, reference_of(row.id, row.entered_at), row.kind,
            row.vendor_received_on or legal_date(row.entered_at), row.entered_at, not row.state.is_waiting,
        )
        for row in rows
    ]  # fmt: skip


_TASK = (
    RequestTask.id, RequestTask.kind, RequestTask.state, RequestTask.ask, RequestTask.due_on, RequestTask.asked_at,
    RequestTask.outcome, RequestTask.answer, RequestTask.done_on, RequestTask.returned_reason, StoredFile.filename,
    RequestTask.with_identity,
)  # fmt: skip


def own_tasks(ctx: Context) -> list[OwnTask]:
    """What the vendor is asked, what waits for it first; nobody is named in the list."""
    wanted = (
        select(*_TASK)
        .outerjoin(StoredFile, StoredFile.id == RequestTask.proof_id)
        .where(visible(ctx, P.SPACE_VIEW, RequestTask))
        .order_by(RequestTask.state != TaskState.ASKED, RequestTask.due_on, RequestTask.id)
        .limit(OWN_AT_MOST)
    )
    return [_own(row, None) for row in ctx.session.execute(wanted)]


def own_task(ctx: Context, task_id: int) -> OwnTask:
    """One of them, with the person when this vendor is told and has something to do; raises NotFound."""
    row = ctx.session.execute(
        select(*_TASK, PersonRequest.sealed)
        .join(PersonRequest, PersonRequest.id == RequestTask.request_id)
        .outerjoin(StoredFile, StoredFile.id == RequestTask.proof_id)
        .where(RequestTask.id == task_id, visible(ctx, P.SPACE_VIEW, RequestTask))
    ).one_or_none()
    if row is None:
        raise NotFound()
    is_told = row.with_identity and row.state is TaskState.ASKED and ctx.can(P.REQUEST_RELAY)
    return _own(row, opened_person(row.sealed) if is_told else None)


def _own(row: Any, person: RequestingPerson | None) -> OwnTask:
    return OwnTask(
        row.id, row.kind, row.state, row.ask, row.due_on, row.asked_at, row.outcome, row.answer, row.done_on,
        row.returned_reason, row.filename, person,
    )  # fmt: skip


def task_to_give_back(ctx: Context, task_id: int) -> RequestTask:
    """The row of what a vendor is asked, for its answer; raises NotFound."""
    found = ctx.session.scalar(
        select(RequestTask)
        .options(
            joinedload(RequestTask.vendor), joinedload(RequestTask.request).joinedload(PersonRequest.vendor)
        )
        .where(RequestTask.id == task_id, visible(ctx, P.REQUEST_RELAY, RequestTask))
    )  # fmt: skip
    if found is None:
        raise NotFound()
    return found
