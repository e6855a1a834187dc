from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audits import services as audits
from portal.audits.models import AnswerEvidence
from portal.authz.context import Context
from portal.authz.policy import Permission, Role
from portal.contracts import services as contracts
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.life import ContractAct, CopyReading
from portal.contracts.services import keep_counting_version
from portal.core.clock import now
from portal.core.errors import Forbidden
from portal.core.language import Language
from portal.dashboard import home_page, queries
from portal.dashboard.portfolio_page import figures_as_json
from portal.dashboard.rules import Urgency
from portal.evidence import queries as evidence
from portal.evidence.services import EvidenceDetails
from portal.findings.models import Finding
from portal.findings.rules import Severity
from portal.samples.models import CaseSample, SampleState
from portal.samples.rules.columns import SampleKind
from portal.scorecards.models import Scorecard
from portal.vendors.models import Service
from portal.vendors.rules.status import VendorStatus
from portal.vendors.rules.tier import Tier
from portal.vendors.services import change_status
from tests.factories.signatures import contract_of
from tests.factories.spaces import SIGNATORY, actor_of, answer_all, space_of
from tests.factories.world import audit_of, full_vendor, kept, vendor_of

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def card(session, vendor, audit, grade, points, days_ago=0):
    made = Scorecard(
            vendor_id=vendor.id, audit_id=audit.id, taken_at=now() - timedelta(days=days_ago), reason="accepted",
            basis_points=points, coverage_points=10_000, grade=grade, inherent=vendor.inherent, tier=vendor.tier,
            residual_points=vendor.inherent * (10_000 - points), detail={}, scale_sha256="0" * 64,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return kept(session, made)


def test_the_latest_scorecard_alone_counts(session, acting):
    vendor = vendor_of(session, inherent=5, tier=Tier.CRITICAL)
    audit = audit_of(session, vendor)
    card(session, vendor, audit, "E", 2000, days_ago=300)
    card(session, vendor, audit, "B", 8000)
    found = queries.portfolio(acting(Role.MANAGEMENT))
    assert dict(found.heat.rows)[5] == (0, 1, 0, 0, 0, 0)
    assert not [m for m in found.decisions if m.urgency is Urgency.WEAK_CRITICAL]


def test_vendors_that_hold_nothing_of_ours_are_left_out(session, acting):
    vendor_of(session, inherent=5, status=VendorStatus.PROSPECT)
    vendor_of(session, inherent=5, status=VendorStatus.OFFBOARDED)
    assert queries.portfolio(acting(Role.MANAGEMENT)).heat.total == 0


def test_an_overdue_finding_waits_for_a_decision_and_a_living_one_does_not(session, acting):
    ctx = acting(Role.MANAGEMENT)
    vendor = vendor_of(session, tier=Tier.LOW, inherent=1)
    for key, days in (("a", -1), ("b", 10)):
        session.add(
            Finding(
                vendor_id=vendor.id, subject=key, severity=Severity.MAJOR, title=key,
                action="…",
                due_on=ctx.today + timedelta(days=days), opened_at=now(),
            )
        )  # fmt: skip
    session.flush()
    found = queries.portfolio(ctx)
    assert found.findings == 2
    assert [m.link[0] for m in found.decisions if m.urgency is Urgency.OVERDUE_FINDING] == ["findings.show"]


def test_minor_overdue_findings_are_told_too_each_vendor_by_its_gravest(session, acting):
    ctx = acting(Role.MANAGEMENT)
    several, one = (vendor_of(session, tier=Tier.LOW, inherent=1) for _ in range(2))
    for vendor, key, severity, days in (
        (several, "a", Severity.MINOR, -90),
        (several, "b", Severity.CRITICAL, -1),
        (several, "c", Severity.MAJOR, -9),
        (several, "d", Severity.CRITICAL, 5),
        (one, "e", Severity.MINOR, -2),
    ):
        session.add(
            Finding(
                vendor_id=vendor.id, subject=key, severity=severity, title=key, action="…",
                due_on=ctx.today + timedelta(days=days), opened_at=now(),
            )
        )  # fmt: skip
    session.flush()
    told = {m.vendor_id: m for m in queries.portfolio(ctx).decisions if m.urgency is Urgency.OVERDUE_FINDING}
    assert {key: (m.why.values["title"], m.others) for key, m in told.items()} == {
        several.id: ("b", 2),
        one.id: ("e", 0),
    }


def test_risk_without_a_scorecard_is_the_whole_inherent_risk(session, acting):
    unknown = vendor_of(session, inherent=5, tier=Tier.CRITICAL)
    sound = vendor_of(session, inherent=5, tier=Tier.CRITICAL)
    card(session, sound, audit_of(session, sound), "A", 9000)
    ctx = acting(Role.MANAGEMENT)
    found = queries.risk_rows(ctx, queries.portfolio(ctx).heat)
    assert found.total == 2
    assert [row.vendor_id for row in found.rows] == [unknown.id, sound.id]


@pytest.mark.parametrize("role", [Role.BUYER, Role.EXPERT, Role.ADMIN, Role.VENDOR_ADMIN])
def test_the_portfolio_is_not_for_everyone(acting, role):
    with pytest.raises(Forbidden):
        queries.portfolio(acting(role))


@pytest.mark.parametrize("role", [Role.DPO, Role.LEGAL, Role.BUYER, Role.MANAGEMENT, Role.ADMIN, Role.EXPERT])
def test_home_answers_every_member_of_staff(session, acting, role):
    full_vendor(session)
    ctx = acting(role)
    assert all(todo.endpoint for todo in home_page.todos(ctx, home_page.home_counts(ctx)))
    assert all(figure.value >= 0 for figure in home_page.figures(ctx, home_page.home_counts(ctx)))


def test_a_buyer_is_asked_to_describe_only_its_own_vendors(session, acting):
    ctx = acting(Role.BUYER)
    vendor_of(session, tier=None, inherent=None)
    assert not home_page.todos(ctx, home_page.home_counts(ctx))
    vendor_of(session, tier=None, inherent=None, owner_id=ctx.actor.id)
    assert [todo.endpoint for todo in home_page.todos(ctx, home_page.home_counts(ctx))] == ["vendors.show"]


def test_a_proof_older_than_its_question_accepts_is_to_be_renewed(session, acting):
    """Without an end date of its own, a pen-test of fourteen months is past the twelve that its question accepts."""
    space = space_of(session)
    vendor_side = Context(session, actor_of(space.admin, space.vendor), now())
    answer_all(vendor_side, space.audit)
    link = session.scalars(select(AnswerEvidence).where(AnswerEvidence.question_key == "a.chiffre")).one()
    facts = EvidenceDetails(issued_on=vendor_side.today - timedelta(days=425))
    audits.describe_proof(vendor_side, space.audit, link, facts)
    ctx = acting(Role.MANAGEMENT)
    assert queries.portfolio(ctx).expiring == 0, "prepared, not sent"
    audits.submit_answers(vendor_side, space.audit, language=Language.FR, signatory=SIGNATORY)
    assert queries.portfolio(ctx).expiring == 1
    assert [row.id for row in evidence.expiring(ctx, to=Permission.PORTFOLIO_VIEW)] == [link.evidence_id]


def decisions_about(found, vendor):
    """Every reason why a decision about a vendor waits, the most pressing first."""
    return [
        reason.urgency
        for decision in found.decisions
        if decision.vendor_id == vendor.id
        for reason in (decision, *decision.also)
    ]


def test_an_empty_draft_is_no_contract_and_a_signed_one_is(session, acting):
    """The cheapest lie: a row of contract for a vendor at risk, empty, drafted or not, took the figure from 1 to 0."""
    ctx, legal, vendor = acting(Role.MANAGEMENT), acting(Role.LEGAL), full_vendor(session)
    found = queries.portfolio(ctx)
    assert (found.without_contract, decisions_about(found, vendor)) == (1, [Urgency.NO_CONTRACT])
    contract = contract_of(legal, vendor)
    found = queries.portfolio(ctx)
    assert (found.without_contract, decisions_about(found, vendor)) == (0, [])
    contracts.withdraw_registered(legal, contract, "Erreur")
    assert queries.portfolio(ctx).without_contract == 1


def test_home_counts_as_the_portfolio_does_and_leads_to_those_vendors(session, acting):
    full_vendor(session)
    for role in (Role.MANAGEMENT, Role.DPO, Role.LEGAL):
        ctx = acting(role)
        [figure] = [
            one for one in home_page.figures(ctx, home_page.home_counts(ctx)) if "sans contrat" in str(one.label)
        ]
        assert figure.value == queries.portfolio(ctx).without_contract == 1


def test_an_active_vendor_at_risk_that_was_never_measured_waits_for_a_decision(session, acting):
    ctx = acting(Role.MANAGEMENT)
    vendor, other = vendor_of(session), vendor_of(session, tier=Tier.LOW, inherent=1)
    card(session, vendor_of(session), audit_of(session, vendor), "A", 9000)
    found = queries.portfolio(ctx)
    assert decisions_about(found, vendor) == [Urgency.NO_CONTRACT, Urgency.NEVER_AUDITED]
    assert not decisions_about(found, other)


def test_a_copy_that_only_a_person_has_read_is_not_counted_as_covering_all(session, acting):
    """The cheapest lie: a scan that no reading opens, vouched for in a sentence."""
    ctx, legal, vendor = acting(Role.MANAGEMENT), acting(Role.LEGAL), full_vendor(session)
    contract = contract_of(legal, vendor, reading=CopyReading.UNREADABLE, coverage=None)
    contracts.do_act(legal, contract, ContractAct.VOUCH, why="Les deux signatures et l'objet y sont, en page 9.")
    found = queries.portfolio(ctx)
    assert (found.without_contract, found.incomplete) == (0, 1)
    (told,) = [one for one in found.decisions if one.urgency is Urgency.UNCOVERED_CONTRACT]
    assert "personne n’a lu" in str(told.why)


def test_an_incomplete_draft_is_no_decision_of_its_own(session, acting):
    vendor = vendor_of(session)
    drafted = full_vendor(session)
    session.scalars(select(ContractVersion)).one().required = 32
    keep_counting_version(acting(Role.LEGAL), session.scalars(select(Contract)).one())
    found = queries.portfolio(acting(Role.MANAGEMENT))
    assert {decision.vendor_id for decision in found.decisions} == {vendor.id, drafted.id}
    assert decisions_about(found, vendor) == [Urgency.NO_CONTRACT, Urgency.NEVER_AUDITED]
    assert decisions_about(found, drafted) == [Urgency.NO_CONTRACT], "what a draft lacks is work, no decision"


def test_suspending_a_vendor_at_risk_gives_it_no_contract_and_no_measure(session, acting):
    """The cheapest lie: one click on « Suspendu », which takes none of our data back."""
    ctx, buyer, vendor = acting(Role.MANAGEMENT), acting(Role.DPO), vendor_of(session)
    before = decisions_about(queries.portfolio(ctx), vendor)
    change_status(buyer, vendor, VendorStatus.SUSPENDED)
    found = queries.portfolio(ctx)
    assert (found.without_contract, decisions_about(found, vendor)) == (1, before)
    assert before == [Urgency.NO_CONTRACT, Urgency.NEVER_AUDITED]


def test_a_vendor_bound_for_one_service_only_is_said_apart_and_waits_for_a_decision(session, acting):
    ctx, legal, vendor = acting(Role.MANAGEMENT), acting(Role.LEGAL), full_vendor(session)
    contract = contract_of(legal, vendor)
    contract.service_id = session.scalars(select(Service.id).where(Service.vendor_id == vendor.id)).one()
    session.add(Service(vendor_id=vendor.id, name="Dossiers médicaux"))
    contracts.keep_standing_of(legal, vendor.id)
    found = queries.portfolio(ctx)
    told = figures_as_json(found, ctx.today)["contracts"]
    assert (told["in_force"], told["partial"], found.without_contract) == (0, 1, 0)
    assert decisions_about(found, vendor) == [Urgency.UNCOVERED_SERVICE]
    todos = home_page.todos(legal, home_page.home_counts(legal))
    assert "prestation n’a pas de contrat" in " ".join(str(one.title) for one in todos)


@pytest.mark.parametrize(
    ("kind", "flagged", "told"),
    [
        (SampleKind.CALLS, 12, "12 appels en faute sur 80"), (SampleKind.CALLS, 1, "Un appel en faute sur 80"),
        (SampleKind.CASES, 1, "Un dossier en faute sur 80"), (SampleKind.CASES, 2, "2 dossiers en faute sur 80"),
    ],
)  # fmt: skip
def test_a_measured_sample_is_told_as_what_it_is_and_as_many(session, acting, kind, flagged, told):
    ctx = acting(Role.DPO)
    full_vendor(session)
    sample = session.scalars(select(CaseSample)).one()
    sample.kind, sample.state, sample.measured_at = kind, SampleState.MEASURED, now()
    sample.flagged_cases, sample.total = flagged, 80
    session.flush()
    [todo] = [one for one in home_page.todos(ctx, home_page.home_counts(ctx)) if one.endpoint == "samples.show"]
    assert str(todo.detail) == told
