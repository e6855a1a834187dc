from itertools import product

from portal.person_requests.rules.kinds import ARTICLES, SHORT_NAMES, RefusalGround, RequestKind, fits
from portal.person_requests.rules.life import ACTS, RequestAct, RequestState, leads_to, offered_acts

A, S, K = RequestAct, RequestState, RequestKind


def test_every_act_has_its_line_and_every_kind_its_article():
    assert set(ACTS) == set(A)
    assert set(ARTICLES) == set(SHORT_NAMES) == set(K)


def test_nothing_is_closed_without_an_answer_or_a_refusal():
    for kind in K:
        assert {state for state in S if leads_to(A.CLOSE, state, kind)} == {S.ANSWERED, S.REFUSED}


def test_consumer_law_knows_no_extension_and_no_doubt_about_identity():
    for act, state in product((A.EXTEND, A.DOUBT, A.IDENTIFY), S):
        assert leads_to(act, state, K.CONTRACT) is None
    assert A.EXTEND in offered_acts(S.WORKING, K.CONSENT), "to withdraw a consent is another thing"


def test_what_is_over_is_only_taken_up_again():
    for kind in K:
        assert offered_acts(S.CLOSED, kind) == offered_acts(S.DROPPED, kind) == (A.RESUME,)


def test_a_ground_of_one_law_refuses_nothing_of_the_other():
    for ground, kind in product(RefusalGround, K):
        assert fits(ground, kind) is (ground.is_consumer_law == (kind is K.CONTRACT))
