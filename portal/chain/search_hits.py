"""Companies of the chain as a search shows them."""

from typing import Any

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.chain import queries
from portal.core.sought import Words
from portal.vendors.place_names import place_name
from portal.web.manifest import Hits
from portal.web.text import current_language


def company_hits(ctx: Context, words: Words) -> Hits:
    """The first companies whose name has words that begin so, by name."""
    authorize(ctx, Permission.CHAIN_VIEW)
    return Hits(found=queries.companies_by_words(words.shape), show=_shown, page=("chain.show", "company_id"))


def _shown(row: Any) -> tuple[str, str]:
    return row.name, place_name(row.country, current_language())
