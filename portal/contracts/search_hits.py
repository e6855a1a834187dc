"""Contracts of the register as a search shows them."""

from typing import Any

from sqlalchemy import select

from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Reach
from portal.contracts.models import BY_VENDOR, Contract, ContractWord
from portal.contracts.rules.life import GONE
from portal.core.found import Found
from portal.core.sought import Shape, Words, titles_of
from portal.core.statements import among, written_once
from portal.vendors.models import Vendor
from portal.vendors.queries import things_by_words
from portal.web.manifest import Hits


def contract_hits(ctx: Context, words: Words) -> Hits:
    """The last contracts within reach whose title or vendor has each of these words."""
    return Hits(
        found=_found(reach(ctx, Permission.CONTRACT_VIEW), words.shape),
        show=_shown,
        page=("contracts.show", "contract_id"),
    )


@written_once
def _found(within: Reach, shape: Shape) -> Found:
    # « In none of the two » rather than in one of the nine others: SQLite would look each vendor up nine times.
    where = [within.over(Contract), ~among(Contract.state, GONE)]
    shown = (
        select(Contract.id, Contract.title, Vendor.name.label("vendor"))
        .outerjoin(Vendor, Vendor.id == Contract.vendor_id)
        .order_by(Contract.id.desc())
    )
    titles = titles_of(Contract, ContractWord.contract_id)
    return things_by_words(Contract, shown, where, titles, shape, by_vendor=BY_VENDOR)


def _shown(row: Any) -> tuple[str, str]:
    return row.title, row.vendor
