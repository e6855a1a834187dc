from datetime import date
from decimal import Decimal

import pytest

from portal.authz.context import Context
from portal.authz.policy import Permission, Role
from portal.core.errors import NotFound
from portal.samples import queries, services
from portal.samples.models import FlaggedCase, SampleColumns, SampleState
from portal.samples.report import report_of
from portal.samples.rules.columns import CaseField, SampleKind
from tests.conftest import NOW
from tests.factories import samples
from tests.factories.samples import asked, measured
from tests.factories.spaces import actor_of
from tests.factories.world import vendor_of, vendor_user

pytestmark = pytest.mark.both_databases

VIEW = Permission.WITHDRAWAL_VIEW


@pytest.fixture
def dpo(acting, app):
    return acting(Role.DPO)


@pytest.fixture
def vendor(session):
    return vendor_of(session)


def sender_of(session, vendor):
    return Context(session, actor_of(vendor_user(session, vendor), vendor), NOW)


def done(sample, at=NOW, faults=0):
    """A sample as it stands once measured."""
    sample.state, sample.measured_at, sample.flagged_cases = SampleState.MEASURED, at, faults
    return sample


def test_a_sample_is_found_within_reach_alone(session, acting, dpo, vendor):
    sample = asked(dpo, vendor)
    other = vendor_of(session)
    assert queries.get_sample(dpo, sample.id, to=VIEW) is sample
    assert queries.get_sample(sender_of(session, vendor), sample.id, to=Permission.SAMPLE_SEND) is sample
    for ctx, to in (
        (acting(Role.BUYER), VIEW),
        (acting(Role.EXPERT, vendor_ids=frozenset({other.id})), VIEW),
        (sender_of(session, other), Permission.SAMPLE_SEND),
        (sender_of(session, vendor), VIEW),
        (acting(Role.MANAGEMENT), Permission.WITHDRAWAL_AUDIT),
    ):
        with pytest.raises(NotFound):
            queries.get_sample(ctx, sample.id, to=to)


def test_the_list_has_what_is_awaited_first_and_only_what_is_within_reach(session, acting, dpo, vendor):
    other = vendor_of(session)
    first, second, third = asked(dpo, vendor), asked(dpo, vendor), asked(dpo, other)
    done(first)
    session.flush()
    assert [row.id for row in queries.sample_page(dpo, page=1).rows] == [third.id, second.id, first.id]
    assert [row.id for row in queries.sample_page(dpo, page=1, vendor_id=other.id).rows] == [third.id]
    expert = acting(Role.EXPERT, vendor_ids=frozenset({vendor.id}))
    assert queries.sample_page(expert, page=1).total == 2
    assert queries.sample_page(acting(Role.BUYER), page=1).total == 0


def test_the_worst_cases_come_first_and_may_be_those_of_one_fault(session, dpo, vendor):
    sample = asked(dpo, vendor)
    for line, weight, flags in ((2, 1, ["a"]), (3, 9, ["b"]), (4, 5, ["a", "b"]), (5, 9, ["b"])):
        session.add(
            FlaggedCase(
                sample_id=sample.id, line=line, reference=f"R{line}", weight=weight, is_firm=True, flags=flags, facts={}
            )
        )  # fmt: skip
    session.flush()
    assert [row.line for row in queries.gravest_cases(dpo, sample)] == [3, 5, 4, 2]
    assert [row.line for row in queries.gravest_cases(dpo, sample, "a")] == [4, 2]
    assert [row.line for row in queries.gravest_cases(dpo, sample, "a", at_most=1)] == [4]
    assert queries.gravest_cases(dpo, asked(dpo, vendor)) == []


def test_the_newest_measure_of_each_kind_speaks_for_a_vendor(session, dpo, vendor):
    old, new, calls = asked(dpo, vendor), asked(dpo, vendor), asked(dpo, vendor, kind=SampleKind.CALLS)
    for sample in (old, new, calls):
        done(sample)
    asked(dpo, vendor)
    session.flush()
    assert {sample.id for sample in queries.latest_measured(dpo, vendor.id)} == {new.id, calls.id}
    assert queries.latest_measured(dpo, vendor_of(session).id) == []
    assert queries.previous_sample(dpo, new).id == old.id
    assert queries.previous_sample(dpo, old) is None
    assert queries.previous_sample(dpo, calls) is None


