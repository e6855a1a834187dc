"""Reads of mystery tests: what is to be done, lists, one test, its observations, the results of a channel over time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased, defer, joinedload

from portal.authz.context import Context, reach, visible
from portal.authz.policy import Permission, Reach, Scope
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.language import N_
from portal.core.pages import PAGE_SIZE, Page, page_of
from portal.core.statements import soonest, written_once
from portal.findings.models import Finding
from portal.mystery.models import MysteryFinding, MysteryObservation, MysteryPlan, MysteryState, MysteryTest
from portal.mystery.rules.judgement import MysteryResult
from portal.mystery.rules.script import Way
from portal.mystery.rules.series import SeriesPoint, series_point
from portal.mystery.snapshot import thaw_result, thaw_script
from portal.vendors.models import Vendor
from portal.vendors.queries import first_named, one_vendor_named

ORIGIN = "mystery_test"
"""What findings opened from a test say of where they come from."""
AHEAD = timedelta(days=30)
"""How long before its day a planned test is shown as something to do."""
MOST_TO_DO = 12
MOST_VENDORS = 200
MOST_POINTS = 12


@dataclass(frozen=True)
class MysteryRow:
    """A test as lists show it."""

    id: int
    vendor_id: int
    vendor_name: str
    way: Way
    interface: str
    tester: str
    state: MysteryState
    due_on: date
    started_at: datetime | None
    concluded_at: datetime | None
    overall: MysteryResult | None
    kept: int
    breached: int
    unobserved: int

    @property
    def steps(self) -> int:
        """How many steps a concluded test had."""
        return self.kept + self.breached + self.unobserved


@dataclass(frozen=True)
class MysteryFilter:
    """What the list is filtered by."""

    vendor_id: int | None = None
    state: MysteryState | None = None

    @property
    def is_anything(self) -> bool:
        """Whether something is asked for."""
        return self.vendor_id is not None or self.state is not None


@dataclass(frozen=True)
class PlanRow:
    """A plan as its list shows it."""

    id: int
    vendor_id: int
    vendor_name: str
    way: Way
    interface: str
    tester: str
    every: int | None
    next_on: date | None
    """The day of its test that is still planned; none when it is over."""


_ROW = (
    MysteryTest.id, MysteryTest.vendor_id, Vendor.name, MysteryTest.way, MysteryTest.interface, MysteryTest.tester,
    MysteryTest.state, MysteryTest.due_on, MysteryTest.started_at, MysteryTest.concluded_at, MysteryTest.overall,
    MysteryTest.kept, MysteryTest.breached, MysteryTest.unobserved,
)  # fmt: skip


def _rows() -> Any:
    return select(*_ROW).join(Vendor, Vendor.id == MysteryTest.vendor_id)


def to_do(ctx: Context) -> list[MysteryRow]:
    """Tests under way, and planned ones due within a month or late, by their day.

    Nothing happens on the day a test is due but this line: it is computed when the page is read, so no tick is needed,
    and none can be missed.
    """
    asked = _to_do(reach(ctx, Permission.WITHDRAWAL_VIEW), ctx.today)
    return [MysteryRow(*row) for row in ctx.session.execute(asked, {"most": MOST_TO_DO})]


@written_once
def _to_do(within: Reach, today: date) -> Any:
    tests = select(MysteryTest.due_on, MysteryTest.id).where(within.over(MysteryTest))
    near = tests.where(MysteryTest.state == MysteryState.PLANNED, MysteryTest.due_on <= today + AHEAD)
    running = tests.where(MysteryTest.state == MysteryState.RUNNING)
    order = (MysteryTest.due_on, MysteryTest.id)
    return _rows().where(MysteryTest.id.in_(soonest([near, running]))).order_by(*order)


def list_tests(ctx: Context, wanted: MysteryFilter, *, page: int = 1) -> Page[MysteryRow]:
    """A page of tests within reach, the latest day first, in three statements."""
    order = (MysteryTest.due_on.desc(), MysteryTest.id.desc())
    found = page_of(ctx.session, select(MysteryTest.id).where(*_conditions(ctx, wanted)).order_by(*order), page)
    rows = ctx.session.execute(_rows().where(MysteryTest.id.in_(found.rows)).order_by(*order))
    return found.showing([MysteryRow(*row) for row in rows])


def _conditions(ctx: Context, wanted: MysteryFilter) -> Iterator[ColumnElement[bool]]:
    yield visible(ctx, Permission.WITHDRAWAL_VIEW, MysteryTest)
    if wanted.vendor_id is not None:
        yield MysteryTest.vendor_id == wanted.vendor_id
    if wanted.state is not None:
        yield MysteryTest.state == wanted.state


def vendors_tested(ctx: Context) -> Sequence[tuple[int, str]]:
    """Vendors that have a test within reach, by name: what the list is filtered by."""
    having = select(MysteryTest.vendor_id).where(visible(ctx, Permission.WITHDRAWAL_VIEW, MysteryTest))
    return first_named(ctx.session, having, at_most=MOST_VENDORS)


def plans(ctx: Context, *, page: int = 1) -> Page[PlanRow]:
    """A page of plans within reach, the next due first, those that are over last, in four statements.

    The next are met along the index of what is planned; who is over is looked for when a page comes to them.
    """
    within = reach(ctx, Permission.WITHDRAWAL_VIEW)
    start = (page - 1) * PAGE_SIZE
    every, waiting = ctx.session.execute(_plan_counts(within)).one()
    span = {"page_rows": PAGE_SIZE, "page_start": start}
    next_on = {row.plan_id: row.due_on for row in ctx.session.execute(_planned(within), span)}
    span = {"page_rows": PAGE_SIZE - len(next_on), "page_start": max(start - waiting, 0)}
    numbers = [*next_on, *ctx.session.scalars(_over(within), span)]
    rows = {row.id: row for row in ctx.session.execute(_PLAN_ROWS.where(MysteryPlan.id.in_(numbers)))}
    found = [PlanRow(*rows[number], next_on.get(number)) for number in numbers]
    return Page(found, page, PAGE_SIZE, every)


_PLAN_ROWS = select(
    MysteryPlan.id, MysteryPlan.vendor_id, Vendor.name, MysteryPlan.way, MysteryPlan.interface, MysteryPlan.tester,
    MysteryPlan.every,
).join(Vendor, Vendor.id == MysteryPlan.vendor_id)  # fmt: skip


def _next_tests(within: Reach) -> Any:
    """The test that comes next of each plan; one that has two planned is there once."""
    earlier = aliased(MysteryTest)
    sooner = or_(
        earlier.due_on < MysteryTest.due_on, and_(earlier.due_on == MysteryTest.due_on, earlier.id < MysteryTest.id)
    )
    another = select(earlier.id).where(
        earlier.plan_id == MysteryTest.plan_id, earlier.state == MysteryState.PLANNED, sooner
    )
    planned = select(MysteryTest.plan_id, MysteryTest.due_on).where(
        MysteryTest.state == MysteryState.PLANNED, ~another.exists()
    )
    if within.scope is Scope.ALL:
        return planned
    return planned.join(MysteryPlan, MysteryPlan.id == MysteryTest.plan_id).where(within.over(MysteryPlan))


def _has_planned() -> ColumnElement[bool]:
    """Whether a plan has a test to come."""
    planned = select(MysteryTest.id).where(
        MysteryTest.plan_id == MysteryPlan.id, MysteryTest.state == MysteryState.PLANNED
    )
    return planned.exists()


@written_once
def _plan_counts(within: Reach) -> Any:
    every = select(func.count()).select_from(MysteryPlan).where(within.over(MysteryPlan))
    waiting = every.where(_has_planned())
    return select(every.scalar_subquery().label("every"), waiting.scalar_subquery().label("waiting"))


@written_once
def _planned(within: Reach) -> Any:
    return (
        _next_tests(within)
        .order_by(MysteryTest.due_on, MysteryTest.plan_id)
        .limit(bindparam("page_rows"))
        .offset(bindparam("page_start"))
    )


@written_once
def _over(within: Reach) -> Any:
    return (
        select(MysteryPlan.id)
        .where(within.over(MysteryPlan), ~_has_planned())
        .order_by(MysteryPlan.id)
        .limit(bindparam("page_rows"))
        .offset(bindparam("page_start"))
    )


def get_plan(ctx: Context, plan_id: int, *, to: Permission) -> MysteryPlan:
    """One plan with its vendor; out of reach is NotFound."""
    plan = ctx.session.scalar(
        select(MysteryPlan)
        .options(joinedload(MysteryPlan.vendor))
        .where(MysteryPlan.id == plan_id, visible(ctx, to, MysteryPlan))
    )
    if plan is None:
        raise NotFound()
    return plan


def planned_of(ctx: Context, plan: MysteryPlan) -> MysteryTest | None:
    """The test of a plan that is still to be started."""
    return ctx.session.scalar(
        select(MysteryTest)
        .options(joinedload(MysteryTest.vendor))
        .where(MysteryTest.plan_id == plan.id, MysteryTest.state == MysteryState.PLANNED)
        .order_by(MysteryTest.due_on)
        .limit(1)
    )


def get_test(ctx: Context, test_id: int, *, to: Permission) -> MysteryTest:
    """One test with its vendor and plan; out of reach is NotFound."""
    test = ctx.session.scalar(
        select(MysteryTest)
        .options(joinedload(MysteryTest.vendor), joinedload(MysteryTest.plan))
        .where(MysteryTest.id == test_id, visible(ctx, to, MysteryTest))
    )
    if test is None:
        raise NotFound()
    return test


def observations_of(ctx: Context, test_id: int) -> dict[str, list[MysteryObservation]]:
    """Every observation of a test by step, the latest of each first, with authors and files."""
    rows = ctx.session.scalars(
        select(MysteryObservation)
        .options(joinedload(MysteryObservation.stored_file), joinedload(MysteryObservation.created_by))
        .where(MysteryObservation.test_id == test_id)
        .order_by(MysteryObservation.id.desc())
        .execution_options(populate_existing=True)
    )
    found: dict[str, list[MysteryObservation]] = {}
    for row in rows:
        found.setdefault(row.step, []).append(row)
    return found


def latest_observations(words: Mapping[str, Sequence[MysteryObservation]]) -> dict[str, MysteryObservation]:
    """The observation that counts on each step."""
    return {step: said[0] for step, said in words.items()}


def get_proof(ctx: Context, test: MysteryTest, observation_id: int) -> MysteryObservation:
    """An observation of a test already within reach, with its file; NotFound when it has none."""
    found = ctx.session.scalar(
        select(MysteryObservation)
        .options(joinedload(MysteryObservation.stored_file))
        .where(MysteryObservation.id == observation_id, MysteryObservation.test_id == test.id)
    )
    if found is None or found.stored_file is None:
        raise NotFound()
    return found


def previous_test(ctx: Context, test: MysteryTest) -> MysteryTest | None:
    """The test of the same vendor and channel concluded last before this one."""
    earlier = MysteryTest.concluded_at < test.concluded_at if test.concluded_at else MysteryTest.id != test.id
    return ctx.session.scalar(
        select(MysteryTest)
        .where(
            MysteryTest.vendor_id == test.vendor_id,
            MysteryTest.way == test.way,
            MysteryTest.state == MysteryState.CONCLUDED,
            earlier,
        )
        .order_by(MysteryTest.concluded_at.desc(), MysteryTest.id.desc())
        .limit(1)
    )


def series(ctx: Context, vendor_id: int, way: Way) -> list[SeriesPoint]:
    """The last concluded tests of a vendor's channel, oldest first."""
    rows = ctx.session.scalars(
        select(MysteryTest)
        .options(defer(MysteryTest.reason))
        .where(
            visible(ctx, Permission.WITHDRAWAL_VIEW, MysteryTest),
            MysteryTest.vendor_id == vendor_id,
            MysteryTest.way == way,
            MysteryTest.state == MysteryState.CONCLUDED,
        )
        .order_by(MysteryTest.concluded_at.desc(), MysteryTest.id.desc())
        .limit(MOST_POINTS)
    ).all()
    return [
        series_point(row.id, legal_date(row.concluded_at), thaw_result(row.result, thaw_script(row.script)))
        for row in reversed(rows)
        if row.concluded_at is not None
    ]


def vendor_named(ctx: Context, text: str) -> Vendor:
    """The vendor that a form names, among those one may test; raises Refused when none, or several, may be meant."""
    absent = N_("Aucun sous-traitant du registre ne porte ce nom : corrigez-le.")
    return one_vendor_named(ctx, text, to=Permission.WITHDRAWAL_AUDIT, absent=absent)


def get_vendor(ctx: Context, vendor_id: int) -> Vendor | None:
    """A vendor that one may test, or None."""
    return ctx.session.scalar(
        select(Vendor).where(Vendor.id == vendor_id, visible(ctx, Permission.WITHDRAWAL_AUDIT, Vendor))
    )


def findings_of_test(ctx: Context, test: MysteryTest) -> dict[str, Finding]:
    """The findings that a test showed, by the step that was breached."""
    rows = ctx.session.execute(
        select(MysteryFinding.step, Finding)
        .join(Finding, Finding.id == MysteryFinding.finding_id)
        .where(MysteryFinding.test_id == test.id)
        .order_by(MysteryFinding.id)
    )
    return {row.step: row.Finding for row in rows}
