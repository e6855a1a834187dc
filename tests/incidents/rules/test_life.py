from itertools import product

from portal.incidents.rules.life import ACTS, IncidentAct, IncidentState, leads_to, offered_acts

A, S = IncidentAct, IncidentState


def test_every_act_has_its_line_and_the_vendor_decides_nothing():
    assert set(ACTS) == set(A)
    for act, state in product(A, S):
        after = leads_to(act, state)
        if ACTS[act].by_vendor:
            assert after in {None, state}


def test_a_breach_is_closed_only_once_it_was_decided():
    assert {state for state in S if leads_to(A.CLOSE, state)} == {S.NOTIFIED, S.UNNOTIFIED}
    assert leads_to(A.NOTIFY, S.DECLARED) is leads_to(A.SPARE, S.DECLARED) is None


def test_nothing_of_what_was_declared_by_mistake_goes_on_but_with_a_reason():
    assert offered_acts(S.MISTAKEN) == (A.NOTE, A.RESUME)
