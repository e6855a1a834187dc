"""Which findings lead to which ceilings, within whose reach, and how linked ones count."""

from datetime import date
from decimal import Decimal

import pytest

from portal.authz.policy import Role
from portal.consumer_law.exposure_page import (
    SHOWN_FINDINGS,
    BreachSource,
    ExposureInput,
    exposed_findings,
    exposure_page,
)
from portal.consumer_law.rules.exposure import Breach, LateRefunds, Party
from portal.findings.rules import FindingState
from tests.factories.law import finding_of
from tests.factories.review import case_of

DAY = date(2026, 11, 24)
TEN, TWENTY = Decimal(10_000_000), Decimal(20_000_000)
CONTRACT = BreachSource("C1", "Contrat", (Breach("28(3)"),))
TRANSFER = BreachSource("C2", "Transfert", (Breach("44"), Breach("28(3)(a)")), ("consumer.withdrawal",))
CRIMES = BreachSource("10", "Condamnations", (Breach("10"),))


def asked(*sources, groups=None, controller=None, vendor=None, own=False, fines=(), late=()):
    return ExposureInput(sources, groups, controller, vendor, own, fines, late)


def test_a_finding_touches_what_its_question_cites_or_what_was_measured(session, acting):
    case = case_of(session)
    finding_of(session, case.audit, "a.contrat")
    finding_of(session, case.audit, "no-refund")
    finding_of(session, case.audit, "b.texte")
    first, second, third = exposed_findings(acting(Role.DPO), case.vendor.id)
    assert (first.label, first.articles, first.fines) == ("C1", ("28(3)",), ())
    assert (second.articles, second.fines) == ((), ("consumer.withdrawal",))
    assert third.is_silent
    assert not first.is_silent


def test_a_finding_measured_outside_any_audit_touches_what_was_measured(session, acting):
    case = case_of(session)
    finding_of(session, case.audit, "no-consent", is_answer=False)
    (found,) = exposed_findings(acting(Role.DPO), case.vendor.id)
    assert (found.articles, found.fines) == ((), ("consumer.calls",))


@pytest.mark.parametrize("state", [FindingState.CLOSED, FindingState.WAIVED])
def test_a_settled_finding_is_not_counted(session, acting, state):
    case = case_of(session)
    finding_of(session, case.audit, "a.contrat", state=state)
    assert exposed_findings(acting(Role.DPO), case.vendor.id) == []


def test_findings_out_of_reach_do_not_exist(session, acting):
    mine, other = case_of(session), case_of(session)
    finding_of(session, mine.audit, "a.contrat")
    finding_of(session, other.audit, "a.contrat")
    expert = acting(Role.EXPERT, vendor_ids=frozenset({mine.vendor.id}))
    assert len(exposed_findings(expert, mine.vendor.id)) == 1
    assert exposed_findings(expert, other.vendor.id) == []
    assert exposed_findings(acting(Role.BUYER), mine.vendor.id) == []
    assert exposed_findings(acting(Role.ADMIN), mine.vendor.id) == []


def test_a_long_list_of_findings_ends(session, acting):
    case = case_of(session)
    for number in range(SHOWN_FINDINGS + 2):
        finding_of(session, case.audit, f"q{number}")
    assert len(exposed_findings(acting(Role.DPO), case.vendor.id)) == SHOWN_FINDINGS


def test_both_parties_have_their_own_turnover():
    found = exposure_page(asked(CONTRACT, controller=Decimal(1_200_000_000), vendor=Decimal(30_000_000)), DAY)
    assert [side.amount for side in found.sides] == [Decimal(24_000_000), TEN]
    assert [side.party for side in found.sides] == [Party.CONTROLLER, Party.PROCESSOR]


def test_linked_facts_share_a_ceiling_and_the_others_add_up():
    linked = exposure_page(asked(CONTRACT, TRANSFER), DAY).sides[0]
    assert (linked.amount, len(linked.groups)) == (TWENTY, 1)
    apart = exposure_page(asked(CONTRACT, TRANSFER, groups=()), DAY).sides[0]
    assert [group.amount for group in apart.groups] == [TEN, TWENTY]
    assert apart.amount == TEN + TWENTY
    third = BreachSource("32", "Sécurité", (Breach("32"),))
    some = exposure_page(asked(CONTRACT, TRANSFER, third, groups=(("C1", "32"),)), DAY).sides[0]
    assert [[source.label for source in group.sources] for group in some.groups] == [["C1", "32"], ["C2"]]
    assert some.amount == sum(group.amount for group in some.groups) == TEN + TWENTY


def test_each_line_is_the_ceiling_of_that_fact_alone():
    found = exposure_page(asked(CONTRACT, TRANSFER, CRIMES, vendor=Decimal(2_000_000_000)), DAY)
    assert [line.ceilings for line in found.lines] == [(TEN, Decimal(40_000_000)), (TWENTY, Decimal(80_000_000)), ()]
    assert [fine.rule.id for fine in found.lines[1].fines] == ["consumer.withdrawal"]


def test_what_has_no_ceiling_is_said_and_counts_for_nothing():
    found = exposure_page(asked(CRIMES, groups=()), DAY)
    assert found.uncovered == ("10",)
    assert all(side.amount == 0 and not side.groups for side in found.sides)


def test_what_is_addressed_to_the_controller_is_said_unless_the_vendor_decided_of_the_purposes():
    principle = BreachSource("5", "Principes", (Breach("5"),))
    assert exposure_page(asked(principle), DAY).controller_alone == ("5",)
    own = exposure_page(asked(CONTRACT, principle, own=True), DAY)
    assert own.controller_alone == ()
    assert own.sides[1].party is Party.OWN_PURPOSES
    assert [exposure_page(asked(CONTRACT, own=own), DAY).sides[1].amount for own in (False, True)] == [TEN, TWENTY]


def test_fines_come_from_the_findings_and_from_the_boxes_ticked_each_once():
    found = exposure_page(asked(TRANSFER, fines=("consumer.calls", "consumer.withdrawal")), DAY)
    assert [fine.rule.id for fine in found.fines] == ["consumer.withdrawal", "consumer.calls"]
    assert exposure_page(asked(CONTRACT), DAY).fines == ()


def test_late_refunds_and_the_total_of_a_sample_make_one_simulation():
    assert exposure_page(asked(CONTRACT), DAY).late is None
    late = (LateRefunds(Decimal("129.90"), 25),)
    assert exposure_page(asked(late=late), DAY).late.surcharge == Decimal("12.99")
    assert exposure_page(asked(late=late), DAY, Decimal("7.01")).late.surcharge == Decimal("20.00")
    assert exposure_page(asked(), DAY, Decimal("7.01")).late.from_samples == Decimal("7.01")


def test_every_caveat_is_in_the_data_on_that_day():
    assert all(rule.source and rule.article for rule in exposure_page(asked(CONTRACT), DAY).caveats.values())
