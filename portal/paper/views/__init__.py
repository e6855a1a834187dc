"""Pages of contracts received."""

from portal.paper import wording
from portal.paper.views import files, listing, reading, receiving, ruling
from portal.paper.views.blueprint import bp

__all__ = ["bp", "files", "listing", "reading", "receiving", "ruling", "wording"]
