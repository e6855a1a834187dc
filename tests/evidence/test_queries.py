"""What is to be renewed, and the last day of a proof said twice: in Python and in SQL."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Integer, literal, select

from portal.authz.policy import Permission, Role
from portal.core.calendar import months_later
from portal.core.errors import NotFound
from portal.core.sql_dates import months_later as months_later_in_sql
from portal.evidence import queries
from portal.evidence.models import Evidence
from portal.evidence.rules import EvidenceVerdict, good_until
from portal.vendors.rules.status import VendorStatus
from tests.conftest import NOW
from tests.factories.spaces import proof_of, used_proof_of
from tests.factories.world import vendor_of

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
ages = st.none() | st.integers(1, 120)
kinds = st.sampled_from(["", "iso27001", "pentest", "deletion", "tia", "disparue"])


@given(
    issued_on=st.none() | days,
    expires_on=st.none() | days,
    kind=kinds,
    max_age_months=ages,
    asked=ages,
)
@example(date(2024, 8, 31), None, "", 6, 18)
@example(date(2024, 2, 29), None, "iso27001", None, 12)
@example(date(2024, 2, 29), date(2030, 1, 1), "iso27001", None, None)
@example(None, None, "iso27001", 12, 12)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_python_and_sql_agree_on_the_last_day_of_a_proof(
    session, issued_on, expires_on, kind, max_age_months, asked
):  # fmt: skip
    vendor = vendor_of(session)
    proof = proof_of(
        session, vendor, issued_on=issued_on, expires_on=expires_on, kind=kind, max_age_months=max_age_months
    )
    mine = select(
        queries.good_until(Evidence.max_age_months), queries.good_until(literal(asked, Integer))
    ).where(Evidence.id == proof.id)  # fmt: skip
    kept, for_a_question = session.execute(mine).one()
    assert kept == good_until(queries.facts_of(proof, max_age_months))
    assert for_a_question == good_until(queries.facts_of(proof, asked))


@given(issued_on=days, months=st.integers(1, 120), today=days)
@example(date(2026, 1, 31), 1, date(2026, 2, 28))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_ends_from_a_day_on_is_the_same_in_python_and_in_sql(session, issued_on, months, today):
    proof = proof_of(session, vendor_of(session), issued_on=issued_on, max_age_months=months)
    end = queries.good_until(Evidence.max_age_months)
    past = session.scalar(select(Evidence.id).where(Evidence.id == proof.id, end < today))
    assert (past is not None) == (good_until(queries.facts_of(proof, months)) < today)


@pytest.mark.parametrize("months", [0, 1, 6, 12, 13, 24])
def test_months_are_counted_alike_on_every_day_of_a_year(session, months):
    first = date(2023, 12, 25)
    for day in (first + timedelta(days=n) for n in range(380)):
        found = session.scalar(select(months_later_in_sql(literal(day), literal(months))))
        assert found == months_later(day, months), day


def test_what_ends_soon_or_ended_within_the_year_is_to_be_renewed_the_soonest_first(session, acting):
    ctx = acting(Role.MANAGEMENT)
    vendor, gone = vendor_of(session), vendor_of(session, status=VendorStatus.OFFBOARDED)
    ends = {
        days: used_proof_of(session, vendor, expires_on=ctx.today + timedelta(days=days))
        for days in (60, 61, -365, -366)
    }
    used_proof_of(session, gone, expires_on=ctx.today)
    aged = used_proof_of(session, vendor, issued_on=ctx.today - timedelta(days=425), max_age_months=12)
    certificate = used_proof_of(
        session, vendor, kind="iso27001", issued_on=months_later(ctx.today, -36) + timedelta(days=3)
    )  # fmt: skip
    used_proof_of(session, vendor, issued_on=ctx.today - timedelta(days=4000))
    found = queries.expiring(ctx, to=Permission.PORTFOLIO_VIEW)
    assert [row.id for row in found] == [ends[-365].id, aged.id, certificate.id, ends[60].id]
    assert (queries.count_expiring(ctx, to=Permission.PORTFOLIO_VIEW), found[1].good_until < ctx.today) == (4, True)
    assert (found[0].vendor_id, found[0].name, found[0].tier) == (vendor.id, vendor.name, vendor.tier)
    assert [row.id for row in queries.expiring(ctx, to=Permission.PORTFOLIO_VIEW, most=1)] == [ends[-365].id]


def test_a_proof_only_prepared_or_that_no_audit_rests_on_any_more_is_not_to_be_renewed(session, acting):
    ctx, vendor = acting(Role.MANAGEMENT), vendor_of(session)
    proof_of(session, vendor, expires_on=ctx.today)
    proof_of(session, vendor, expires_on=ctx.today, sent_at=NOW)
    assert queries.count_expiring(ctx, to=Permission.PORTFOLIO_VIEW) == 0
    assert not queries.expiring(ctx, to=Permission.PORTFOLIO_VIEW)


def test_a_buyer_is_told_of_its_own_vendors_only_and_nobody_else_of_any(session, acting):
    ctx = acting(Role.BUYER)
    for owner in (ctx.actor.id, None):
        used_proof_of(session, vendor_of(session, owner_id=owner), expires_on=ctx.today)
    assert queries.count_expiring(ctx, to=Permission.EVIDENCE_VIEW) == 1
    assert len(queries.expiring(ctx, to=Permission.EVIDENCE_VIEW)) == 1
    assert queries.count_expiring(acting(Role.ADMIN), to=Permission.EVIDENCE_VIEW) == 0


def test_a_proof_that_is_only_prepared_does_not_exist_for_the_staff(session, acting):
    ctx = acting(Role.DPO)
    proof = proof_of(session, vendor_of(session), verdict=EvidenceVerdict.REJECTED)
    with pytest.raises(NotFound):
        queries.get_sent(ctx, proof.id, to=Permission.EVIDENCE_VIEW)
    proof.sent_at = NOW
    assert queries.get_sent(ctx, proof.id, to=Permission.EVIDENCE_VIEW) is proof
    with pytest.raises(NotFound):
        queries.get_sent(ctx, 0, to=Permission.EVIDENCE_VIEW)
