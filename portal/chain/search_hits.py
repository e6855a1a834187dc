"""Companies of the chain as a search shows them."""

from collections.abc import Sequence

from flask import url_for

from portal.authz.context import Context
from portal.chain import queries
from portal.chain.models import ChainCompany
from portal.core.pages import Page
from portal.vendors.place_names import place_name
from portal.web.manifest import SearchHit
from portal.web.text import current_language


def company_hits(ctx: Context, words: Sequence[str], at_most: int) -> Page[SearchHit]:
    """The first companies whose name has words that begin so, by name."""
    found = queries.companies_by_words(ctx, words, at_most)
    return found.showing([_hit(company) for company in found.rows])


def _hit(company: ChainCompany) -> SearchHit:
    return SearchHit(
        title=company.name, detail=place_name(company.country, current_language()),
        url=url_for("chain.show", company_id=company.id),
    )  # fmt: skip
