"""Use cases of contracts: open one, type missing facts, draft a version frozen for ever, sign it, keep it, end it."""

from portal.contracts.services.amending import amend_contract
from portal.contracts.services.dates import ContractDates
from portal.contracts.services.deadline_decisions import (
    LONGEST_MOTIVE,
    DecidedFirst,
    NoticeGiven,
    RenewalSigned,
    check_newest,
    deadline_topic,
    decide_end,
    decide_to_let_run,
    decide_to_renegotiate,
    decide_to_renew,
    open_amendment,
)
from portal.contracts.services.exits import (
    LONGEST_WORDS,
    DataCheck,
    add_exemption,
    add_holder,
    choose_end_of_data,
    close_as_kept,
    close_exit,
    receive_certificate,
    record_certificate_reading,
    record_check,
    say_no_subprocessor,
    vouch_for_certificate,
)
from portal.contracts.services.facts_requests import (
    ask_contract_facts,
    find_contract_facts_request,
    propose_contract_facts,
    settle_contract_facts,
)
from portal.contracts.services.library_changes import (
    LONGEST_PROPOSAL_REASON,
    Candidate,
    approve_proposal,
    approvers_of,
    candidate,
    lacking_approvers,
    language_defects,
    may_decide,
    newer_clauses,
    proposal_mark,
    propose_paragraph,
    propose_retirement,
    refuse_proposal,
    take_library_of_today,
    withdraw_proposal,
)
from portal.contracts.services.life import (
    LONGEST_WHY,
    assign_contract,
    calendar_due,
    change_dates,
    do_act,
    follow_calendar,
    record_copy_reading,
)
from portal.contracts.services.messages import LONGEST_MESSAGE, answer_about_contract, ask_about_contract
from portal.contracts.services.opening import ContractSubject, describe_contract, open_contract, subject_of, templates
from portal.contracts.services.paragraphs import (
    AGREEMENTS,
    LOCKED,
    LONGEST_EDIT_REASON,
    Books,
    ParagraphChange,
    add_condition,
    agree_to_paragraph,
    agreement_mark,
    books_of,
    remove_edit,
    row_at,
    try_paragraph,
    write_paragraph,
)
from portal.contracts.services.registering import (
    move_registered,
    register_elsewhere,
    register_signed,
    withdraw_registered,
)
from portal.contracts.services.remarks import LONGEST_REMARK, comment_paragraph, settle_comment
from portal.contracts.services.restoring import edits_snapshot, label_version, restore_version
from portal.contracts.services.retention import remove_after_retention
from portal.contracts.services.sealing import seal_signed_contract
from portal.contracts.services.signature import cancel_version_signed, keep_counting_version, record_version_signed
from portal.contracts.services.signing import (
    change_signatory,
    follow_signings,
    open_signing,
    remind_now,
    seal_again,
    withdraw_signing,
)
from portal.contracts.services.signing_acts import (
    SigningTrace,
    find_signatory,
    note_opening,
    refuse_to_sign,
    send_code,
    sign_contract,
    turn_problem,
)
from portal.contracts.services.typed_facts import (
    LONGEST_CELL,
    LONGEST_FACT,
    LONGEST_OVERRIDE,
    MOST_ROWS,
    MissingReason,
    facts_set_aside,
    parse_typed_fact,
    parse_typed_rows,
    type_facts,
    type_table,
    typed_fact_in_words,
)
from portal.contracts.services.versions import (
    LONGEST_REASON,
    AssembledDraft,
    FailedChecks,
    PendingParagraph,
    RoleExcluded,
    UnfinishedDraft,
    UntranslatedTexts,
    assemble_contract_draft,
    assemble_draft,
    checks_snapshot,
    draft_version,
    facts_snapshot,
    languages,
    print_again,
    spoken,
    stamped,
    unfinished,
    untranslated_sentence,
    untranslated_text,
)

__all__ = [
    "AGREEMENTS", "LOCKED", "LONGEST_CELL", "LONGEST_EDIT_REASON", "LONGEST_FACT", "LONGEST_MESSAGE", "LONGEST_MOTIVE",
    "LONGEST_OVERRIDE", "LONGEST_PROPOSAL_REASON", "LONGEST_REASON", "LONGEST_REMARK", "LONGEST_WHY", "LONGEST_WORDS",
    "MOST_ROWS", "AssembledDraft", "Books", "Candidate", "ContractDates", "ContractSubject", "DataCheck",
    "DecidedFirst", "FailedChecks", "MissingReason", "NoticeGiven", "ParagraphChange", "PendingParagraph",
    "RenewalSigned", "RoleExcluded", "SigningTrace", "UnfinishedDraft", "UntranslatedTexts", "add_condition",
    "add_exemption", "add_holder", "agree_to_paragraph", "agreement_mark", "amend_contract", "answer_about_contract",
    "approve_proposal", "approvers_of", "ask_about_contract", "ask_contract_facts", "assemble_contract_draft",
    "assemble_draft", "assign_contract", "books_of", "calendar_due", "cancel_version_signed", "candidate",
    "change_dates", "change_signatory", "check_newest", "checks_snapshot", "choose_end_of_data", "close_as_kept",
    "close_exit", "comment_paragraph", "deadline_topic", "decide_end", "decide_to_let_run", "decide_to_renegotiate",
    "decide_to_renew", "describe_contract", "do_act", "draft_version", "edits_snapshot", "facts_set_aside",
    "facts_snapshot", "find_contract_facts_request", "find_signatory", "follow_calendar", "follow_signings",
    "keep_counting_version", "label_version", "lacking_approvers", "language_defects", "languages", "may_decide",
    "move_registered", "newer_clauses", "note_opening", "open_amendment", "open_contract", "open_signing",
    "parse_typed_fact", "parse_typed_rows", "print_again", "proposal_mark", "propose_contract_facts",
    "propose_paragraph", "propose_retirement", "receive_certificate", "record_certificate_reading", "record_check",
    "record_copy_reading", "record_version_signed", "refuse_proposal", "refuse_to_sign", "register_elsewhere",
    "register_signed", "remind_now", "remove_after_retention", "remove_edit", "restore_version", "row_at",
    "say_no_subprocessor", "seal_again", "seal_signed_contract", "send_code", "settle_comment",
    "settle_contract_facts", "sign_contract", "spoken", "stamped", "subject_of", "take_library_of_today", "templates",
    "try_paragraph", "turn_problem", "type_facts", "type_table", "typed_fact_in_words", "unfinished",
    "untranslated_sentence", "untranslated_text", "vouch_for_certificate", "withdraw_proposal", "withdraw_registered",
    "withdraw_signing", "write_paragraph",
]  # fmt: skip
