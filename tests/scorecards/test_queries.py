from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from portal.audits import queries as audits
from portal.audits import services as audit_services
from portal.audits.submitted_audit import submitted_audit_of
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Actor, Permission, Role
from portal.contracts import library
from portal.core import process
from portal.core.errors import NotFound
from portal.evidence.rules import Decay, StandingKind
from portal.samples.models import SampleState
from portal.samples.report import report_of
from portal.scorecards import queries, scale_file, services
from portal.vendors.models import Vendor
from tests.conftest import NOW
from tests.factories import samples
from tests.factories.people import user_of
from tests.factories.review import case_of, sent_case
from tests.factories.spaces import actor_of
from tests.factories.world import vendor_of, vendor_user

pytestmark = pytest.mark.both_databases


@pytest.fixture
def system(session, app):
    return Context(session, SYSTEM, NOW)


@pytest.fixture
def bareme(app):
    return scale_file.read_scale(process.settings().questionnaires_dir).scale


def items(ctx, case, bareme):
    return {item.question_key: item for item in queries.scored_questions(ctx, case.submitted(), bareme)}


# --- what the rules are given


def test_only_questions_that_are_asked_and_scored_count(session, system, bareme):
    case = sent_case(session, a_chiffre="non")
    assert set(items(system, case, bareme)) == {"a.contrat", "a.chiffre", "a.role", "b.mesures"}


def test_an_item_carries_weight_mark_verdict_and_section(session, system, sent, bareme):
    sent.judge("a.contrat", "ameliorable")
    item = items(system, sent, bareme)["a.contrat"]
    assert (item.section_key, item.weight, item.critical, item.mark) == ("a", 5, True, 1.0)
    assert item.verdict.value == "ameliorable"
    assert not item.evidence_requested


def test_a_proof_ages_as_the_scale_says(system, sent, bareme):
    usual = items(system, sent, bareme)["a.chiffre"].evidence
    slower = replace(bareme, decay=Decay(floor=Decimal("0.9"), grace_months=6))
    assert usual.kind is StandingKind.SUPPLIED
    assert items(system, sent, slower)["a.chiffre"].evidence.freshness > usual.freshness


def test_a_proof_is_awaited_only_beside_the_answers_that_ask_for_one(session, system, bareme):
    case = sent_case(session, a_chiffre="partiel")
    assert not items(system, case, bareme)["a.chiffre"].evidence_requested


def test_the_best_of_several_proofs_counts(session, system, bareme):
    case = case_of(session)
    case.answer()
    case.prove(issued_on=date(2026, 11, 20))
    case.send()
    assert items(system, case, bareme)["a.chiffre"].evidence.freshness > Decimal("0.95")


# --- reach and lists


def test_a_card_out_of_reach_is_not_found(session, system, sent):
    card = services.take_snapshot(system, sent.audit, reason="asked")
    assert queries.get_card(system, card.id).detail["terms"]
    for role, vendor_ids in (
        (Role.BUYER, ()),
        (Role.EXPERT, (sent.vendor.id + 1,)),
        (Role.VENDOR_ADMIN, (sent.vendor.id,)),
    ):
        ctx = Context(session, Actor(role, user_of(session, role).id, vendor_ids=frozenset(vendor_ids)), NOW)
        with pytest.raises(NotFound):
            queries.get_card(ctx, card.id)
        with pytest.raises(NotFound):
            queries.get_vendor(ctx, sent.vendor.id)
        assert queries.scorecard_rows(ctx, sent.vendor.id) == []


def test_measures_come_in_the_order_they_were_taken_without_their_derivation(session, system, sent, statements):
    first = services.take_snapshot(system, sent.audit, reason="submitted")
    second = services.take_snapshot(replace(system, now=NOW + timedelta(days=3)), sent.audit, reason="asked")
    session.commit()
    statements.clear()
    found = queries.scorecard_rows(system, sent.vendor.id)
    assert [measure.id for measure in found] == [first.id, second.id]
    assert len(statements) == 1
    assert "detail" not in statements[0]


def test_the_newest_measure_of_each_vendor_is_listed_by_name(session, system, sent):
    other = sent_case(session, name="Autre Maison")
    for case in (sent, other, sent):
        last = services.take_snapshot(system, case.audit, reason="asked")
    found = queries.latest_cards(system)
    assert [vendor.name for _, vendor in found] == ["Autre Maison", "Nuage Clair SAS"]
    assert found[1][0].id == last.id == sent.vendor.card_id


# --- proofs that run out


def accepted(session, **proof):
    case = case_of(session)
    case.proofs["a.chiffre"] = None
    case.answer()
    case.prove(**proof)
    case.send()
    case.judge_all()
    audit_services.accept_audit(case.judging, case.audit)
    return case


@pytest.mark.parametrize(
    ("proof", "until"),
    [
        ({"expires_on": date(2026, 11, 23)}, date(2026, 11, 23)),
        ({"expires_on": date(2026, 11, 24)}, None),  # good until tonight
        ({"expires_on": date(2026, 10, 25)}, date(2026, 10, 25)),
        ({"expires_on": date(2026, 10, 24)}, None),  # long enough ago to have been seen
        ({"issued_on": date(2025, 11, 23)}, date(2026, 11, 23)),  # the question takes twelve months
        ({"issued_on": date(2025, 11, 24)}, None),
        ({"issued_on": date(2025, 11, 20), "expires_on": date(2030, 1, 1)}, date(2026, 11, 20)),
        ({}, None),
    ],
)
def test_what_ran_out_lately_is_found_to_the_day(session, system, proof, until):
    case = accepted(session, **proof)
    assert queries.expired_proofs(system) == ({queries.ExpiredProof(case.audit.id, until)} if until else set())


