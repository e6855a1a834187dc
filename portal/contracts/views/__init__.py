"""Pages of contracts."""

from portal.contracts import wording
from portal.contracts.views import clauses, drafting, files, reading
from portal.contracts.views.blueprint import bp

__all__ = ["bp", "clauses", "drafting", "files", "reading", "wording"]
