from itertools import product

from portal.person_requests.rules.entrusted import (
    PROPOSED,
    TaskFacts,
    TaskKind,
    TaskState,
    missing_before_answer,
    missing_before_closing,
)
from portal.person_requests.rules.kinds import RequestKind

K, T, S = RequestKind, TaskKind, TaskState


def test_each_request_proposes_something_to_ask():
    assert set(PROPOSED) == set(K)


def test_no_answer_while_a_vendor_has_not_done_its_part_nor_we_looked_at_it():
    for kind, state in product(T, S):
        waits = missing_before_answer([TaskFacts(kind, state)]) is not None
        assert waits is (state.is_open and kind is not T.INFORM)


def test_rectification_erasure_and_restriction_are_not_closed_before_recipients_are_told_or_why_not():
    def missing(kind, tasks=(), recipients="", is_refused=False):
        return missing_before_closing(kind, is_refused=is_refused, tasks=tasks, recipients=recipients)

    for kind in K:
        assert (missing(kind) is not None) is kind.informs_recipients
    assert missing(K.ERASURE, recipients="Aucun autre destinataire n'a reçu ces données.") is None
    assert missing(K.ERASURE, [TaskFacts(T.ERASE, S.ACCEPTED)]) is None
    assert missing(K.ERASURE, [TaskFacts(T.ERASE, S.CANCELLED)]) is not None, "asked no more: nobody was told"
    assert missing(K.ERASURE, is_refused=True) is None
    assert missing(K.ACCESS, [TaskFacts(T.INFORM, S.ASKED)]) is not None
