"""Use cases of audits: opened, answered with proofs, submitted, reviewed, sent back, accepted, cancelled."""

from portal.audits.services.answers import (
    PostedAnswer,
    SavedAnswer,
    SavedSection,
    StoredAnswer,
    open_answers_to_write,
    save_answer,
    save_posted_answer,
    save_section,
)
from portal.audits.services.confirmation import confirm_answers, confirm_section, proposed_mark
from portal.audits.services.decision import (
    accept_audit,
    cancel_audit,
    expected_findings,
    return_questions,
    withdraw_from_departed,
)
from portal.audits.services.delays import LONGEST_WORDS, ask_delay, grant_delay, refuse_delay
from portal.audits.services.delegations import (
    DelegationOrder,
    NameWanted,
    finish_part,
    give_part,
    may_follow,
    nudge_colleague,
    remind_colleagues,
    take_back,
)
from portal.audits.services.findings import open_finding_on_answer, propose_action
from portal.audits.services.invitation import InvitedAudit, open_and_invite
from portal.audits.services.opening import open_audit, open_audits
from portal.audits.services.proofs import (
    FILES_PER_QUESTION,
    attach_proof,
    describe_proof,
    detach_proof,
    question_taking_files,
)
from portal.audits.services.renewal import judge_piece, replace_piece, withdraw_piece
from portal.audits.services.submission import IncompleteAnswers, must_be_to_send, submit_answers
from portal.audits.services.threads import LONGEST_QUESTION, answer_question, ask_about_question, close_thread, may_ask
from portal.audits.services.together import (
    accept_remaining_answers,
    accept_unchanged_answers,
    judge_together,
    plainly_acceptable_answers,
)
from portal.audits.services.verdicts import Judgement, give_verdict, judge_evidence, review_fingerprint

__all__ = [
    "FILES_PER_QUESTION",
    "LONGEST_QUESTION",
    "LONGEST_WORDS",
    "DelegationOrder",
    "IncompleteAnswers",
    "InvitedAudit",
    "Judgement",
    "NameWanted",
    "PostedAnswer",
    "SavedAnswer",
    "SavedSection",
    "StoredAnswer",
    "accept_audit",
    "accept_remaining_answers",
    "accept_unchanged_answers",
    "answer_question",
    "ask_about_question",
    "ask_delay",
    "attach_proof",
    "cancel_audit",
    "close_thread",
    "confirm_answers",
    "confirm_section",
    "describe_proof",
    "detach_proof",
    "expected_findings",
    "finish_part",
    "give_part",
    "give_verdict",
    "grant_delay",
    "judge_evidence",
    "judge_piece",
    "judge_together",
    "may_ask",
    "may_follow",
    "must_be_to_send",
    "nudge_colleague",
    "open_and_invite",
    "open_answers_to_write",
    "open_audit",
    "open_audits",
    "open_finding_on_answer",
    "plainly_acceptable_answers",
    "propose_action",
    "proposed_mark",
    "question_taking_files",
    "refuse_delay",
    "remind_colleagues",
    "replace_piece",
    "return_questions",
    "review_fingerprint",
    "save_answer",
    "save_posted_answer",
    "save_section",
    "submit_answers",
    "take_back",
    "withdraw_from_departed",
    "withdraw_piece",
]
