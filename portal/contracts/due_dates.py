"""What falls due in the life of contracts, as calendars show it."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from flask import url_for
from sqlalchemy import Boolean, Integer, Row, bindparam, literal, select, union_all

from portal.authz.context import Context, reach
from portal.authz.policy import Permission, Reach
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractState
from portal.core.statements import one_by_one, soonest_days, written_once
from portal.vendors.models import Vendor
from portal.web.manifest import DatedThing, DatedWords
from portal.web.text import _


def contract_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """Contracts in force, by the day a decision is awaited and by their last day."""
    rows = ctx.session.execute(_dated(reach(ctx, Permission.CONTRACT_VIEW), since, until), {"most": at_most})
    return [
        DatedThing(f"contract-{'end' if row.ends else 'decision'}-{row.id}", row.day, partial(_words, row))
        for row in rows
    ]


def _words(row: Row[Any]) -> DatedWords:
    title = (
        _("%(vendor)s : le contrat prend fin", vendor=row.name)
        if row.ends
        else _("%(vendor)s : décider de l'échéance du contrat", vendor=row.name)
    )
    return DatedWords(title, row.title, url_for("contracts.show", contract_id=row.id))


def contract_days(ctx: Context, since: date, until: date, at_most: int) -> Sequence[date]:
    """The day of each of them."""
    asked = _days(reach(ctx, Permission.CONTRACT_VIEW), since, until)
    return one_by_one(ctx.session.execute(asked, {"most": at_most}))


def _falling(within: Reach, since: date, until: date) -> list[Any]:
    return [
        select(day.label("day"), Contract.id, literal(ends, Boolean).label("ends")).where(
            within.over(Contract), Contract.state == ContractState.IN_FORCE, day.between(since, until)
        )
        for day, ends in ((Contract.awaited_on, False), (Contract.expires_on, True))
    ]


@written_once
def _days(within: Reach, since: date, until: date) -> Any:
    return soonest_days(_falling(within, since, until))


@written_once
def _dated(within: Reach, since: date, until: date) -> Any:
    most = bindparam("most", type_=Integer)
    falling = [one.order_by("day", Contract.id).limit(most) for one in _falling(within, since, until)]
    each = union_all(*(select(one.subquery()) for one in falling)).subquery()
    return (
        select(each.c.day, each.c.ends, Contract.id, Contract.title, Vendor.name)
        .join(Contract, Contract.id == each.c.id)
        .join(Vendor, Vendor.id == Contract.vendor_id)
        .order_by(each.c.day, each.c.ends, Contract.id)
        .limit(most)
    )
