"""Mystery withdrawals as a tester runs them: planned, started on an order, observed."""

from datetime import date, datetime, timedelta
from io import BytesIO

from portal.authz.context import Context
from portal.consumer_law.rules.periods import ContractKind
from portal.core import process
from portal.core.clock import LEGAL_ZONE
from portal.core.files import Blob
from portal.mystery import queries, services
from portal.mystery.models import MysteryTest
from portal.mystery.rules.judgement import ObservationAnswer
from portal.mystery.rules.script import Way
from portal.mystery.services import ObservationInput, OrderInput, PlanInput
from portal.mystery.snapshot import thaw_script
from portal.vendors.models import Vendor
from tests.factories import files


def at(day: date, hour: int = 10) -> datetime:
    """An instant in Paris."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=LEGAL_ZONE)


def proof(name: str = "ecran.png") -> Blob:
    """A screenshot, sealed."""
    return process.store().put(BytesIO(files.picture("PNG")), filename=name, allowed=services.PROOFS)


def planned(ctx: Context, vendor: Vendor, way: Way = Way.PHONE, every: int | None = 3) -> MysteryTest:
    """A test planned for today."""
    made = services.plan_tests(ctx, vendor, PlanInput(way, "+33 4 00 00 00 10", every, ctx.today, "Ana"))
    test = queries.planned_of(ctx, made)
    assert test is not None
    return test


def running(
    ctx: Context, vendor: Vendor, way: Way = Way.PHONE, kind: ContractKind = ContractKind.SERVICE
) -> MysteryTest:
    """A test started on an order placed forty days ago."""
    test = planned(ctx, vendor, way)
    day = ctx.today - timedelta(days=40)
    services.start_test(ctx, test, OrderInput(kind, day, day if kind.from_receipt else None))
    return test


def observed(ctx: Context, test: MysteryTest, **different: str) -> None:
    """Every step seen the day after the order, as expected but for those named, with what was seen there."""
    day = (test.ordered_on or ctx.today) + timedelta(days=1)
    for step in thaw_script(test.script):
        note = different.get(step.key, "")
        blob = proof() if step.needs_proof else None
        when = at(day, 12 if step.clock else 10) if step.needs_time else None
        services.record_observation(
            ctx,
            test,
            step.key,
            ObservationInput(ObservationAnswer.DIFFERENT if note else ObservationAnswer.AS_EXPECTED, when, note, blob),
        )
