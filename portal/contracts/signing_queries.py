"""Reads of signatures in the portal: that of a contract, whose turn it is, what proves each act."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.authz.context import Context
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.queries import TREE_AND_COVERAGE
from portal.contracts.rules.life import GONE
from portal.contracts.rules.signing_order import LIVE, SigningActKind
from portal.contracts.signing_models import ContractSignatory, ContractSigning, ContractSigningAct
from portal.core.errors import NotFound
from portal.jobs.deliveries import Delivery, deliveries
from portal.jobs.queries import given_up
from portal.vendors.models import Contact, SignedContract, Vendor


def sealing_key(signing_id: int) -> str:
    """What makes the sealing of a signed contract unique in the ledger."""
    return f"contract-signing:{signing_id}"


def letters_about(signatory: ContractSignatory) -> str:
    """What the messages to a signatory are about, for the page that shows whether they arrived."""
    return f"contract-signatory:{signatory.id}"


def _whole() -> tuple[Any, ...]:
    version = joinedload(ContractSigning.version)
    return (
        selectinload(ContractSigning.signatories),
        joinedload(ContractSigning.vendor).joinedload(Vendor.owner),
        joinedload(ContractSigning.contract),
        joinedload(ContractSigning.file),
        joinedload(ContractSigning.opened_by),
        joinedload(ContractSigning.signature).joinedload(SignedContract.stored_file),
        *(version.defer(column, raiseload=True) for column in (*TREE_AND_COVERAGE, ContractVersion.facts)),
    )


def live_signing(ctx: Context, contract_id: int) -> ContractSigning | None:
    """The signature of a contract that is going on, with its signatories."""
    wanted = select(ContractSigning).options(*_whole())
    return ctx.session.scalar(wanted.where(ContractSigning.contract_id == contract_id, ContractSigning.state.in_(LIVE)))


def is_being_signed(ctx: Context, contract_id: int) -> bool:
    """Whether a contract is handed to its signatories at the moment."""
    found = select(ContractSigning.id).where(
        ContractSigning.contract_id == contract_id, ContractSigning.state.in_(LIVE)
    )
    return ctx.session.scalar(found.limit(1)) is not None


def signings_of(ctx: Context, contract: Contract) -> Sequence[ContractSigning]:
    """Every signature of a contract within reach, the newest first, with their signatories."""
    wanted = select(ContractSigning).options(*_whole()).where(ContractSigning.contract_id == contract.id)
    return ctx.session.scalars(wanted.order_by(ContractSigning.id.desc())).all()


def signatory_by_hash(ctx: Context, token_hash: str) -> ContractSignatory:
    """The signatory of a personal link; raises NotFound."""
    return _signatory(ctx, ContractSignatory.token_hash == token_hash)


def signatory_at(ctx: Context, contract_id: int, email: str) -> ContractSignatory | None:
    """Who of a contract's newest signature has this address, whatever their turn; the caller has checked the reach."""
    newest = select(func.max(ContractSigning.id)).where(ContractSigning.contract_id == contract_id).scalar_subquery()
    found = ctx.session.scalar(
        select(ContractSignatory.id).where(ContractSignatory.signing_id == newest, ContractSignatory.email == email)
    )
    return _signatory(ctx, ContractSignatory.id == found) if found is not None else None


def _signatory(ctx: Context, which: ColumnElement[bool]) -> ContractSignatory:
    found: ContractSignatory | None = ctx.session.scalar(
        select(ContractSignatory)
        .join(ContractSigning, ContractSigning.id == ContractSignatory.signing_id)
        .join(Contract, Contract.id == ContractSigning.contract_id)
        .options(
            joinedload(ContractSignatory.vendor),
            joinedload(ContractSignatory.signing).options(*_whole()),
        )
        .where(which, Contract.state.not_in(GONE))
    )
    if found is None:
        raise NotFound()
    return found


def get_signatory(ctx: Context, contract: Contract, signatory_id: int) -> ContractSignatory:
    """A signatory of a contract within reach; raises NotFound."""
    found = _signatory(ctx, ContractSignatory.id == signatory_id)
    if found.signing.contract_id != contract.id:
        raise NotFound()
    return found


def acts_of(ctx: Context, signings: Sequence[ContractSigning]) -> Mapping[int, Sequence[ContractSigningAct]]:
    """What each signatory of some signatures did, the oldest first, by signatory; one statement."""
    found: dict[int, list[ContractSigningAct]] = {}
    numbers = [signing.id for signing in signings]
    if numbers:
        acts = select(ContractSigningAct).where(ContractSigningAct.signing_id.in_(numbers))
        for act in ctx.session.scalars(acts.order_by(ContractSigningAct.id)):
            found.setdefault(act.signatory_id, []).append(act)
    return found


def has_opened(ctx: Context, signatory: ContractSignatory) -> bool:
    """Whether a signatory has opened the contract already."""
    opened = select(ContractSigningAct.id).where(
        ContractSigningAct.signatory_id == signatory.id, ContractSigningAct.kind == SigningActKind.OPENED
    )
    return ctx.session.scalar(opened.limit(1)) is not None


def last_letters(ctx: Context, signings: Sequence[ContractSigning]) -> Mapping[int, Delivery]:
    """The newest message to each signatory, by signatory, with what became of it; one statement."""
    abouts = {letters_about(one): one for signing in signings for one in signing.signatories}
    sent = deliveries(ctx.session, list(abouts))
    newest: dict[int, Delivery] = {}
    for about, letters in sent.items():
        here = [letter for letter in letters if letter.recipient == abouts[about].email]
        if here:
            newest[abouts[about].id] = here[-1]
    return newest


def failed_sealing(ctx: Context, signing: ContractSigning) -> int | None:
    """The job to start again when the sealing of a signature was given up."""
    return given_up(ctx.session, {sealing_key(signing.id): signing.id}).get(signing.id)


def vendor_contacts(ctx: Context, contract: Contract) -> Sequence[Contact]:
    """People of the vendor who may be its signatories."""
    wanted = select(Contact).where(Contact.vendor_id == contract.vendor_id)
    return ctx.session.scalars(wanted.order_by(Contact.id)).all()
