"""How often vendors are audited: the rhythm a campaign keeps, and counts that a cheap trick cannot turn green."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.policy import Role
from portal.campaigns import queries, rules, services
from portal.campaigns.models import Campaign, CampaignState
from portal.campaigns.rules import Audience, AuditRhythm, keeps_rhythm, rhythms
from portal.core.calendar import months_later
from portal.core.clock import legal_date
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.rules.composition import COMPOSED
from portal.vendors.models import Vendor
from portal.vendors.rules.status import LIVE, VendorStatus
from portal.vendors.rules.tier import Tier
from tests.factories.campaigns import YEARLY, campaign_of
from tests.factories.world import audit_of, vendor_of, version_of

COMPLETE = (COMPOSED, "socle-rgpd")
HIGH = AuditRhythm("eleve", 12)
LIGHT = AuditRhythm("faible", 12, "revue-annuelle")
WANTED = (AuditRhythm("critique", 6), HIGH, AuditRhythm("faible", 36), LIGHT)


@pytest.mark.parametrize(
    ("questionnaire", "recurrence", "months", "kept"),
    [
        ("socle-rgpd", {"every": "years", "step": 1}, None, True),
        (COMPOSED, {"every": "months", "step": 12}, 12, True),
        (COMPOSED, {"every": "months", "step": 1}, 12, True),
        (COMPOSED, {"every": "weeks", "step": 48}, None, True),
        (COMPOSED, {"every": "months", "step": 13}, None, False),
        (COMPOSED, {"every": "months", "step": 1}, 24, False),
        (COMPOSED, {"every": "years", "step": 2}, None, False),
        (COMPOSED, {"every": "once", "step": 1}, None, False),
        (COMPOSED, {"every": "years", "step": 1, "until": "2030-01-01"}, None, False),
        ("violations", {"every": "years", "step": 1}, None, False),
        ("revue-annuelle", {"every": "years", "step": 1}, None, False),
    ],
)
def test_a_campaign_keeps_a_rhythm_when_it_asks_it_all_often_enough_and_for_ever(
    questionnaire, recurrence, months, kept
):
    audience = Audience(not_audited_months=months)
    assert keeps_rhythm(HIGH, questionnaire, {**YEARLY, **recurrence}, audience, COMPLETE) is kept


def test_a_light_review_is_kept_by_its_own_questionnaire_alone():
    yearly = {**YEARLY}
    assert keeps_rhythm(LIGHT, "revue-annuelle", yearly, Audience(), COMPLETE)
    assert not keeps_rhythm(LIGHT, COMPOSED, yearly, Audience(), COMPLETE)


@pytest.fixture
def register(session):
    """Vendors of several tiers and statuses: never asked, asked without an answer, answered lately or long ago."""
    light = version_of(session, "revue-annuelle")
    for tier in (Tier.CRITICAL, Tier.HIGH, Tier.LOW, None):
        for status in (VendorStatus.ACTIVE, VendorStatus.ONBOARDING, VendorStatus.PROSPECT):
            vendor_of(session, tier=tier, status=status, inherent=None if tier is None else tier.rank + 1)
        opened, cancelled, lately, before, reviewed = (
            vendor_of(session, tier=tier, inherent=None if tier is None else tier.rank + 1) for _ in range(5)
        )
        audit_of(session, opened)
        for vendor, ago, facts in (
            (cancelled, 10, {"state": AuditState.CANCELLED}),
            (lately, 100, {}),
            (before, 400, {}),
            (reviewed, 30, {"questionnaire_version_id": light.id}),
        ):
            audit = audit_of(session, vendor, **{"state": AuditState.ACCEPTED, **facts})
            audit.submitted_at = audit.opened_at - timedelta(days=ago)
    session.flush()


def by_force(ctx, rhythm, covered=()):
    """The same counts, vendor by vendor."""
    vendors = [
        vendor
        for vendor in ctx.session.scalars(select(Vendor))
        if vendor.status in LIVE and vendor.tier is (Tier(rhythm.tier) if rhythm else None)
    ]
    sent = {vendor.id: [] for vendor in vendors}
    for audit in ctx.session.scalars(select(Audit)):
        if audit.vendor_id in sent and audit.submitted_at is not None and audit.state is not AuditState.CANCELLED:
            packs = ctx.session.get_one(QuestionnaireVersion, audit.questionnaire_version_id).packs
            sent[audit.vendor_id].append((legal_date(audit.submitted_at), set(packs)))
    never = [vendor for vendor in vendors if not sent[vendor.id]]
    if rhythm is None:
        return len(vendors), len(never), len(never), len(vendors)
    counting = {"socle-rgpd", rhythm.questionnaire} if rhythm.questionnaire else {"socle-rgpd"}
    due = [
        vendor
        for vendor in vendors
        if not any(counting & packs and months_later(day, rhythm.months) > ctx.today for day, packs in sent[vendor.id])
    ]
    return len(vendors), len(never), len(due), len([v for v in vendors if v.id not in covered])


def counts(row):
    return row.vendors, row.never, row.due, row.uncovered


@pytest.mark.both_databases
def test_every_count_is_that_of_brute_force(ctx, register):
    told = queries.frequency(ctx, WANTED, COMPLETE)
    found = told.rows
    assert [counts(row) for row in found] == [by_force(ctx, rhythm) for rhythm in (*WANTED, None)]
    assert [row.never for row in found] == [4, 4, 4, 4, 4], "two never asked, one asked in vain, one cancelled"
    page = queries.never_audited(ctx, told.never)
    assert page.total == sum(row.never for row in found if row.rhythm is not LIGHT) == len(page.rows)
    answered = {audit.vendor_id for audit in ctx.session.scalars(select(Audit)) if audit.state is AuditState.ACCEPTED}
    assert all(vendor.status in LIVE and vendor.id not in answered for vendor in page.rows)
    assert queries.frequency(ctx, WANTED[:1], COMPLETE).never == told.never, "whatever the rhythms that are wanted"


@pytest.mark.both_databases
def test_only_a_campaign_that_runs_at_the_rhythm_covers_whom_it_asks(ctx, register):
    monthly = {**YEARLY, "every": "months", "step": 1, "start": "2026-12-01"}
    audience = {"tiers": ["eleve"], "statuses": ["actif"], "not_audited_months": 12}
    campaign = campaign_of(ctx, recurrence=monthly, audience=audience)
    campaign_of(ctx, active=True, recurrence={**monthly, "step": 24}, audience={"statuses": ["actif"]})
    high = queries.frequency(ctx, WANTED, COMPLETE).rows[1]
    assert (high.uncovered, high.waiting) == (high.vendors, campaign), "a draft asks nobody"
    services.activate(ctx, campaign)
    after = queries.frequency(ctx, WANTED, COMPLETE).rows[1]
    active = {v.id for v in ctx.session.scalars(select(Vendor).where(Vendor.status == VendorStatus.ACTIVE))}
    assert counts(after) == by_force(ctx, HIGH, active)
    assert after.uncovered == 1, "the one that is being taken on"
    services.pause(ctx, campaign)
    assert queries.frequency(ctx, WANTED, COMPLETE).rows[1].uncovered == high.vendors


@pytest.mark.parametrize("rhythm", WANTED, ids=lambda rhythm: rhythm.key)
def test_what_is_drafted_keeps_the_rhythm_it_was_drafted_for(ctx, register, rhythm):
    light = rhythm.tier == LIGHT.tier
    campaign = services.draft_missing(ctx, rhythm, "Proposée", COMPOSED, light=light)
    assert campaign.state is CampaignState.DRAFT
    audience = queries.parse_audience(campaign.audience)
    assert keeps_rhythm(rhythm, campaign.questionnaire_key, campaign.recurrence, audience, COMPLETE)
    services.activate(ctx, campaign)
    [row] = [row for row in queries.frequency(ctx, WANTED, COMPLETE).rows if row.rhythm is rhythm]
    assert row.uncovered == 0
    assert row.vendors == 7


def test_the_rhythms_are_those_of_the_data_the_most_frequent_first():
    found = rhythms({"faible": 36, "critique": 6, "moyen": 24, "eleve": 12}, [LIGHT])
    assert [(one.tier, one.months) for one in found] == [
        ("critique", 6), ("eleve", 12), ("moyen", 24), ("faible", 36), ("faible", 12),
    ]  # fmt: skip
    assert rules.audited_since(Audience(not_audited_months=6), date(2026, 11, 24)) == date(2026, 5, 25)


def test_the_page_proposes_what_is_missing_and_one_click_drafts_it(session, as_):
    vendor = vendor_of(session, name="Jamais Vu", tier=Tier.CRITICAL)
    session.commit()
    client = as_(Role.DPO)
    page = client.get("/campagnes/frequence")
    assert "1 jamais audité" in page.words
    assert page.all(f"//a[@href='/sous-traitants/{vendor.id}']")
    assert "audit complet, tous les 6 mois" in page.words.replace("\u202f", " ").replace("\u00a0", " ")
    assert "revue légère, tous les 12 mois" in page.words.replace("\u202f", " ").replace("\u00a0", " ")
    done = client.post("/campagnes/frequence/critique", {})
    campaign = session.scalars(select(Campaign)).one()
    assert done.response.headers["Location"] == f"/campagnes/{campaign.id}"
    assert (campaign.questionnaire_key, campaign.audience["tiers"]) == (COMPOSED, ["critique"])
    assert campaign.audience["not_audited_months"] == 6
    again = client.get("/campagnes/frequence")
    assert "attend d’être activée" in again.words
    client.post("/campagnes/frequence/inventee", {}, status=404)


def test_an_empty_register_is_not_said_to_be_audited(as_):
    words = as_(Role.DPO).get("/campagnes/frequence").words
    assert "Aucun sous-traitant n’est suivi" in words
    assert "Personne n’attend" not in words


@pytest.mark.both_databases
def test_who_may_only_read_is_offered_nothing_to_draft(session, as_):
    vendor_of(session, tier=Tier.CRITICAL)
    session.commit()
    client = as_(Role.MANAGEMENT)
    assert not client.get("/campagnes/frequence").all("//form[contains(@action, 'frequence')]")
    client.post("/campagnes/frequence/critique", {}, status=403)
