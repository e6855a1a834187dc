"""Use cases of the reviewer's side: ask, judge answers and proofs, return, accept, work findings to closed."""

from portal.audits.reviewing.asking import Asked, ask
from portal.audits.reviewing.deciding import accept, cancel, expected_findings, return_questions
from portal.audits.reviewing.finding import open_finding_on_answer, propose_action
from portal.audits.reviewing.judging import (
    Judgement,
    judge,
    judge_evidence,
    judge_rest,
    plainly_acceptable,
    review_fingerprint,
)
from portal.audits.reviewing.telling import tell_reviewers

__all__ = [
    "Asked",
    "Judgement",
    "accept",
    "ask",
    "cancel",
    "expected_findings",
    "judge",
    "judge_evidence",
    "judge_rest",
    "open_finding_on_answer",
    "plainly_acceptable",
    "propose_action",
    "return_questions",
    "review_fingerprint",
    "tell_reviewers",
]
