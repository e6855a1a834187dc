"""`can()` and `reach()` are one rule said twice: for every actor × permission × row they must agree."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.audits.models import Audit
from portal.authz import policy
from portal.authz.policy import Actor, Permission, Role
from portal.contracts.models import Contract
from portal.core.clock import legal_date, now
from portal.evidence.models import Evidence
from portal.findings.models import Finding
from portal.mystery.models import MysteryPlan, MysteryTest
from portal.paper.models import PaperBatch, PaperReview
from portal.samples.models import CaseSample
from portal.scorecards.models import Scorecard
from portal.vendors.models import Contact, Service, Vendor
from tests.factories.people import user_of
from tests.factories.world import two_vendors

TODAY = date(2026, 11, 24)
MODELS = [
    Vendor, Contact, Service, Audit, Finding, Evidence, Scorecard, Contract, PaperReview, PaperBatch, MysteryPlan,
    MysteryTest, CaseSample,
]  # fmt: skip


@pytest.fixture
def world(session):
    owner = user_of(session, Role.BUYER)
    return owner, two_vendors(session, owner)


def actors(owner, vendors):
    first, second = vendors
    for role in Role:
        yield Actor(role, owner.id, "Propriétaire")
        yield Actor(role, owner.id + 1000, "Quelqu'un", vendor_ids=frozenset({second.id}))
        yield Actor(role, None, "Personne")
    yield Actor(Role.EXPERT, 7, "Expert", vendor_ids=frozenset({first.id}), until=TODAY)
    yield Actor(Role.EXPERT, 7, "Expert d'hier", vendor_ids=frozenset({first.id}), until=TODAY - timedelta(days=1))


def test_what_belongs_to_no_vendor_yet_is_reached_by_those_who_reach_all(session, world):
    _, (_, second) = world
    session.add(PaperReview(title="Sans sous-traitant", file_name="x.pdf", created_at=now()))
    session.flush()
    row = session.scalars(select(PaperReview).where(PaperReview.vendor_id.is_(None))).one()
    session.refresh(row, ["vendor"])
    for actor, reached in (
        (Actor(Role.LEGAL, 1), True), (Actor(Role.MANAGEMENT, 1), True),
        (Actor(Role.EXPERT, 1, vendor_ids=frozenset({second.id})), False), (Actor(Role.BUYER, 1), False),
    ):  # fmt: skip
        within = policy.reach(actor, Permission.PAPER_VIEW, PaperReview, today=TODAY)
        assert policy.can(actor, Permission.PAPER_VIEW, row, today=TODAY) is reached
        assert (row.id in set(session.scalars(select(PaperReview.id).where(within)))) is reached


@pytest.mark.parametrize("model", MODELS)
def test_can_equals_reach(session, world, model):
    owner, vendors = world
    compared = 0
    rows = session.scalars(select(model)).unique().all()
    assert len(rows) >= 2, f"the world holds no {model.__name__}"
    for row in rows:
        session.refresh(row, ["vendor"]) if model is not Vendor else None
    reached: dict[str, set[int]] = {}
    for actor in actors(owner, vendors):
        for permission in Permission:
            reach = policy.reach(actor, permission, model, today=TODAY)
            written = str(reach.compile(compile_kwargs={"literal_binds": True}))
            if written not in reached:  # many permissions are granted alike: the database is asked each condition once
                reached[written] = set(session.scalars(select(model.id).where(reach)))
            within = reached[written]
            for row in rows:
                allowed = policy.can(actor, permission, row, today=TODAY)
                assert allowed == (row.id in within), f"{actor.role} {permission} {model.__name__} {row.id}"
                compared += 1
    assert compared == len(rows) * len(Permission) * (len(Role) * 3 + 2)


def test_an_expert_reads_on_the_last_day_and_not_after():
    expert = Actor(Role.EXPERT, 1, vendor_ids=frozenset({3}), until=TODAY)
    assert policy.can(expert, Permission.VENDOR_VIEW, today=TODAY)
    assert not policy.can(expert, Permission.VENDOR_VIEW, today=TODAY + timedelta(days=1))


def test_nobody_may_do_anything():
    assert not any(policy.can(policy.NOBODY, permission, today=legal_date(now())) for permission in Permission)


@pytest.mark.parametrize(
    ("of_evidence", "as_before"),
    [
        (Permission.EVIDENCE_GIVE, Permission.AUDIT_ANSWER),
        (Permission.EVIDENCE_JUDGE, Permission.AUDIT_REVIEW),
        (Permission.EVIDENCE_VIEW, Permission.AUDIT_VIEW),
    ],
)
def test_proofs_have_permissions_of_their_own_that_give_no_more_and_no_less_than_the_audits(of_evidence, as_before):
    for role in Role:
        assert policy.GRANTS.get(role, {}).get(of_evidence) == policy.GRANTS.get(role, {}).get(as_before), role
