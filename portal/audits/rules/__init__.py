"""Rules of audits: what is open in a round, what a review may do next, what an earlier audit carries into this one."""

from portal.audits.rules.attesting import NotASignatory, Signatory, signatory, statement
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
from portal.audits.rules.comment_language import is_in_other_language
from portal.audits.rules.delays import MOST_REQUESTS, delay_problem, last_day, usual_day
from portal.audits.rules.delegations import (
    LONGEST_NOTE,
    MOST_DELEGATIONS,
    MOST_NUDGES,
    day_problem,
    nudge_problem,
)
from portal.audits.rules.difference import (
    BARS_BULK,
    ReadReason,
    SentAnswer,
    is_reworded,
    lacks_asked_proof,
    proof_reasons,
    read_reasons,
)
from portal.audits.rules.officer_contact import officer_row, officer_text
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
    "BARS_BULK",
    "FINDING_SOURCE",
    "LONGEST_NOTE",
    "MOST_DELEGATIONS",
    "MOST_NUDGES",
    "MOST_REQUESTS",
    "AnswerState",
    "AskedAgain",
    "AuditState",
    "CarriedAs",
    "HeldAnswer",
    "HeldProof",
    "NotASignatory",
    "ReadReason",
    "ReviewVerdict",
    "Round",
    "SentAnswer",
    "Signatory",
    "answer_state",
    "asked_again",
    "carried_as",
    "carried_value",
    "day_problem",
    "delay_problem",
    "is_in_other_language",
    "is_reworded",
    "lacks_asked_proof",
    "last_day",
    "nudge_problem",
    "officer_row",
    "officer_text",
    "open_questions",
    "proof_reasons",
    "proposed_answers",
    "read_reasons",
    "signatory",
    "statement",
    "still_holds",
    "unreviewed",
    "usual_day",
]
