"""Pages of contracts."""

from portal.contracts import wording
from portal.contracts.views import (
    clauses,
    contracts,
    deadline,
    drafting,
    exits,
    facts_requests,
    files,
    library_changes,
    life,
    messages,
    signatory,
    signature,
    signing,
    tables,
    trial,
    verification,
    writing,
)
from portal.contracts.views.blueprint import bp

__all__ = [
    "bp", "clauses", "contracts", "deadline", "drafting", "exits", "facts_requests", "files", "library_changes", "life",
    "messages", "signatory", "signature", "signing", "tables", "trial", "verification", "wording", "writing",
]  # fmt: skip
