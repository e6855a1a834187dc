"""Contracts of the register as a search shows them."""

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts.models import Contract
from portal.contracts.rules.life import LISTED
from portal.core.pages import Page, page_of
from portal.core.sought import begins_a_word
from portal.vendors.queries import vendors_spelled
from portal.web.manifest import SearchHit


def contract_hits(ctx: Context, words: Sequence[str], at_most: int) -> Page[SearchHit]:
    """The last contracts within reach whose title or vendor has each of these words."""
    where = [or_(begins_a_word(Contract.sought, word), Contract.vendor_id.in_(vendors_spelled(word))) for word in words]
    wanted = select(Contract).options(joinedload(Contract.vendor))
    wanted = wanted.where(
        visible(ctx, Permission.CONTRACT_VIEW, Contract), Contract.state.in_(LISTED), *where
    ).order_by(Contract.id.desc())
    found = page_of(ctx.session, wanted, size=at_most)
    return found.showing([_hit(contract) for contract in found.rows])


def _hit(contract: Contract) -> SearchHit:
    url = url_for("contracts.show", contract_id=contract.id)
    return SearchHit(title=contract.title, detail=contract.vendor.name, url=url)
