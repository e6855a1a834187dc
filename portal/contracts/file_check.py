"""What a file is: whether we hold it, as what, and which seals it bears, ours and others'."""

import hashlib
from collections.abc import Iterator
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts.models import Contract, ContractVersion
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, Sentence
from portal.core.seal import FoundSeal, NoSealKey, read_seal_key, read_seals
from portal.core.stored import StoredFile
from portal.vendors.models import SignedContract, Vendor

MOST_BYTES = 50 * 1024 * 1024
HEAD = 1024
"""Bytes among which a PDF says that it is one."""
_TOO_LARGE = N_("Ce fichier dépasse 50 Mo : un contrat n'est pas si lourd.")
_EMPTY = N_("Ce fichier est vide.")


@dataclass(frozen=True)
class HeldFile:
    """A file of ours with the same bytes."""

    title: str
    vendor: str
    contract_id: int | None
    version: int | None
    """The version it is a print of; None for a signed copy."""
    signed_on: date | None
    is_cancelled: bool = False


@dataclass(frozen=True)
class BorneSeal:
    """A seal of the file, and whether it is our organisation's."""

    found: FoundSeal
    is_ours: bool


@dataclass(frozen=True)
class ReadFile:
    """What a file says of itself, whoever asks."""

    sha256: str
    size: int
    seals: tuple[BorneSeal, ...]
    trouble: Sentence | None
    """Why its seals could not be read."""


def read_file(data: bytes) -> ReadFile:
    """The digest and the seals of a file, read apart; no database. Raises Refused for one too large or empty."""
    if not data:
        raise Refused(_EMPTY)
    if len(data) > MOST_BYTES:
        raise Refused(_TOO_LARGE)
    trouble: Sentence | None = None
    found: tuple[FoundSeal, ...] = ()
    if b"%PDF-" in data[:HEAD]:
        try:
            found = read_seals(data)
        except Refused as refusal:
            trouble = refusal.sentence
    ours = _our_certificates() if found else frozenset()
    seals = tuple(BorneSeal(one, one.sha256 in ours) for one in found)
    return ReadFile(hashlib.sha256(data).hexdigest(), len(data), seals, trouble)


def _our_certificates() -> frozenset[str]:
    try:
        return frozenset(read_seal_key(process.settings().seal_source).fingerprints)
    except NoSealKey:
        return frozenset()


def held_as(ctx: Context, sha256: str) -> tuple[HeldFile, ...]:
    """The files of ours with these bytes; one of a contract out of the actor's reach is as one we do not hold."""
    return (*_versions(ctx, sha256), *_signed_copies(ctx, sha256))


def _versions(ctx: Context, sha256: str) -> Iterator[HeldFile]:
    same = select(StoredFile.id).where(StoredFile.sha256 == sha256)
    rows = ctx.session.execute(
        select(Contract.id, Contract.title, Vendor.name, ContractVersion.number, SignedContract.signed_on)
        .join(Contract, Contract.id == ContractVersion.contract_id)
        .join(Vendor, Vendor.id == Contract.vendor_id)
        .outerjoin(SignedContract, SignedContract.id == ContractVersion.signature_id)
        .where(or_(ContractVersion.pdf_file_id.in_(same), ContractVersion.docx_file_id.in_(same)))
        .where(visible(ctx, Permission.CONTRACT_VIEW, Contract))
        .order_by(ContractVersion.id)
    )
    for contract_id, title, vendor, number, signed_on in rows:
        yield HeldFile(title, vendor, contract_id, number, signed_on)


def _signed_copies(ctx: Context, sha256: str) -> Iterator[HeldFile]:
    found = ctx.session.scalars(
        select(SignedContract)
        .join(StoredFile, StoredFile.id == SignedContract.stored_file_id)
        .options(joinedload(SignedContract.vendor))
        .where(StoredFile.sha256 == sha256, visible(ctx, Permission.CONTRACT_VIEW, SignedContract))
        .order_by(SignedContract.id)
    )
    for one in found:
        yield HeldFile(one.title, one.vendor.name, None, None, one.signed_on, one.cancelled_at is not None)
