"""What is to be renewed, and the pieces of a vendor."""

from datetime import date, timedelta

import pytest

from portal.authz.policy import Permission, Role
from portal.core.calendar import months_later
from portal.core.errors import NotFound
from portal.evidence import queries
from portal.evidence.rules import EvidenceVerdict
from portal.vendors.rules.status import VendorStatus
from portal.vendors.rules.tier import Tier
from tests.conftest import NOW
from tests.factories.spaces import proof_of, used_proof_of
from tests.factories.world import vendor_of

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def test_what_ends_soon_or_has_ended_is_to_be_renewed_the_soonest_first(session, acting):
    ctx = acting(Role.MANAGEMENT)
    vendor, gone = vendor_of(session), vendor_of(session, status=VendorStatus.OFFBOARDED)
    ends = {
        days: used_proof_of(session, vendor, expires_on=ctx.today + timedelta(days=days))
        for days in (60, 61, -365, -3660)
    }
    used_proof_of(session, gone, expires_on=ctx.today)
    aged = used_proof_of(session, vendor, issued_on=ctx.today - timedelta(days=425), max_age_months=12)
    certificate = used_proof_of(
        session, vendor, kind="iso27001", issued_on=months_later(ctx.today, -36) + timedelta(days=3)
    )  # fmt: skip
    used_proof_of(session, vendor, issued_on=ctx.today - timedelta(days=4000))
    found = queries.expiring(ctx, to=Permission.PORTFOLIO_VIEW)
    assert [row.id for row in found] == [ends[-3660].id, ends[-365].id, aged.id, certificate.id, ends[60].id]
    assert queries.count_expiring(ctx, to=Permission.PORTFOLIO_VIEW) == 5
    assert (found[0].vendor_id, found[0].name, found[0].tier) == (vendor.id, vendor.name, vendor.tier)
    assert [row.id for row in queries.expiring(ctx, to=Permission.PORTFOLIO_VIEW, most=1)] == [ends[-3660].id]


def test_an_ended_proof_of_a_vendor_at_risk_is_found_behind_any_number_of_others(session, acting):
    """The first ten that ended were looked at, and only then was the risk: older ones elsewhere hid it."""
    ctx = acting(Role.MANAGEMENT)
    light, grave = vendor_of(session, inherent=1, tier=Tier.LOW), vendor_of(session, inherent=4, tier=Tier.HIGH)
    for number in range(12):
        used_proof_of(session, light, f"{number}.pdf", expires_on=ctx.today - timedelta(days=90))
    used_proof_of(session, grave, "futur.pdf", expires_on=ctx.today)
    ended = used_proof_of(session, grave, expires_on=ctx.today - timedelta(days=1))
    assert [row.id for row in queries.ended_at_risk(ctx, to=Permission.PORTFOLIO_VIEW)] == [ended.id]


def test_ended_proofs_at_risk_come_the_soonest_first_and_none_of_who_has_left(session, acting):
    ctx = acting(Role.MANAGEMENT)
    two = [vendor_of(session, inherent=risk, tier=Tier.HIGH) for risk in (4, 5)]
    left = vendor_of(session, inherent=5, tier=Tier.HIGH, status=VendorStatus.OFFBOARDED)
    ends = [
        used_proof_of(session, vendor, f"{vendor.id}-{days}.pdf", expires_on=ctx.today - timedelta(days=days)).id
        for days, vendor in ((30, two[0]), (400, two[1]), (2, two[1]), (30, two[1]))
    ]
    used_proof_of(session, left, expires_on=ctx.today - timedelta(days=500))
    found = [row.id for row in queries.ended_at_risk(ctx, to=Permission.PORTFOLIO_VIEW)]
    assert found == [ends[1], ends[0], ends[3], ends[2]]
    assert [row.id for row in queries.ended_at_risk(ctx, to=Permission.PORTFOLIO_VIEW, most=2)] == found[:2]


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


@pytest.mark.parametrize(
    ("kind", "told", "said", "good"),
    [
        ("iso27001", "2027-03-01", None, date(2027, 3, 1)),
        ("iso27001", "2027-03-01", date(2027, 2, 1), date(2027, 2, 1)),
        ("iso27001", None, None, None),
        ("none", "2027-03-01", None, None),
    ],
)
def test_a_file_that_says_when_it_ends_is_good_no_longer_whoever_confirmed_it(session, kind, told, said, good):
    """The cheapest way to a proof without end is not to open the page that proposes the one it has."""
    reading = {"kind": {"value": kind, "quote": kind}, "expires_on": told and {"value": told, "quote": told}}
    proof = proof_of(session, vendor_of(session), reading=reading, expires_on=said)
    assert queries.last_day(proof) == good
