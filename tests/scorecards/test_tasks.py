from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.audits import services as audit_services
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.evidence.rules import EvidenceVerdict
from portal.jobs.models import Job, JobState
from portal.jobs.schedule import TICKS
from portal.scorecards import queries, services, tasks
from portal.scorecards.models import Scorecard
from portal.vendors.rules.tier import Tier
from tests.conftest import NOW
from tests.factories import samples
from tests.factories.review import case_of, sent_case
from tests.factories.spaces import actor_of
from tests.factories.world import vendor_of, vendor_user


@pytest.fixture
def system(session, app):
    return Context(session, SYSTEM, NOW)


def cards(session):
    return session.scalars(select(Scorecard).order_by(Scorecard.id)).all()


def at(days):
    return NOW + timedelta(days=days)


def accepted(session, **proof):
    case = case_of(session)
    case.proofs["a.chiffre"] = None
    case.answer()
    case.prove(**proof)
    case.send()
    case.judge_all()
    audit_services.accept_audit(case.judging, case.audit)
    return case


def test_a_submission_and_an_acceptance_are_measured(session, system, sent):
    tasks.on_submission(system, audit_id=sent.audit.id, round=1)
    sent.judge_all()
    audit_services.accept_audit(sent.judging, sent.audit)
    tasks.on_acceptance(system, audit_id=sent.audit.id)
    assert [card.reason for card in cards(session)] == ["submitted", "accepted"]


def test_every_fact_has_its_job(session, sent):
    audit_services.judge_evidence(sent.judging, sent.audit, sent.proofs["a.chiffre"], EvidenceVerdict.VERIFIED, "")
    sent.judge_all()
    audit_services.accept_audit(sent.judging, sent.audit)
    kinds = session.scalars(select(Job.kind).where(Job.kind.startswith("scorecards."))).all()
    assert sorted(kinds) == ["scorecards.on_acceptance", "scorecards.on_evidence", "scorecards.on_submission"]


def test_a_verdict_on_a_proof_is_measured_once(session, system, sent):
    proof = sent.proofs["a.chiffre"]
    tasks.on_submission(system, audit_id=sent.audit.id, round=1)
    audit_services.judge_evidence(sent.judging, sent.audit, proof, EvidenceVerdict.VERIFIED, "")
    tasks.on_evidence(system, audit_id=sent.audit.id, evidence_id=proof.id)
    tasks.on_evidence(system, audit_id=sent.audit.id, evidence_id=proof.id)
    first, second = cards(session)
    assert second.reason == "evidence"
    assert second.basis_points > first.basis_points


def test_a_proof_of_another_vendor_moves_nothing(session, system, sent):
    other = sent_case(session, name="Autre Maison")
    tasks.on_evidence(system, audit_id=other.audit.id, evidence_id=other.proofs["a.chiffre"].id)
    assert {card.vendor_id for card in cards(session)} == {other.vendor.id}


def test_a_new_inherent_risk_is_measured_and_the_same_one_is_not(session, system, sent):
    tasks.on_submission(system, audit_id=sent.audit.id, round=1)
    tasks.on_reclassification(system, vendor_id=sent.vendor.id, before="eleve", after="eleve")
    sent.vendor.inherent, sent.vendor.tier = 5, Tier.CRITICAL
    session.flush()
    tasks.on_reclassification(system, vendor_id=sent.vendor.id, before="eleve", after="critique")
    assert [(card.reason, card.inherent) for card in cards(session)] == [("submitted", 4), ("reclassified", 5)]


def test_a_proof_that_runs_out_lowers_the_level_the_next_day_and_only_once(session, system):
    case = accepted(session, issued_on=date(2026, 6, 1), expires_on=date(2026, 11, 26))
    tasks.on_acceptance(system, audit_id=case.audit.id)
    for days in (1, 2):  # still good on its last day
        tasks.look_for_expired(Context(session, SYSTEM, at(days)))
    assert not session.scalars(select(Job).where(Job.kind == "scorecards.on_expiry")).all()
    after = Context(session, SYSTEM, at(3))
    for _ in range(3):
        tasks.look_for_expired(after)
    (job,) = session.scalars(select(Job).where(Job.kind == "scorecards.on_expiry")).all()
    assert (job.payload, job.state) == ({"audit_id": case.audit.id, "until": "2026-11-26"}, JobState.READY)
    tasks.on_expiry(after, **job.payload)
    tasks.on_expiry(after, **job.payload)
    before, lower = cards(session)
    assert (lower.reason, lower.taken_at) == ("expired", at(3))
    assert lower.basis_points < before.basis_points
    tasks.look_for_expired(Context(session, SYSTEM, at(4)))
    assert len(session.scalars(select(Job).where(Job.kind == "scorecards.on_expiry")).all()) == 1


def test_what_was_measured_after_the_end_is_not_measured_again(session, system):
    case = accepted(session, expires_on=date(2026, 11, 20))
    tasks.on_acceptance(system, audit_id=case.audit.id)
    tasks.on_expiry(system, audit_id=case.audit.id, until="2026-11-20")
    assert len(cards(session)) == 1


def test_an_old_audit_whose_proof_runs_out_is_left_alone(session, system):
    old = accepted(session, expires_on=date(2026, 11, 23))
    newer = case_of(session)
    newer.audit.vendor_id = old.vendor.id
    session.flush()
    newer.vendor = old.vendor
    newer.answer()
    newer.send()
    newer.judge_all()
    audit_services.accept_audit(newer.judging, newer.audit)
    tasks.on_expiry(system, audit_id=old.audit.id, until="2026-11-23")
    assert cards(session) == []


def test_the_tick_is_registered():
    assert TICKS["scorecards.expiry"]
    assert queries.LOOK_BACK.days == 30


def test_a_sample_measured_lowers_the_level_once_and_the_pages_say_why(session, database, system, as_):
    vendor = vendor_of(session)
    audit = samples.pack_sent(session, vendor)
    before = services.retake_snapshots(system, vendor.id, reason="submitted")[0]
    sender = Context(session, actor_of(vendor_user(session, vendor), vendor), NOW)
    sample = samples.measured(database, sender, samples.asked(system, vendor, size=100), samples.csv(200))
    assert samples.run(database, session, "scorecards.on_sample") == 1
    after = cards(session)[-1]
    assert (after.reason, after.audit_id) == ("sample", audit.id)
    assert after.basis_points < before.basis_points
    tasks.on_sample(system, sample_id=sample.id, vendor_id=vendor.id)
    assert len(cards(session)) == 2
    page = as_(Role.MANAGEMENT)
    assert "Mesuré sur dossiers" in page.get(f"/garanties/{after.id}").words
    assert page.get(f"/garanties/sous-traitant/{vendor.id}").all(f"//a[@href='/retractation/echantillons/{sample.id}']")
