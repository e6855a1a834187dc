"""Pages of the review: the list, one audit, decisions, findings, receipts."""

from portal.audits.views import decisions, files, findings, list, opening, pieces, review
from portal.audits.views.blueprint import bp

__all__ = ["bp", "decisions", "files", "findings", "list", "opening", "pieces", "review"]
