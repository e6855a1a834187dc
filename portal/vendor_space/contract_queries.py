"""The contracts that a vendor may see: its own, that it was sent or that bind it. No draft, no remark, no coverage."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.queries import KNOWN
from portal.contracts.rules.life import OVER, ContractState
from portal.contracts.rules.signing_order import SignatoryState, SigningState
from portal.contracts.signing_models import ContractSignatory, ContractSigning
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.stored import StoredFile
from portal.vendors.models import SignedContract

BEFORE = (ContractState.WITH_VENDOR, ContractState.AGREED)
AFTER = (ContractState.SIGNED, ContractState.IN_FORCE, *OVER)
MOST_CONTRACTS = 200


@dataclass(frozen=True)
class OwnContract:
    """A contract as its vendor sees it."""

    id: int
    title: str
    state: ContractState
    is_being_signed: bool
    is_mine_to_sign: bool
    """Whether it waits for the signature of whoever reads this."""
    version_id: int | None
    """The version whose text is shown: the one that was sent, then the one that was signed."""
    version_sha256: str
    effective_on: date | None
    signed_on: date | None
    copy_id: int | None
    """The signed copy."""
    pdf_id: int | None
    """The PDF of the version that was sent, until it is signed."""

    @property
    def is_signed(self) -> bool:
        """Whether it binds, or did."""
        return self.state in AFTER


def own_contracts(ctx: Context) -> Sequence[OwnContract]:
    """The vendor's contracts, the newest first; one statement."""
    return [_own(row) for row in ctx.session.execute(_rows(ctx).limit(MOST_CONTRACTS))]


def own_contract(ctx: Context, contract_id: int) -> OwnContract:
    """One of them; raises NotFound for any other, whatever it is."""
    row = ctx.session.execute(_rows(ctx).where(Contract.id == contract_id)).one_or_none()
    if row is None:
        raise NotFound()
    return _own(row)


@dataclass(frozen=True)
class ContractToSign:
    """A contract that waits for the signature of whoever reads this."""

    id: int
    title: str
    expires_at: datetime
    """Until when it may be signed."""


def contracts_to_sign(ctx: Context) -> Sequence[ContractToSign]:
    """Those that wait for this very person, the soonest over first; one statement."""
    rows = ctx.session.execute(
        select(Contract.id, Contract.title, ContractSigning.expires_at)
        .join(ContractSigning, ContractSigning.contract_id == Contract.id)
        .join(ContractSignatory, ContractSignatory.signing_id == ContractSigning.id)
        .where(
            visible(ctx, Permission.SPACE_VIEW, Contract), ContractSigning.state == SigningState.OPEN,
            ContractSigning.expires_at > ctx.now, ContractSignatory.state == SignatoryState.ASKED,
            ContractSignatory.email == ctx.actor.email,
        )
        .order_by(ContractSigning.expires_at, Contract.id)
        .limit(MOST_CONTRACTS)
    )  # fmt: skip
    return [ContractToSign(*row) for row in rows]


def contract_ends(ctx: Context, since: date, until: date, at_most: int) -> Sequence[Contract]:
    """Those in force that it may see and that end between two days, the soonest first."""
    shown = _rows(ctx).with_only_columns(Contract.id).order_by(None)
    return ctx.session.scalars(
        select(Contract)
        .options(joinedload(Contract.vendor))
        .where(
            Contract.id.in_(shown), Contract.state == ContractState.IN_FORCE, Contract.expires_on.between(since, until)
        )
        .order_by(Contract.expires_on, Contract.id)
        .limit(at_most)
    ).all()


def contract_row(ctx: Context, found: OwnContract) -> Contract:
    """The row of a contract that the vendor may see, to write on its thread."""
    wanted = select(Contract).options(joinedload(Contract.vendor)).where(Contract.id == found.id)
    return ctx.session.scalars(wanted).one()


def file_of(ctx: Context, found: OwnContract) -> StoredFile:
    """The signed copy of a contract, or the PDF of what was sent; raises NotFound while there is none."""
    number = found.copy_id if found.copy_id is not None else found.pdf_id
    file = ctx.session.get(StoredFile, number) if number is not None else None
    if file is None:
        raise NotFound()
    return file


def _rows(ctx: Context) -> Any:
    sealed_here = exists().where(
        ContractSigning.contract_id == Contract.id, ContractSigning.state == SigningState.SEALED,
        ContractSigning.signature_id == Contract.signature_id,
    )  # fmt: skip
    live = exists().where(
        ContractSigning.contract_id == Contract.id,
        ContractSigning.state.in_((SigningState.OPEN, SigningState.COMPLETE)),
    )
    mine = exists().where(
        ContractSigning.contract_id == Contract.id, ContractSigning.state == SigningState.OPEN,
        ContractSignatory.signing_id == ContractSigning.id, ContractSignatory.state == SignatoryState.ASKED,
        ContractSignatory.email == ctx.actor.email,
    )  # fmt: skip
    is_sent = and_(Contract.state.in_(BEFORE), Contract.sent_number == ContractVersion.number)
    # A copy that nobody has read may be filed under the wrong vendor: it is shown to none.
    binds = and_(Contract.state.in_(AFTER), or_(Contract.copy_reading.in_(KNOWN), sealed_here))
    shown: ColumnElement[bool] = or_(
        and_(Contract.state.in_(BEFORE), ContractVersion.number == Contract.sent_number),
        and_(Contract.state.in_(AFTER), ContractVersion.signature_id == Contract.signature_id),
    )
    return (
        select(
            Contract.id, Contract.title, Contract.state, Contract.effective_on, live.label("live"),
            mine.label("mine"), ContractVersion.id.label("version_id"), ContractVersion.sha256,
            ContractVersion.pdf_file_id, SignedContract.signed_on, SignedContract.stored_file_id,
        )
        .outerjoin(ContractVersion, and_(ContractVersion.contract_id == Contract.id, shown))
        .outerjoin(SignedContract, and_(SignedContract.id == Contract.signature_id, Contract.state.in_(AFTER)))
        .where(visible(ctx, Permission.SPACE_VIEW, Contract), or_(is_sent, binds))
        .order_by(Contract.id.desc())
    )  # fmt: skip


def _own(row: Row[Any]) -> OwnContract:
    signed = row.state in AFTER
    return OwnContract(
        id=row.id, title=row.title, state=row.state, is_being_signed=bool(row.live), is_mine_to_sign=bool(row.mine),
        version_id=row.version_id, version_sha256=row.sha256 or "", effective_on=row.effective_on if signed else None,
        signed_on=row.signed_on, copy_id=row.stored_file_id, pdf_id=None if signed else row.pdf_file_id,
    )  # fmt: skip
