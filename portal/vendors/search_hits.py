"""Vendors as a search shows them."""

from typing import Any

from flask import url_for

from portal.authz.context import Context, reach
from portal.authz.policy import Permission
from portal.core.sought import Words
from portal.vendors import queries
from portal.web.manifest import Hits, SearchHit


def vendor_hits(ctx: Context, words: Words) -> Hits:
    """The first vendors that have all these words in their names or begin one of their numbers."""
    return Hits(found=queries.vendors_by_words(reach(ctx, Permission.VENDOR_VIEW), words.shape), show=_hit)


def _hit(row: Any) -> SearchHit:
    detail = row.legal_name if row.legal_name != row.name else ""
    return SearchHit(title=row.name, detail=detail, url=url_for("vendors.show", vendor_id=row.id))
