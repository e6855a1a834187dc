"""Use cases of findings: opened, worked by both sides, another date decided, verified and closed, or accepted."""

from portal.findings.services.dates import assign_finding, decide_date, propose_date
from portal.findings.services.settling import fail_retest, pass_retest, reopen_finding, waive_finding
from portal.findings.services.working import (
    CorrectiveAction,
    FindingSource,
    agreed_action,
    amend_finding,
    continued_action,
    lock_findings_of,
    note_internally,
    open_finding,
    reply_to_finding,
    send_message_to_vendor,
)

__all__ = [
    "CorrectiveAction",
    "FindingSource",
    "agreed_action",
    "amend_finding",
    "assign_finding",
    "continued_action",
    "decide_date",
    "fail_retest",
    "lock_findings_of",
    "note_internally",
    "open_finding",
    "pass_retest",
    "propose_date",
    "reopen_finding",
    "reply_to_finding",
    "send_message_to_vendor",
    "waive_finding",
]
