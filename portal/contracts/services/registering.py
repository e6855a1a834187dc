"""Contracts that enter the register signed: received and read by `portal.paper`, or signed elsewhere and handed in."""

from datetime import date

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractAct, ContractOrigin, ContractState
from portal.contracts.services.dates import ContractDates
from portal.contracts.services.exit_opening import refuse_while_end_is_open
from portal.contracts.services.life import check_act, keep_standing_of, move, say_service, take_back_renewal
from portal.contracts.services.opening import free_key
from portal.contracts.services.signature import enter_signed, hold_copy
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.row_lock import hold_row
from portal.core.stored import StoredFile
from portal.journal import services as journal
from portal.vendors.models import SignedContract, Vendor
from portal.vendors.services import SignedCopy, cancel_signed_contract, record_signed_contract

KEYS = {ContractOrigin.RECEIVED: "recu", ContractOrigin.ELSEWHERE: "signe"}
"""What the key of such a contract says after its vendor's."""


def register_signed(
    ctx: Context,
    vendor: Vendor,
    title: str,
    origin: ContractOrigin,
    record: SignedContract,
    dates: ContractDates | None = None,
    *,
    parent: Contract | None = None,
) -> Contract:
    """Give a contract that was signed its line of the register; its copy waits to be read.

    `parent` is the contract that it amends.

    Raises Refused on dates that cannot be.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, vendor)
    contract = Contract(
        key=free_key(ctx, vendor, KEYS[origin]), vendor=vendor, template_key="", title=title[:300], typed={},
        origin=origin, state=ContractState.AGREED, created_at=ctx.now, created_by_id=ctx.actor.id,
        parent_id=parent.id if parent is not None else None,
    )  # fmt: skip
    ctx.session.add(contract)
    ctx.session.flush()
    journal.record(ctx, "contract.registered", contract, after={"contract_origin": origin}, vendor_id=vendor.id)
    enter_signed(ctx, contract, record, dates)
    return contract


def register_elsewhere(
    ctx: Context, vendor: Vendor, title: str, signed_on: date, file: StoredFile, dates: ContractDates, *,
    service_id: int | None = None,
) -> Contract:  # fmt: skip
    """Enter a contract that was signed elsewhere, with its copy; raises Refused on a day or dates that cannot be.

    `service_id` is the service it was signed for; none when it was for all.
    """
    record = record_signed_contract(ctx, vendor, title, SignedCopy(signed_on, file))
    contract = register_signed(ctx, vendor, title, ContractOrigin.ELSEWHERE, record, dates)
    if service_id is not None:
        say_service(ctx, contract, service_id)
    return contract


def withdraw_registered(ctx: Context, contract: Contract, why: str) -> None:
    """Take a contract that was not drafted here out of the register: it was entered by mistake. Needs a reason."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    hold_row(ctx.session, contract)
    check_act(contract, ContractAct.WITHDRAW)
    if contract.signature_id is None:
        raise Refused(N_("Ce contrat n'est pas enregistré comme signé."))
    refuse_while_end_is_open(ctx, contract)
    record = ctx.session.get_one(SignedContract, contract.signature_id)
    ctx.session.refresh(record, ["vendor"])
    cancel_signed_contract(ctx, record, why)
    hold_copy(contract, None)
    move(ctx, contract, ContractAct.WITHDRAW, after={"why": why.strip()})
    take_back_renewal(ctx, contract)


def move_registered(ctx: Context, contract: Contract, vendor: Vendor) -> None:
    """Say that a contract of the register is another vendor's; its copy is read again, for the name it should have."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    authorize(ctx, Permission.CONTRACT_DRAFT, vendor)
    hold_row(ctx.session, contract)
    before = contract.vendor
    contract.vendor, contract.service_id = vendor, None
    if contract.signature_id is not None:
        contract.copy_reading = None
    journal.record(ctx, "contract.moved", contract, before={"vendor": before.name}, after={"vendor": vendor.name})
    for one in sorted((before.id, vendor.id)):
        keep_standing_of(ctx, one)
