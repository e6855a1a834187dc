"""A flag without a rule of the law's data, or without its words, does not enter the product."""

import pytest

from portal.consumer_law import legislation
from portal.consumer_law.rules.periods import ContractKind
from portal.samples.rules.faults import CALL_GROUNDS, GROUNDS, CallFault, CaseFault, LawFile, stages_of_faults

BOOKS = {
    LawFile.PERIODS: legislation.periods().rules,
    LawFile.CLOCKS: legislation.clocks(),
    LawFile.FUNCTION: legislation.function(),
    LawFile.EXCEPTIONS: legislation.exceptions(),
    LawFile.TELEPHONE: legislation.telephone(),
}


def test_every_flag_has_its_ground():
    assert set(GROUNDS) == set(CaseFault)
    assert set(CALL_GROUNDS) == set(CallFault)


@pytest.mark.parametrize("flag", [*CaseFault, *CallFault])
def test_every_ground_names_rules_that_exist_and_a_line_of_the_contract_requirements(flag):
    ground = flag.ground
    added = [*ContractKind] if ground.book is LawFile.PERIODS else range(1, 14)
    known = {rule.id for rule in BOOKS[ground.book]}
    assert {ground.rule.format(one) for one in added} <= known
    assert 1 <= ground.item <= 15
    assert ground.among
    assert (flag.label, flag.severity) == (ground.label, ground.severity)


def test_the_kinds_an_exception_never_fits_are_kinds_and_leave_it_some():
    for rule in legislation.exceptions():
        never = rule.figures.get("never", [])
        assert set(never) < {kind.value for kind in ContractKind}


def test_each_fault_belongs_to_a_stage_of_the_relation_with_consumers():
    stages = stages_of_faults()
    assert set(stages) == {*CaseFault, *CallFault}
    assert {stages["missing-information"], stages["no-consent"]} == {"avant"}
    assert {stages["late-refund"], stages["function-missing"]} == {"apres"}
