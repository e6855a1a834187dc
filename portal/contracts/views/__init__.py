"""Pages of the contract desk."""

from portal.contracts import wording
from portal.contracts.views import drafting, files, reading
from portal.contracts.views.blueprint import bp

__all__ = ["bp", "drafting", "files", "reading", "wording"]
