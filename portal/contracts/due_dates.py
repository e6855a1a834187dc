"""What falls due in the life of contracts, as calendars show it."""

from collections.abc import Iterator, Sequence
from datetime import date

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractState
from portal.web.manifest import DatedThing
from portal.web.text import _


def contract_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """Contracts in force, by the day a decision is awaited and by their last day."""
    found = ctx.session.scalars(
        select(Contract)
        .options(joinedload(Contract.vendor))
        .where(
            visible(ctx, Permission.CONTRACT_VIEW, Contract), Contract.state == ContractState.IN_FORCE,
            or_(Contract.awaited_on.between(since, until), Contract.expires_on.between(since, until)),
        )
        .order_by(Contract.awaited_on.asc().nulls_last(), Contract.id)
        .limit(at_most)
    )  # fmt: skip
    dated = sorted(
        (thing for contract in found for thing in _dated(contract) if since <= thing.day <= until),
        key=lambda thing: thing.day,
    )
    return dated[:at_most]


def _dated(contract: Contract) -> Iterator[DatedThing]:
    name, url = contract.vendor.name, url_for("contracts.show", contract_id=contract.id)
    if contract.awaited_on is not None:
        yield DatedThing(
            key=f"contract-decision-{contract.id}", day=contract.awaited_on,
            title=_("%(vendor)s : décider de l'échéance du contrat", vendor=name), detail=contract.title, url=url,
        )  # fmt: skip
    if contract.expires_on is not None:
        yield DatedThing(
            key=f"contract-end-{contract.id}", day=contract.expires_on,
            title=_("%(vendor)s : le contrat prend fin", vendor=name), detail=contract.title, url=url,
        )  # fmt: skip
