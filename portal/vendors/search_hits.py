"""Vendors as a search shows them."""

from collections.abc import Sequence

from flask import url_for

from portal.authz.context import Context
from portal.core.pages import Page
from portal.vendors import queries
from portal.vendors.models import Vendor
from portal.web.manifest import SearchHit


def vendor_hits(ctx: Context, words: Sequence[str], at_most: int) -> Page[SearchHit]:
    """The first vendors that have all these words in their names or begin one of their numbers."""
    found = queries.vendors_by_words(ctx, words, at_most)
    return found.showing([_hit(vendor) for vendor in found.rows])


def _hit(vendor: Vendor) -> SearchHit:
    detail = vendor.legal_name if vendor.legal_name != vendor.name else ""
    return SearchHit(title=vendor.name, detail=detail, url=url_for("vendors.show", vendor_id=vendor.id))
