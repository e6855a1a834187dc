"""Rules of audits: what is open in a round, what a review may do next, what an earlier audit carries into this one."""

from portal.audits.rules.carry_over import (
    AnswerState,
    AskedAgain,
    CarriedAs,
    HeldAnswer,
    HeldProof,
    answer_state,
    asked_again,
    carried_as,
    carried_value,
    proposed_answers,
)
from portal.audits.rules.rounds import (
    FINDING_SOURCE,
    AuditState,
    ReviewVerdict,
    Round,
    open_questions,
    still_holds,
    unreviewed,
)

__all__ = [
    "FINDING_SOURCE",
    "AnswerState",
    "AskedAgain",
    "AuditState",
    "CarriedAs",
    "HeldAnswer",
    "HeldProof",
    "ReviewVerdict",
    "Round",
    "answer_state",
    "asked_again",
    "carried_as",
    "carried_value",
    "open_questions",
    "proposed_answers",
    "still_holds",
    "unreviewed",
]
