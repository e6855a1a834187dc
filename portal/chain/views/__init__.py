"""Pages of the chain: the list, a company and what is judged of it, the tree of a vendor, the picture, what if."""

from portal.chain.views import companies, judgements, picture, what_if
from portal.chain.views.blueprint import bp

__all__ = ["bp", "companies", "judgements", "picture", "what_if"]
