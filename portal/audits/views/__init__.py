"""Pages of the review: the queue, one dossier, decisions, findings, files."""

from portal.audits.views import asking, decisions, files, findings, queue, review
from portal.audits.views.blueprint import bp

__all__ = ["asking", "bp", "decisions", "files", "findings", "queue", "review"]
