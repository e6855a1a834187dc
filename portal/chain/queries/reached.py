"""What stands behind the companies that a question reaches: vendors, contracts, lines of the register."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true

from portal.audits.models import StandingAnswer, value_of
from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.chain.models import ChainCompany
from portal.chain.queries.world import NamedThing
from portal.chain.rules.what_if import ChainNode
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractState
from portal.core.dataclass import dataclass
from portal.paper.models import PaperReview
from portal.processing.models import ActivityService, ActivityVersion, ProcessingActivity
from portal.processing.queries import standing
from portal.vendors.models import Service, Vendor
from portal.vendors.rules.facts import Volume

FEW = 2_000
"""Vendors that a statement is asked by number; when there are more, it reads them all."""


def _among(column: Any, vendor_ids: Collection[int]) -> ColumnElement[bool]:
    """Bound a statement to what it is asked when that is little; who reads it keeps what was asked, in any case."""
    found: ColumnElement[bool] = column.in_(sorted(vendor_ids)) if len(vendor_ids) <= FEW else true()
    return found


def vendors_behind(ctx: Context, nodes: Iterable[ChainNode]) -> dict[int, NamedThing]:
    """The vendors that stand behind these names, by number."""
    wanted = {node.vendor_id for node in nodes if node.vendor_id is not None}
    found = select(Vendor.id, Vendor.key, Vendor.name).where(
        visible(ctx, Permission.VENDOR_VIEW, Vendor),
        _among(Vendor.id, wanted),
        Vendor.id.in_(select(ChainCompany.vendor_id).where(ChainCompany.vendor_id.is_not(None))),
    )
    rows = ctx.session.execute(found.order_by(Vendor.folded_name, Vendor.id))
    return {number: NamedThing(key, name) for number, key, name in rows if number in wanted}


def vendors_numbered(ctx: Context, numbers: Collection[int]) -> dict[int, NamedThing]:
    """These vendors, within reach, by number."""
    if not numbers:
        return {}
    found = select(Vendor.id, Vendor.key, Vendor.name).where(
        visible(ctx, Permission.VENDOR_VIEW, Vendor), _among(Vendor.id, numbers)
    )
    rows = ctx.session.execute(found.order_by(Vendor.id))
    return {number: NamedThing(key, name) for number, key, name in rows if number in numbers}


def contracts_with(ctx: Context, vendor_ids: Collection[int]) -> dict[NamedThing, int]:
    """The contracts in force with these vendors, by title, each with the number of its vendor."""
    in_force = select(Contract.vendor_id, Contract.key, Contract.title).where(
        Contract.state == ContractState.IN_FORCE,
        _among(Contract.vendor_id, vendor_ids),
        visible(ctx, Permission.CONTRACT_VIEW, Contract),
    )
    rows = ctx.session.execute(in_force.order_by(Contract.title, Contract.id))
    return {NamedThing(key, title): vendor_id for vendor_id, key, title in rows if vendor_id in vendor_ids}


def activities_with(ctx: Context, vendor_ids: Collection[int]) -> dict[NamedThing, Volume]:
    """The lines of the register of processing that rest today on a service of these vendors, by name, with how many
    people each is about.
    """
    volume = ActivityVersion.content["volume"].as_string()
    resting = (
        select(ProcessingActivity.key, ProcessingActivity.name, Service.vendor_id, volume)
        .join(ActivityVersion, ActivityVersion.activity_id == ProcessingActivity.id)
        .join(ActivityService, ActivityService.version_id == ActivityVersion.id)
        .join(Service, Service.id == ActivityService.service_id)
        .where(
            standing(None),
            _among(Service.vendor_id, vendor_ids),
            or_(ProcessingActivity.ended_on.is_(None), ProcessingActivity.ended_on > ctx.today),
            Service.goes_on(ctx.today),
            visible(ctx, Permission.REGISTER_VIEW, ProcessingActivity),
        )
    )
    rows = ctx.session.execute(resting.order_by(ProcessingActivity.name, ProcessingActivity.id))
    return {
        NamedThing(key, name): Volume(told or Volume.UNKNOWN)
        for key, name, vendor_id, told in rows
        if vendor_id in vendor_ids
    }


EXIT_PLAN, PLANNED = "dora-sortie.plan", frozenset({"essaye", "ecrit"})
"""The question that asks for an exit plan, and the answers that say there is one."""


def vendors_with_exit_plan(ctx: Context, vendor_ids: Collection[int]) -> frozenset[int]:
    """Those of these vendors of which an accepted answer says that an exit plan is written.

    Somebody then knows what takes over.
    """
    rows = ctx.session.execute(
        select(StandingAnswer.vendor_id, StandingAnswer.value).where(
            StandingAnswer.question_key == EXIT_PLAN,
            StandingAnswer.contested.is_(False),
            _among(StandingAnswer.vendor_id, vendor_ids),
        )
    )
    return frozenset(number for number, value in rows if number in vendor_ids and value_of(value) in PLANNED)


@dataclass(frozen=True)
class ContractNotice:
    """A contract in force, and the hours within which its text says that a breach is notified, when that was read."""

    vendor_id: int
    contract: NamedThing
    hours: float | None


_HOURS = {"hours": 1, "days": 24}


def breach_notices(ctx: Context) -> list[ContractNotice]:
    """The delay to notify a breach that each contract in force writes, as its text was read; by title.

    The shortest of a text counts: it is the one that binds.
    """
    read: dict[int, float] = {}
    terms = select(PaperReview.contract_id, PaperReview.findings["terms"]).where(
        PaperReview.contract_id.is_not(None), visible(ctx, Permission.PAPER_VIEW, PaperReview)
    )
    for contract_id, found in ctx.session.execute(terms):
        for term in found or ():
            if term["id"] == "breach_notice" and term["value"] is not None and term["unit"] in _HOURS:
                hours = term["value"] * _HOURS[term["unit"]]
                read[contract_id] = min(hours, read.get(contract_id, hours))
    in_force = select(Contract.id, Contract.vendor_id, Contract.key, Contract.title).where(
        Contract.state == ContractState.IN_FORCE, visible(ctx, Permission.CONTRACT_VIEW, Contract)
    )
    return [
        ContractNotice(vendor_id, NamedThing(key, title), read.get(number))
        for number, vendor_id, key, title in ctx.session.execute(in_force.order_by(Contract.title, Contract.id))
    ]
