"""Vendors as a search shows them."""

from typing import Any

from portal.authz.context import Context, reach
from portal.authz.policy import Permission
from portal.core.sought import Words
from portal.vendors import queries
from portal.web.manifest import Hits


def vendor_hits(ctx: Context, words: Words) -> Hits:
    """The first vendors that have all these words in their names or begin one of their numbers."""
    return Hits(
        found=queries.vendors_by_words(reach(ctx, Permission.VENDOR_VIEW), words.shape),
        show=_shown,
        page=("vendors.show", "vendor_id"),
    )


def _shown(row: Any) -> tuple[str, str]:
    detail = row.legal_name if row.legal_name != row.name else ""
    return row.name, detail
