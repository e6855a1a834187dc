"""Pages of the contract desk."""

from portal.contracts import wording
from portal.contracts.views import drafting, files, reading, shelf
from portal.contracts.views.blueprint import bp

__all__ = ["bp", "drafting", "files", "reading", "shelf", "wording"]
