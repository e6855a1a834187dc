"""Pages of the chain: the list, a company and what is judged of it, the tree of a vendor, what if."""

from portal.chain.views import companies, judgements, what_if
from portal.chain.views.blueprint import bp

__all__ = ["bp", "companies", "judgements", "what_if"]
