"""What falls due in the life of contracts, as calendars show it."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from flask import url_for
from sqlalchemy import Integer, Row, bindparam, select

from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Reach
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractState
from portal.core.statements import written_once
from portal.vendors.models import Vendor
from portal.web.manifest import DatedThing, DatedWords
from portal.web.text import _


def contract_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """Contracts in force, by the day a decision is awaited and by their last day."""
    within = reach(ctx, Permission.CONTRACT_VIEW)
    awaited = ctx.session.execute(_awaited(within, since, until), {"most": at_most})
    ending = ctx.session.execute(_ending(within, since, until), {"most": at_most})
    found = [
        *(DatedThing(f"contract-decision-{row.id}", row.awaited_on, partial(_decision, row)) for row in awaited),
        *(DatedThing(f"contract-end-{row.id}", row.expires_on, partial(_end, row)) for row in ending),
    ]
    return sorted(found, key=lambda thing: thing.day)[:at_most]


def _decision(row: Row[Any]) -> DatedWords:
    title = _("%(vendor)s : décider de l'échéance du contrat", vendor=row.name)
    return DatedWords(title, row.title, url_for("contracts.show", contract_id=row.id))


def _end(row: Row[Any]) -> DatedWords:
    title = _("%(vendor)s : le contrat prend fin", vendor=row.name)
    return DatedWords(title, row.title, url_for("contracts.show", contract_id=row.id))


@written_once
def _awaited(within: Reach, since: date, until: date) -> Any:
    return _falling(Contract.awaited_on, within, since, until)


@written_once
def _ending(within: Reach, since: date, until: date) -> Any:
    return _falling(Contract.expires_on, within, since, until)


def _falling(day: Any, within: Reach, since: date, until: date) -> Any:
    return (
        select(Contract.id, Contract.title, Vendor.name, day)
        .join(Vendor, Vendor.id == Contract.vendor_id)
        .where(within.over(Contract), Contract.state == ContractState.IN_FORCE, day.between(since, until))
        .order_by(day, Contract.id)
        .limit(bindparam("most", type_=Integer))
    )
