"""Pages of the review: the list, one audit, decisions, findings, receipts."""

from portal.audits.views import decisions, exchanges, files, findings, list, opening, pieces, review
from portal.audits.views.blueprint import bp

__all__ = ["bp", "decisions", "exchanges", "files", "findings", "list", "opening", "pieces", "review"]
