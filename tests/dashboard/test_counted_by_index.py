"""What management counts is read in indexes, and is what one who looks at each row counts."""

import itertools
from datetime import timedelta

import pytest

from portal.authz.policy import Permission, Role
from portal.contracts import overview as contracts
from portal.contracts.models import Contract
from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.life import ContractState, CopyReading
from portal.dashboard import queries as dashboard
from portal.evidence import queries as evidence
from portal.processing import queries as register
from portal.processing.queries.review import is_due
from portal.processing.rules.review import YEAR
from portal.vendors import queries as vendors
from portal.vendors.models import Vendor
from portal.vendors.rules.standing import ContractStanding
from portal.vendors.rules.status import VendorStatus
from tests.factories.register import activity_of, controller_sheet
from tests.factories.signatures import contract_of
from tests.factories.world import vendor_of

pytestmark = pytest.mark.both_databases


def test_the_review_of_the_register_is_counted_as_line_by_line(acting, session):
    dpo, other = acting(Role.DPO), acting(Role.BUYER)
    today, made = dpo.today, []
    days = [today - YEAR, today - YEAR + timedelta(days=1), today]
    reviews = [today - timedelta(days=1), today, today + timedelta(days=200)]
    for rank, (ended, confirmed, review, owner) in enumerate(
        itertools.product((None, today), (None, *days), reviews, (None, dpo.actor.id, other.actor.id))
    ):
        line = activity_of(dpo, controller_sheet(name=f"Ligne {rank}"))
        line.ended_on, line.confirmed_on, line.review_by, line.owner_id = ended, confirmed, review, owner
        made.append(line)
    session.flush()
    stand = [one for one in made if one.ended_on is None]
    confirmed = [
        one for one in stand if one.confirmed_on and one.confirmed_on > today - YEAR and one.review_by >= today
    ]
    for asking in (dpo, other):
        mine = [one for one in stand if one.owner_id == asking.actor.id and is_due(one, today)]
        found = register.review_counts(asking)
        assert found.mine == len(mine)
    whole = register.review_counts(dpo)
    assert (whole.lines, whole.confirmed) == (len(stand), len(confirmed))


def test_contracts_that_leave_something_out_are_counted_as_they_are_listed(ctx, session):
    kinds = (DocumentKind.PROCESSING, next(one for one in DocumentKind if one is not DocumentKind.PROCESSING))
    for lacking, required, state, kind, copy in itertools.product(
        (0, 2), (None, 20), (ContractState.IN_FORCE, ContractState.TERMINATED), kinds,
        (CopyReading.READ, next(one for one in CopyReading if not one.is_known)),
    ):  # fmt: skip
        contract = contract_of(ctx, vendor_of(session))
        contract.lacking, contract.required, contract.state = lacking, required, state
        contract.kind, contract.copy_reading = kind, copy
    session.flush()
    expected = [
        one.id
        for one in session.query(Contract)
        if (one.lacking > 0 or one.required is None)
        and one.state is ContractState.IN_FORCE
        and one.parent_id is None
        and one.kind is DocumentKind.PROCESSING
        and one.copy_reading is CopyReading.READ
    ]
    assert len(expected) == 3
    assert contracts.count_incomplete_contracts(ctx) == len(expected)
    assert sorted(one.id for one in contracts.incomplete_contracts(ctx, most=99)) == sorted(expected)


def test_the_first_vendors_partly_covered_are_found_in_an_index_of_them_alone(ctx, session, statements):
    for standing, status in itertools.product(ContractStanding, (VendorStatus.ACTIVE, VendorStatus.PROSPECT)):
        vendor_of(session, standing=standing, status=status, inherent=3)
    session.flush()
    (found,) = vendors.first_of_each(ctx, vendors.PARTLY_COVERED, sort="-criticite")
    partly = [
        one.id
        for one in session.query(Vendor)
        if one.standing is ContractStanding.PARTIAL and one.status is VendorStatus.ACTIVE
    ]
    assert [row.id for row in found] == partly
    assert len(partly) == 1


def test_what_management_reads_opens_no_row_to_count_it(ctx, session, statements):
    vendors.first_of_each(ctx, vendors.WITHOUT_CONTRACT, vendors.PARTLY_COVERED, sort="-criticite")
    register.review_counts(ctx)
    contracts.count_incomplete_contracts(ctx)
    evidence.ended_at_risk(ctx, to=Permission.PORTFOLIO_VIEW)
    dashboard.portfolio(ctx)
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("the plan of SQLite")
    held = ("vendor", "processing_activity", "contract", "evidence")
    opened = []
    for asked in list(statements):
        if not asked.startswith("SELECT"):
            continue
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", ("1",) * asked.count("?")).all()
        opened += [row[3] for row in plan if row[3] in {f"SCAN {table}" for table in held}]
        at_risk = [row[3] for row in plan if "ix_vendor_inherent_name" in row[3] and "FROM evidence" in asked]
        assert not at_risk, "a list is made of all the vendors at risk, to look ten proofs up in it"
    assert not opened
    told = "\n".join(statements)
    assert "ix_vendor_partly" in told
