import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import Role
from portal.campaigns import queries, rules
from portal.campaigns.models import Campaign
from portal.core.clock import legal_date
from portal.vendors.models import Membership, Vendor
from portal.vendors.rules.status import VendorStatus
from portal.vendors.rules.tier import Tier
from tests.factories.campaigns import account_at, contact_named, reachable_vendor
from tests.factories.people import user_of
from tests.factories.world import audit_of, vendor_of

pytestmark = pytest.mark.both_databases

AUDITED = [None, datetime(2026, 2, 27, 23, 30, tzinfo=UTC), datetime(2026, 8, 31, 10, tzinfo=UTC)]
"""23:30 UTC is the next day in Paris: a month is counted from there."""


def matching(ctx, raw):
    """The audience as the rules say it, vendor by vendor."""
    audience = queries.parse_audience(raw)
    last = dict(
        ctx.session.execute(
            select(Audit.vendor_id, func.max(Audit.opened_at))
            .where(Audit.state != AuditState.CANCELLED)
            .group_by(Audit.vendor_id)
        ).all()
    )
    return [
        vendor.id
        for vendor in ctx.session.scalars(select(Vendor).order_by(Vendor.id))
        if rules.matches(
            audience,
            rules.VendorFacts(
                vendor.id,
                vendor.tier.value if vendor.tier else None,
                vendor.status.value,
                vendor.country,
                legal_date(last[vendor.id]) if vendor.id in last else None,
                vendor.inherent in {4, 5},
            ),
            ctx.today,
        )
    ]


@pytest.fixture
def register(session):
    """A vendor of each status, tier, country and last audit, or nearly."""
    tiers, statuses = [None, *Tier], list(VendorStatus)
    for n, (tier, status) in enumerate(itertools.product(tiers, statuses)):
        known = {"inherent": tier.rank + 1 if tier else [None, 4][n % 2]}
        vendor = vendor_of(session, tier=tier, status=status, country=["FR", "US", ""][n % 3], **known)
        opened = AUDITED[n % len(AUDITED)]
        if opened is not None:
            audit_of(session, vendor, opened_at=opened, state=AuditState.ACCEPTED)
            audit_of(session, vendor, state=AuditState.CANCELLED)
    return list(session.scalars(select(Vendor.id)))


def test_the_query_finds_exactly_whom_the_rules_match(ctx, register):
    choices = itertools.product(
        [[], ["actif"], ["actif", "sorti"]],
        [[], ["critique"], ["non_classe"], ["faible", "non_classe"], ["eleve", "critique"]],
        [[], ["FR"], ["FR", "US"]],
        [[], register[::2]],
        [None, 1, 6, 12],
    )
    compared = 0
    for statuses, tiers, countries, vendor_ids, months in choices:
        raw = {
            "statuses": statuses, "tiers": tiers, "countries": countries, "vendor_ids": vendor_ids,
            "not_audited_months": months,
        }  # fmt: skip
        if queries.audience_problems(raw):
            continue
        for now in (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), datetime(2026, 11, 24, 9, tzinfo=UTC)):
            then = Context(ctx.session, ctx.actor, now)
            assert queries.audience_of(then, Campaign(audience=raw)) == matching(then, raw), (raw, now)
            compared += 1
    assert compared > 200


@given(months=st.integers(1, 120), today=st.dates())
def test_the_first_day_too_recent_is_where_the_rule_changes_its_mind(months, today):
    if today.year < 30:
        return
    audience = rules.Audience(not_audited_months=months)
    since = rules.audited_since(audience, today)

    def asked(last):
        return rules.matches(audience, rules.VendorFacts(1, None, "actif", "FR", last), today)

    assert not asked(since)
    assert asked(since.fromordinal(since.toordinal() - 1))


def test_without_that_criterion_no_audit_is_too_recent(ctx):
    assert rules.audited_since(rules.Audience(), ctx.today) is None


def preview(ctx, *vendors):
    return queries.preview(ctx, {"vendor_ids": [vendor.id for vendor in vendors]}, "socle-rgpd")


def test_a_preview_counts_whom_a_wave_would_ask(ctx):
    vendors = [reachable_vendor(ctx.session) for _ in range(3)]
    assert preview(ctx, *vendors) == queries.AudiencePreview(vendors=3, busy=0, unreached=0)


def test_a_preview_counts_those_that_are_answering_already(ctx):
    busy, over = reachable_vendor(ctx.session), reachable_vendor(ctx.session)
    audit_of(ctx.session, busy, state=AuditState.SUBMITTED)
    audit_of(ctx.session, over, state=AuditState.ACCEPTED)
    assert preview(ctx, busy, over) == queries.AudiencePreview(vendors=2, busy=1, unreached=0)


def test_a_preview_counts_those_that_no_letter_would_reach(ctx):
    known, silent, shared, expert_only, ours = (vendor_of(ctx.session) for _ in range(5))
    user = account_at(ctx.session, known)
    contact_named(ctx.session, shared, user.email.upper())
    contact_named(ctx.session, ours, user_of(ctx.session, Role.BUYER).email)
    expert = user_of(ctx.session, Role.EXPERT)
    ctx.session.add(Membership(user_id=expert.id, vendor_id=expert_only.id, role=Role.EXPERT))
    ctx.session.flush()
    found = preview(ctx, known, silent, shared, expert_only, ours)
    assert found == queries.AudiencePreview(vendors=5, busy=0, unreached=3), "one person may answer for two vendors"


def test_a_closed_account_reaches_nobody(ctx):
    vendor = vendor_of(ctx.session)
    account_at(ctx.session, vendor, disabled_at=ctx.now)
    assert preview(ctx, vendor).unreached == 1


def test_a_preview_costs_four_statements_however_large_the_register(ctx, register, statements):
    statements.clear()
    queries.preview(ctx, {"statuses": [status.value for status in VendorStatus]}, "socle-rgpd")
    assert len(statements) == 4
