"""A checklist opens when a contract ends, and falls when it turns out that it had not ended."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.contracts.exit_models import ContractExit, ExitProof
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.exits import SUBPROCESSORS, TIME_LIMIT, CertificateReading, holder_key, named_subprocessors
from portal.contracts.rules.life import ContractState
from portal.core.errors import Refused
from portal.core.landing import Landing
from portal.core.language import N_
from portal.journal import services as journal
from portal.notices.services import News, note_for_vendor
from portal.vendors.models import Vendor
from portal.vendors.queries import sub_processors_between

ENDED = (ContractState.EXPIRED, ContractState.TERMINATED)
"""A contract that another replaces leaves the data where they are; an amendment ends with its contract."""
AT_ONCE = 50
"""Checklists that one turn of the calendar opens: each is told to its vendor."""


def follow_end(ctx: Context, contract: Contract) -> None:
    """Open, or withdraw, what the end of a contract leaves to be proved, as its state now asks."""
    row = ctx.session.scalar(select(ContractExit).where(ContractExit.contract_id == contract.id).with_for_update())
    has_ended = contract.state in ENDED and contract.parent_id is None and contract.kind.counts
    if has_ended and (row is None or row.withdrawn_at is not None or row.ended_on != contract.ended_on):
        _open(ctx, contract, row)
    elif not has_ended and row is not None and row.is_open and contract.state is not ContractState.REMOVED:
        row.withdrawn_at = ctx.now
        journal.record(ctx, "contract.exit_withdrawn", contract, vendor_id=contract.vendor_id)
        keep_open_exits(ctx, contract.vendor_id)


def refuse_while_end_is_open(ctx: Context, contract: Contract) -> None:
    """Refuse to take back a signature while what the end of its contract left is not proved.

    What the vendor holds does not go with a paper: RGPD art. 28(3)(g) asks what became of the data, signed or not.
    """
    row = ctx.session.scalar(select(ContractExit).where(ContractExit.contract_id == contract.id))
    if row is not None and row.is_open:
        raise Refused(N_("Contrat fini, sort des données non prouvé : fermez d'abord sa fin de contrat."))


def open_forgotten_ends(ctx: Context) -> int:
    """Give a checklist to contracts that ended before there were any; so many at once, the oldest end first.

    Returns how many were opened: running it again opens the following ones, then none.
    """
    forgotten = ctx.session.scalars(
        select(Contract)
        .options(joinedload(Contract.vendor))
        .where(
            Contract.state.in_(ENDED), Contract.parent_id.is_(None), Contract.kind == DocumentKind.PROCESSING,
            ~select(ContractExit.id).where(ContractExit.contract_id == Contract.id).exists(),
        )
        .order_by(Contract.ended_on, Contract.id)
        .limit(AT_ONCE)
    ).all()  # fmt: skip
    for contract in forgotten:
        follow_end(ctx, contract)
    return len(forgotten)


def _open(ctx: Context, contract: Contract, row: ContractExit | None) -> None:
    """A new checklist; or the one that was there, again: what was proved before this end proves nothing of it."""
    ended_on = contract.ended_on or ctx.today
    vendor = ctx.session.get_one(Vendor, contract.vendor_id)
    if row is None:
        row = ContractExit(contract_id=contract.id, contract=contract, vendor_id=vendor.id, opened_at=ctx.now,
                           ended_on=ended_on, due_on=ended_on + TIME_LIMIT)  # fmt: skip
        ctx.session.add(row)
        ctx.session.flush()
    row.ended_on, row.due_on = ended_on, max(ended_on, ctx.today) + TIME_LIMIT
    row.withdrawn_at = row.closed_at = None
    known = set(ctx.session.scalars(select(ExitProof.holder_key).where(ExitProof.exit_id == row.id)))
    names = [(vendor.legal_name or vendor.name, True)]
    names += [(name, False) for name in named_subprocessors(_tables(ctx, contract))]
    names += [(name, False) for name in _known_to_the_register(ctx, contract, ended_on)]
    for name, is_processor in names:
        if (key := holder_key(name)) not in known:
            known.add(key)
            ctx.session.add(
                ExitProof(exit_id=row.id, vendor_id=vendor.id, holder=name[:300], holder_key=key,
                          is_processor=is_processor, reading=CertificateReading.AWAITED)
            )  # fmt: skip
    ctx.session.flush()
    holders = {holder_key(name): name for name, _ in reversed(names)}
    after = {"due_on": row.due_on, "holders": list(reversed(holders.values()))}
    journal.record(ctx, "contract.exit_opened", contract, after=after, vendor_id=vendor.id)
    values = {"title": contract.title, "due_on": row.due_on.isoformat(), "what": "opened"}
    news = News("contracts/emails/notice_exit_vendor", f"exit:{row.id}:{ended_on}", f"exit:{row.id}", values,
                due_on=row.due_on, landing=Landing("vendor_space.contract_exit", exit_id=row.id))  # fmt: skip
    note_for_vendor(ctx, vendor.id, news)
    keep_open_exits(ctx, vendor.id)


def _known_to_the_register(ctx: Context, contract: Contract, ended_on: date) -> Sequence[str]:
    """The sub-processors that the register held while the contract did: some were engaged after it was signed.

    Of a vendor that has other contracts, the register does not say under which of them a company held the data: a
    person names it then.
    """
    others = select(Contract.id).where(
        Contract.vendor_id == contract.vendor_id, Contract.id != contract.id, Contract.parent_id.is_(None),
        Contract.signature_id.is_not(None), Contract.kind == DocumentKind.PROCESSING,
    )  # fmt: skip
    if ctx.session.scalar(others.limit(1)) is not None:
        return ()
    return sub_processors_between(ctx, contract.vendor_id, contract.effective_on, ended_on)


def _tables(ctx: Context, contract: Contract) -> Iterator[Any]:
    """The tables of sub-processors of a contract and of its amendments, as signed and as typed."""
    rows = ctx.session.execute(
        select(Contract.id, Contract.typed, ContractVersion.facts)
        .outerjoin(
            ContractVersion,
            (ContractVersion.contract_id == Contract.id) & (ContractVersion.number == Contract.counting_number),
        )
        .where((Contract.id == contract.id) | (Contract.parent_id == contract.id) & Contract.signature_id.is_not(None))
        .order_by(Contract.id)
    )
    for _, typed, facts in rows:
        yield (facts or {}).get("values", {}).get(SUBPROCESSORS)
        yield (typed or {}).get(SUBPROCESSORS)


def keep_open_exits(ctx: Context, vendor_id: int) -> None:
    """Count again what is open with a vendor: it is not closed meanwhile."""
    ctx.session.flush()
    vendor = ctx.session.get_one(Vendor, vendor_id)
    ctx.session.refresh(vendor, ["open_exits"], with_for_update=True)
    vendor.open_exits = (
        ctx.session.scalar(
            select(func.count(ContractExit.id)).where(
                ContractExit.vendor_id == vendor_id, ContractExit.closed_at.is_(None),
                ContractExit.withdrawn_at.is_(None),
            )
        )
        or 0
    )  # fmt: skip
    ctx.session.flush()
