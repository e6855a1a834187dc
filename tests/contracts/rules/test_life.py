"""The table of states and acts, and what the contracts of a vendor come to."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.contracts.rules.copy_names import names_company
from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.life import (
    ACTS,
    GONE,
    ContractAct,
    ContractOrigin,
    ContractPosition,
    ContractState,
    CopyReading,
    DoneBy,
    HeldService,
    act_of_the_day,
    leads_to,
    offered_acts,
    standing_of,
)
from portal.vendors.rules.standing import ContractStanding
from tests.effort import at_most

HERE = ContractOrigin.DRAFTED
DAY = date(2026, 11, 24)


def reached(origin, first):
    """The states that acts lead to, and the acts done on the way."""
    seen, done, waiting = {first}, set(), [first]
    while waiting:
        state = waiting.pop()
        for act in ContractAct:
            target = leads_to(act, state, origin)
            if target is not None:
                done.add(act)
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
    return seen, done


def test_every_act_has_its_line_and_no_line_is_empty():
    assert set(ACTS) == set(ContractAct)
    assert all(rule.leads and rule.noted.startswith("contract.") for rule in ACTS.values())
    assert len({rule.noted for rule in ACTS.values()}) == len(ACTS)


def test_every_state_and_every_act_is_reached_from_a_draft_or_from_a_contract_signed_elsewhere():
    states, acts = reached(HERE, ContractState.DRAFT)
    other_states, other_acts = reached(ContractOrigin.ELSEWHERE, ContractState.AGREED)
    assert states | other_states == set(ContractState)
    assert acts | other_acts == set(ContractAct)


def test_what_is_signed_is_never_discarded_and_what_is_gone_never_comes_back():
    for state in ContractState:
        is_signed = state in (ContractState.SIGNED, ContractState.IN_FORCE, ContractState.EXPIRED)
        assert not (is_signed and leads_to(ContractAct.DISCARD, state, HERE))
        assert not (
            state in GONE and any(leads_to(act, state, origin) for act in ContractAct for origin in ContractOrigin)
        )


def test_nobody_is_offered_what_the_calendar_does():
    for state in ContractState:
        for origin in ContractOrigin:
            assert all(ACTS[act].by is DoneBy.DRAFTER for act in offered_acts(state, origin))


@pytest.mark.parametrize(
    ("state", "effective", "expires", "act"),
    [
        (ContractState.SIGNED, date(2026, 11, 25), None, None),
        (ContractState.SIGNED, DAY, None, ContractAct.START),
        (ContractState.IN_FORCE, date(2026, 11, 25), None, ContractAct.DEFER),
        (ContractState.IN_FORCE, date(2025, 1, 1), DAY, None),
        (ContractState.IN_FORCE, date(2025, 1, 1), date(2026, 11, 23), ContractAct.EXPIRE),
        (ContractState.DRAFT, date(2025, 1, 1), date(2026, 1, 1), None),
        (ContractState.TERMINATED, date(2025, 1, 1), date(2026, 1, 1), None),
    ],
)
def test_the_calendar_moves_only_what_its_day_has_come_for(state, effective, expires, act):
    assert act_of_the_day(state, effective, expires, DAY) is act


POSITIONS = st.builds(
    ContractPosition, st.sampled_from(ContractState), st.none() | st.sampled_from(CopyReading),
    st.none() | st.dates(date(2026, 11, 1), date(2027, 2, 1)), st.booleans(),
)  # fmt: skip


@given(held=st.lists(POSITIONS, max_size=6))
@at_most(60)
def test_a_vendor_has_a_contract_when_one_of_its_contracts_counts_and_only_then(held):
    standing, until = standing_of(held)
    counted = [
        one for one in held
        if one.state is ContractState.IN_FORCE and one.copy in (CopyReading.READ, CopyReading.VOUCHED)
        and not one.is_amendment
    ]  # fmt: skip
    assert (standing is ContractStanding.IN_FORCE) == bool(counted)
    ends = [one.expires_on for one in counted]
    assert until == (max(ends) if ends and None not in ends else None)


SERVICES = st.lists(st.builds(HeldService, st.integers(1, 3), st.none() | st.integers(1, 2)), max_size=4)
SIGNED = st.lists(
    st.builds(
        ContractPosition, st.just(ContractState.IN_FORCE), st.just(CopyReading.READ),
        st.none() | st.dates(date(2026, 11, 1), date(2027, 2, 1)), service_id=st.none() | st.integers(1, 3),
        entity_id=st.none() | st.integers(1, 2),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@given(held=SIGNED, services=SERVICES)
@at_most(120)
def test_a_contract_is_in_force_for_all_only_when_each_service_has_its_own_or_one_for_all(held, services):
    """And it is covered until the first day on which one of them is no longer."""
    standing, until = standing_of(held, services)
    bare = [one for one in services if not any(contract.covers(one) for contract in held)]
    assert standing is (ContractStanding.PARTIAL if bare else ContractStanding.IN_FORCE)
    if until is not None and not bare and services:
        ended = [one.expires_on is not None and one.expires_on <= until for one in held]
        after = [
            replace(one, state=ContractState.EXPIRED) if over else one for one, over in zip(held, ended, strict=True)
        ]
        assert standing_of(after, services)[0] is not ContractStanding.IN_FORCE


def test_the_contract_of_another_entity_of_ours_binds_nobody_to_this_one():
    ours = ContractPosition(ContractState.IN_FORCE, CopyReading.READ, entity_id=1)
    assert standing_of([ours], [HeldService(7, 1)])[0] is ContractStanding.IN_FORCE
    assert standing_of([ours], [HeldService(7, 1), HeldService(8, 2)])[0] is ContractStanding.PARTIAL
    assert standing_of([ours], [HeldService(7, 1), HeldService(8)])[0] is ContractStanding.IN_FORCE, "nobody said whose"


def test_joint_controllers_are_bound_for_a_service_by_their_arrangement():
    joint = ContractPosition(ContractState.IN_FORCE, kind=DocumentKind.ARRANGEMENT, is_joint=True, service_id=2)
    ours = ContractPosition(ContractState.IN_FORCE, CopyReading.READ, service_id=1)
    assert standing_of([ours, joint], [HeldService(1), HeldService(2)])[0] is ContractStanding.IN_FORCE


def test_a_text_names_a_company_by_any_of_the_names_it_goes_by():
    assert names_company("Between ACME and Functional Software, Inc.", ["Functional Software, Inc. d/b/a Sentry"])
    assert names_company("la société Brume et Fils", ["Brume & Fils SARL"])
    assert not names_company("la société Brumes", ["Brume"])
