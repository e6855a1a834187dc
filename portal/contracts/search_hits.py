"""Contracts of the register as a search shows them."""

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts.models import Contract, ContractWord
from portal.contracts.rules.life import LISTED
from portal.core.pages import Page
from portal.core.sought import titles_of
from portal.vendors.queries import things_by_words
from portal.web.manifest import SearchHit


def contract_hits(ctx: Context, words: Sequence[str], at_most: int) -> Page[SearchHit]:
    """The last contracts within reach whose title or vendor has each of these words."""
    wanted = select(Contract).options(joinedload(Contract.vendor))
    wanted = wanted.where(visible(ctx, Permission.CONTRACT_VIEW, Contract), Contract.state.in_(LISTED))
    titles = titles_of(Contract, ContractWord.contract_id)
    found = things_by_words(ctx, wanted.order_by(Contract.id.desc()), Contract, titles, words, at_most)
    return found.showing([_hit(contract) for contract in found.rows])


def _hit(contract: Contract) -> SearchHit:
    url = url_for("contracts.show", contract_id=contract.id)
    return SearchHit(title=contract.title, detail=contract.vendor.name, url=url)
