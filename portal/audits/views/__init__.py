"""Pages of the review: the queue, one dossier, decisions, findings, files."""

from portal.audits.views import asking, decisions, files, finding, queue, review
from portal.audits.views.blueprint import bp

__all__ = ["asking", "bp", "decisions", "files", "finding", "queue", "review"]