def test_only_accepted_audits_are_looked_at(session, system):
    case = case_of(session)
    case.proofs["a.chiffre"] = None
    case.answer()
    case.prove(expires_on=date(2026, 11, 23))
    case.send()
    assert queries.expired_proofs(system) == set()


def test_looking_costs_the_same_whatever_the_number_of_proofs(session, system, statements):
    def cost():
        statements.clear()
        queries.expired_proofs(system)
        return len(statements)

    accepted(session, expires_on=date(2026, 11, 23))
    queries.expired_proofs(system)  # the frozen text is read once per process
    few = cost()
    for _ in range(5):
        accepted(session, expires_on=date(2026, 11, 22))
    assert cost() == few == 2
    assert len(queries.expired_proofs(system)) == 6


# --- what real cases show


@pytest.fixture
def measured_case(session, database, system):
    """(a vendor whose pack is answered as well as can be, its sample of 200 cases with many faults)."""
    vendor = vendor_of(session)
    audit = samples.pack_sent(session, vendor)
    sender = Context(session, actor_of(vendor_user(session, vendor), vendor), NOW)
    sample = samples.measured(database, sender, samples.asked(system, vendor, size=100), samples.csv(200))
    session.expire_all()
    return audit, sample


def items_of(ctx, audit, bareme):
    loaded = audits.get_audit(ctx, audit.id, to=Permission.AUDIT_VIEW)
    return {item.question_key: item for item in queries.scored_questions(ctx, submitted_audit_of(ctx, loaded), bareme)}


def test_a_question_whose_fault_is_surely_frequent_is_measured_and_the_others_are_not(system, bareme, measured_case):
    audit, sample = measured_case
    requirements = library.cached(process.settings().clauses_dir).table["relation-client-retractation"].requirements
    asked = {one.key: one.evidence for one in requirements}
    sure = {asked[f"R{line.item:02}"] for line in report_of(sample).faults if line.low > bareme.tolerated}
    found = items_of(system, audit, bareme)
    assert {key for key, item in found.items() if item.measured} == sure & set(found)
    assert sure & set(found)


def test_what_the_scale_tolerates_is_not_counted(system, bareme, measured_case):
    audit, _sample = measured_case
    assert not any(item.measured for item in items_of(system, audit, replace(bareme, tolerated=Decimal(1))).values())


def test_the_samples_of_another_vendor_or_of_another_questionnaire_change_nothing(
    session, system, sent, bareme, measured_case
):
    other = samples.pack_sent(session, vendor_of(session))
    session.expire_all()
    assert not any(item.measured for item in items_of(system, other, bareme).values())
    sample = measured_case[1]
    sample.vendor_id = sent.vendor.id
    session.flush()
    assert not any(item.measured for item in items(system, sent, bareme).values())


def test_a_question_that_is_measured_counts_zero_and_says_why(session, system, bareme, measured_case):
    audit, sample = measured_case
    loaded = audits.get_audit(system, audit.id, to=Permission.AUDIT_VIEW)
    key = next(key for key, item in items_of(system, audit, bareme).items() if item.measured and item.mark)
    card = services.take_snapshot(system, loaded, reason="sample")
    [term] = [one for one in card.detail["terms"] if one["question"] == key]
    assert Decimal(term["contribution"]) == 0
    assert "Mesuré sur dossiers" in str(term["reasons"])
    sample.state = SampleState.CANCELLED
    session.flush()
    assert services.take_snapshot(system, loaded, reason="sample").basis_points > card.basis_points


def test_a_fault_that_only_an_older_sample_proves_is_on_the_page_of_the_level(session, system, as_, measured_case):
    """The level counts it: a page of the newest sample alone would leave it without a reason."""
    audit, sample = measured_case
    path = f"/garanties/sous-traitant/{audit.vendor_id}"
    assert queries.older_faults(system, audit.vendor_id) == []
    assert "plus ancien" not in as_(Role.DPO).get(path).words
    newest = samples.asked(
        system, session.get_one(Vendor, audit.vendor_id), period_from=date(2026, 11, 1), period_to=date(2026, 11, 20)
    )
    newest.state, newest.measured_at = SampleState.MEASURED, NOW
    session.commit()
    [fault, *_others] = queries.older_faults(system, audit.vendor_id)
    words = as_(Role.DPO).get(path).words
    assert "Fautes prouvées par un échantillon plus ancien" in words
    assert f"{fault.failures} sur {fault.trials}" in words
    newest.period_from, newest.period_to = date(2026, 1, 1), date(2026, 3, 31)
    session.commit()
    assert queries.older_faults(system, audit.vendor_id) == [], "asked for later, but of a former period"
    assert f"/retractation/echantillons/{sample.id}" in str(as_(Role.DPO).get(path).response.get_data())
