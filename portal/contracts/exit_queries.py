"""Reads of the ends of contracts: one whole, those still open."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts.exit_models import ContractExit, ExitProof
from portal.contracts.models import Contract
from portal.contracts.rules.life import ContractState, CopyReading
from portal.core.pages import Page, page_of
from portal.vendors.models import Vendor


def get_exit(ctx: Context, contract: Contract) -> ContractExit | None:
    """The end of a contract already within reach, whole; none when it has not ended."""
    return ctx.session.scalar(
        select(ContractExit)
        .options(*with_proofs())
        .where(ContractExit.contract_id == contract.id, ContractExit.withdrawn_at.is_(None))
        .execution_options(populate_existing=True)
    )


def exit_of(ctx: Context, contract: Contract) -> str:
    """`open` or `closed` when a contract already within reach has ended and something was to be proved; else empty."""
    found = ctx.session.execute(
        select(ContractExit.closed_at).where(
            ContractExit.contract_id == contract.id, ContractExit.withdrawn_at.is_(None)
        )
    ).one_or_none()
    return "" if found is None else "open" if found.closed_at is None else "closed"


def open_exits(ctx: Context, *, vendor_id: int | None = None, page: int = 1) -> Page[ContractExit]:
    """The ends of contracts still to be proved within reach, the soonest due first."""
    wanted = select(ContractExit).options(
        joinedload(ContractExit.contract).load_only(Contract.title, raiseload=True),
        joinedload(ContractExit.vendor).load_only(Vendor.name, raiseload=True),
    )
    wanted = wanted.where(*_open(), visible(ctx, Permission.CONTRACT_VIEW, ContractExit))
    if vendor_id is not None:
        wanted = wanted.where(ContractExit.vendor_id == vendor_id)
    return page_of(ctx.session, wanted.order_by(ContractExit.due_on, ContractExit.id), page)


def _open() -> tuple[Any, ...]:
    return ContractExit.closed_at.is_(None), ContractExit.withdrawn_at.is_(None)


def other_contracts_in_force(ctx: Context, row: ContractExit) -> list[Contract]:
    """The contracts of the same vendor under which the data may stay."""
    found = ctx.session.scalars(
        select(Contract)
        .where(
            Contract.vendor_id == row.vendor_id, Contract.id != row.contract_id, Contract.parent_id.is_(None),
            Contract.state == ContractState.IN_FORCE,
            Contract.copy_reading.in_([reading for reading in CopyReading if reading.is_known]),
        )
        .order_by(Contract.id)
    )  # fmt: skip
    return list(found)


def with_proofs() -> list[Any]:
    """What loads a checklist whole: its contract, its proofs with their files and people, its exemptions."""
    proofs = selectinload(ContractExit.proofs)
    return [
        joinedload(ContractExit.contract), joinedload(ContractExit.vendor), joinedload(ContractExit.check_file),
        joinedload(ContractExit.closed_by), joinedload(ContractExit.kept_under),
        proofs.joinedload(ExitProof.stored_file), proofs.joinedload(ExitProof.received_by),
        proofs.joinedload(ExitProof.vouched_by),
        selectinload(ContractExit.exemptions),
    ]  # fmt: skip