def test_what_shows_faults_is_to_be_read_until_a_finding_is_opened(session, database, dpo, vendor):
    sample = measured(database, sender_of(session, vendor), asked(dpo, vendor), samples.csv(30))
    done(asked(dpo, vendor))
    session.flush()
    assert [row.id for row in queries.samples_to_read(dpo, at_most=5)] == [sample.id]
    line = report_of(sample).faults[0]
    services.open_finding_from_sample(dpo, sample, line.flag, services.proposed_action(dpo, sample, line))
    assert queries.samples_to_read(dpo, at_most=5) == []


def test_a_file_is_read_against_the_draw_the_corrections_and_what_the_vendor_said_of_its_columns(session, dpo, vendor):
    sample = asked(dpo, vendor)
    sample.drawn, sample.corrections = ["A1"], {"3": {"stated": "01/11/2025"}}
    session.add(SampleColumns(vendor_id=vendor.id, kind=SampleKind.CASES, fields={"verdict": "decision"}))
    session.flush()
    wanted = queries.file_expectations(dpo, sample)
    assert (wanted.kind, wanted.drawn, wanted.remembered) == (SampleKind.CASES, {"A1"}, {"verdict": "decision"})
    assert wanted.corrections == {(3, CaseField.STATED): "01/11/2025"}


def test_what_is_proven_of_a_vendor_is_what_its_newest_samples_surely_show(session, database, dpo, vendor, statements):
    sender = sender_of(session, vendor)
    sample = measured(database, sender, asked(dpo, vendor, size=100), samples.csv(200))
    session.expire_all()
    beyond = Decimal("0.05")
    faults = [line for line in report_of(sample).faults if line.low > beyond]
    vendor_id = vendor.id
    statements.clear()
    found = queries.proven_faults(dpo, vendor_id, beyond=beyond)
    assert [(one.label, one.item, one.failures, one.trials) for one in found] == [
        (line.label, line.item, line.failures, line.trials) for line in faults
    ]
    assert found
    assert len(statements) == 1
    assert queries.proven_faults(dpo, vendor.id, beyond=Decimal(1)) == []


def test_nothing_is_proven_of_a_vendor_out_of_reach_or_not_measured(acting, dpo, vendor, session):
    done(asked(dpo, vendor))
    session.flush()
    assert queries.proven_faults(dpo, vendor.id, beyond=Decimal(0)) == []
    assert queries.proven_faults(acting(Role.EXPERT), vendor.id, beyond=Decimal(0)) == []


def of_period(sample, first, last, failures, trials):
    """A drawn sample measured, where so many cases of so many were not refunded."""
    done(sample)
    sample.period_from, sample.period_to = first, last
    sample.drawn, sample.total = [f"R{n}" for n in range(trials)], trials
    sample.tally = {"flags": {"no-refund": [failures, trials]}, "months": {last.isoformat()[:7]: [trials, failures]}}


def test_a_small_clean_sample_asked_later_erases_no_fault_and_a_large_one_does(session, dpo, vendor):
    first, second, third = (asked(dpo, vendor) for _ in range(3))
    of_period(first, date(2026, 1, 1), date(2026, 3, 31), 40, 80)
    of_period(second, date(2026, 4, 1), date(2026, 6, 30), 0, 3)
    session.flush()
    [fault] = queries.proven_faults(dpo, vendor.id, beyond=Decimal("0.05"))
    assert (fault.failures, fault.trials, fault.until, fault.is_newest) == (40, 80, date(2026, 3, 31), False)
    # Nor one asked later, of cases that happened before.
    of_period(third, date(2025, 1, 1), date(2025, 12, 31), 0, 300)
    session.flush()
    assert queries.proven_faults(dpo, vendor.id, beyond=Decimal("0.05"))
    of_period(third, date(2026, 7, 1), date(2026, 9, 30), 0, 300)
    session.flush()
    assert queries.proven_faults(dpo, vendor.id, beyond=Decimal("0.05")) == []


def test_a_page_of_samples_is_read_in_the_order_of_its_index(dpo, vendor, plans):
    """All of them were put in order to show twenty-five."""
    awaited, measured_one = asked(dpo, vendor), asked(dpo, vendor)
    done(measured_one)
    dpo.session.flush()
    plans.clear()
    assert [row.id for row in queries.sample_page(dpo, page=1).rows] == [awaited.id, measured_one.id]
    assert "ix_case_sample_listed" in plans[0]
    assert "TEMP B-TREE" not in plans[0]
