"""Use cases of contracts: open one, type missing facts, draft a version frozen for ever, record its signature."""

from portal.contracts.services.opening import ContractSubject, describe_contract, open_contract, subject_of, templates
from portal.contracts.services.signature import cancel_version_signed, keep_counting_version, record_version_signed
from portal.contracts.services.typed_facts import (
    LONGEST_CELL,
    LONGEST_FACT,
    MOST_ROWS,
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
    assemble_draft,
    checks_snapshot,
    draft_version,
    facts_snapshot,
    print_again,
    stamped,
)

__all__ = [
    "LONGEST_CELL", "LONGEST_FACT", "LONGEST_REASON", "MOST_ROWS", "AssembledDraft", "ContractSubject", "FailedChecks",
    "assemble_draft", "cancel_version_signed", "checks_snapshot", "describe_contract", "draft_version",
    "facts_snapshot", "keep_counting_version", "open_contract", "parse_typed_fact", "parse_typed_rows", "print_again",
    "record_version_signed", "stamped", "subject_of", "templates", "type_facts", "type_table", "typed_fact_in_words",
]  # fmt: skip
