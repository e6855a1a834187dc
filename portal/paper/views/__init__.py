"""Pages of contracts received."""

from portal.paper import wording
from portal.paper.views import delays, files, listing, receiving, review, rulings, signature
from portal.paper.views.blueprint import bp

__all__ = ["bp", "delays", "files", "listing", "receiving", "review", "rulings", "signature", "wording"]
