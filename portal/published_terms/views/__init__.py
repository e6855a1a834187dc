"""Pages of published terms, none of which a vendor ever sees."""

from portal.published_terms.views.pages import bp

__all__ = ["bp"]
