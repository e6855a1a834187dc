"""Use cases of the reviewer's side: ask, judge answers and proofs, return, accept, work findings to closed."""

from portal.audits.reviewing.asking import Asked, ask
from portal.audits.reviewing.deciding import accept, cancel, expected_findings, return_questions
from portal.audits.reviewing.judging import (
    Judgement,
    judge,
    judge_evidence,
    judge_rest,
    plainly_acceptable,
    proof_fingerprint,
    review_fingerprint,
)
from portal.audits.reviewing.telling import tell_finding_answered, tell_reviewers
from portal.audits.reviewing.working import (
    Action,
    Place,
    amend,
    answer_vendor,
    findings_at,
    open_elsewhere,
    open_finding,
    prefill,
    reopen,
    reply,
    settle,
)

__all__ = [
    "Action",
    "Asked",
    "Judgement",
    "Place",
    "accept",
    "amend",
    "answer_vendor",
    "ask",
    "cancel",
    "expected_findings",
    "findings_at",
    "judge",
    "judge_evidence",
    "judge_rest",
    "open_elsewhere",
    "open_finding",
    "plainly_acceptable",
    "prefill",
    "proof_fingerprint",
    "reopen",
    "reply",
    "return_questions",
    "review_fingerprint",
    "settle",
    "tell_finding_answered",
    "tell_reviewers",
]
