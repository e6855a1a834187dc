"""The way out of an empty portal: each step is true by the thing itself, and by nothing cheaper."""

import pytest

from portal.audits.rules import AuditState
from portal.authz.policy import Role
from portal.campaigns.models import WaveAudit
from portal.contracts.models import Contract
from portal.core import process
from portal.dashboard.first_steps import first_steps
from portal.vendors.rules.standing import ContractStanding
from portal.vendors.rules.status import VendorStatus
from tests.factories.campaigns import campaign_of, reachable_vendor, started_wave
from tests.factories.desk import entity_of
from tests.factories.people import user_of
from tests.factories.world import audit_of, vendor_of

pytestmark = pytest.mark.both_databases


def done(ctx):
    return [step.is_done for step in first_steps(ctx)]


@pytest.fixture(autouse=True)
def _prepared(portal_settings):
    process.prepare(portal_settings)


def test_an_empty_portal_begins_with_the_entity_that_signs(ctx):
    steps = first_steps(ctx)
    assert [step.endpoint for step in steps] == [
        "vendors.new_entity", "vendors.imports", "contracts.new", "campaigns.new"
    ]  # fmt: skip
    assert [step.is_next for step in steps] == [True, False, False, False]


@pytest.mark.parametrize("missing", ["address", "representative"])
def test_an_entity_that_no_contract_could_name_is_no_entity(ctx, missing):
    entity_of(ctx.session, **{missing: ""})
    assert done(ctx) == [False, False, False, False]
    entity_of(ctx.session)
    assert done(ctx) == [True, False, False, False]


def test_an_entity_without_its_signatory_is_completed_and_not_entered_twice(ctx):
    entity_of(ctx.session, representative="")
    assert first_steps(ctx)[0].endpoint == "vendors.entities"
    assert "Compléter" in str(first_steps(ctx)[0].title)
    entity_of(ctx.session)
    assert "Saisir" in str(first_steps(ctx)[0].title), "what is done is said as it was asked"


def test_a_register_of_prospects_is_not_an_empty_one(ctx):
    entity_of(ctx.session)
    vendor_of(ctx.session, status=VendorStatus.PROSPECT)
    step = first_steps(ctx)[1]
    assert step.is_next
    assert step.endpoint == "vendors.index", "the vendors are entered: they wait for their status"
    assert "prospect" in str(step.detail)


def test_an_administrator_alone_is_shown_whom_to_invite(as_, ctx):
    entity_of(ctx.session)
    ctx.session.commit()
    alone = as_(Role.ADMIN).get("/")
    assert "Personne n’a encore ce rôle" in alone.words
    assert "/comptes/inviter" in alone.text
    user_of(ctx.session, Role.LEGAL)
    ctx.session.commit()
    assert "Personne n’a encore ce rôle" not in as_(Role.ADMIN).get("/").words


def test_a_vendor_counts_once_it_holds_our_data(ctx):
    vendor = vendor_of(ctx.session, status=VendorStatus.PROSPECT)
    assert not done(ctx)[1]
    vendor.status = VendorStatus.OFFBOARDED
    ctx.session.flush()
    assert not done(ctx)[1]
    vendor.status = VendorStatus.ONBOARDING
    ctx.session.flush()
    assert done(ctx)[1]


def test_a_contract_counts_once_it_is_in_force_with_a_vendor_that_is_still_there(ctx):
    vendor = vendor_of(ctx.session)
    ctx.session.add(Contract(key="c", vendor_id=vendor.id, template_key="dpa", title="DPA", created_at=ctx.now))
    ctx.session.flush()
    assert not done(ctx)[2], "a draft is no contract"
    assert first_steps(ctx)[2].endpoint == "contracts.index"
    vendor.signed_on = ctx.today
    ctx.session.flush()
    assert not done(ctx)[2], "nor is one whose copy nobody has read"
    vendor.standing = ContractStanding.IN_FORCE
    ctx.session.flush()
    assert done(ctx)[2]
    vendor.status = VendorStatus.OFFBOARDED
    ctx.session.flush()
    assert not done(ctx)[2]


def test_a_campaign_counts_once_somebody_was_written_to(ctx):
    campaign_of(ctx, active=True)
    assert not done(ctx)[3], "a plan asks nobody"
    silent = vendor_of(ctx.session)
    wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [silent.id]}))
    assert not done(ctx)[3], "its only vendor has nobody to write to"
    cancelled = audit_of(ctx.session, vendor_of(ctx.session), state=AuditState.CANCELLED)
    ctx.session.add(WaveAudit(audit_id=cancelled.id, wave_id=wave.id, invited=2))
    ctx.session.flush()
    assert not done(ctx)[3], "nor does one that was cancelled"
    started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [reachable_vendor(ctx.session).id]}))
    assert done(ctx)[3]


def test_once_all_is_done_nothing_is_shown(ctx):
    entity_of(ctx.session)
    audit_of(ctx.session, vendor_of(ctx.session, standing=ContractStanding.IN_FORCE))
    assert first_steps(ctx) == []


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.DPO, [True, True, True, True]),
        (Role.LEGAL, [True, True, True, False]),
        (Role.ADMIN, [True, False, False, False]),
        (Role.BUYER, [False, True, False, False]),
        (Role.MANAGEMENT, []),
        (Role.EXPERT, []),
    ],
)
def test_each_role_is_offered_what_it_may_do(acting, role, may):
    assert [step.may for step in first_steps(acting(role))] == may


def test_it_costs_one_statement(ctx, statements):
    first_steps(ctx)
    assert len(statements) == 1


@pytest.mark.parametrize("role", [Role.DPO, Role.ADMIN])
def test_home_shows_one_thing_to_do_and_who_does_the_rest(as_, role):
    page = as_(role).get("/")
    (button,) = page.all(".button--next")
    assert button.get("href") == "/sous-traitants/entites/nouvelle"
    assert ("À faire par" in page.words) == (role is Role.ADMIN)
    assert "Rien ne vous attend" not in page.words
