"""A contract recorded as signed, with its date and the signed copy; and that record cancelled, with a reason.

What is signed (a version drafted here, a contract received) is known to the domains above, which keep the link; that a
vendor has a contract in force is one fact of the vendor, kept by the writes of contracts: `Vendor.standing`.
"""

from datetime import date
from typing import IO

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.files import Blob
from portal.core.language import N_
from portal.core.stored import StoredFile
from portal.journal import services as journal
from portal.vendors.file_share import keep_given
from portal.vendors.models import SignedContract, Vendor
from portal.vendors.rules.signing import signature_problem
from portal.vendors.rules.standing import ContractStanding

COPY_KINDS = frozenset({"pdf", "png", "jpg"})
"""What a signed copy may be: a PDF signed or scanned, a photograph of the page."""
LONGEST_REASON = 2_000


@dataclass(frozen=True)
class SignedCopy:
    """The copy that was signed, and when."""

    signed_on: date
    file: StoredFile
    written_on: date | None = None
    """Day the text was drafted, when it was drafted here."""
    is_contract: bool = True
    """Whether what was signed is the contract of art. 28."""


def seal_signed_copy(stream: IO[bytes], filename: str) -> Blob:
    """Seal a signed copy in the store, before anything is written; raises Refused, or Unavailable."""
    if not filename:
        raise Refused(N_("Choisissez l'exemplaire signé : sans lui, rien ne prouve la signature."))
    return process.store().put(stream, filename=filename, allowed=COPY_KINDS, scanner=process.scanner())


def keep_signed_copy(ctx: Context, blob: Blob) -> StoredFile:
    """The row of a signed copy that was just sealed; a vendor's own counts in its share."""
    return keep_given(ctx, blob)


def record_signed_contract(ctx: Context, vendor: Vendor, title: str, copy: SignedCopy) -> SignedContract:
    """Note that a contract with a vendor is signed; raises Refused on a day that cannot be, or without a real file."""
    authorize(ctx, Permission.CONTRACT_DRAFT, vendor)
    if problem := signature_problem(copy.signed_on, ctx.today, copy.written_on):
        raise Refused(problem)
    if not copy.file.size:
        raise Refused(N_("Ce fichier est vide : il ne prouve pas la signature."))
    row = SignedContract(
        vendor=vendor, title=title[:300], signed_on=copy.signed_on, stored_file=copy.file, recorded_at=ctx.now,
        recorded_by_id=ctx.actor.id, is_contract=copy.is_contract,
    )  # fmt: skip
    ctx.session.add(row)
    _keep_signature_day(ctx, vendor)
    after = {"signed_on": copy.signed_on, "file": copy.file.filename, "sha256": copy.file.sha256}
    journal.record(ctx, "vendor.contract_signed", row, after=after)
    return row


def cancel_signed_contract(ctx: Context, row: SignedContract, reason: str) -> None:
    """Take back a record, because it was wrong or the contract no longer holds; raises Refused without a reason."""
    authorize(ctx, Permission.CONTRACT_DRAFT, row)
    if not reason.strip():
        raise Refused(N_("Dites pourquoi cette signature est annulée : la raison reste au journal."))
    if row.cancelled_at is not None:
        raise Refused(N_("Cette signature est déjà annulée."))
    row.cancelled_at, row.cancelled_by_id = ctx.now, ctx.actor.id
    row.cancel_reason = reason.strip()[:LONGEST_REASON]
    _keep_signature_day(ctx, row.vendor)
    journal.record(
        ctx, "vendor.signature_cancelled", row, before={"signed_on": row.signed_on}, after={"reason": row.cancel_reason}
    )


def move_signed_contract(ctx: Context, row: SignedContract, vendor: Vendor) -> None:
    """Say that a contract recorded as signed is another vendor's: both vendors are counted again."""
    authorize(ctx, Permission.CONTRACT_DRAFT, row)
    authorize(ctx, Permission.CONTRACT_DRAFT, vendor)
    before, row.vendor = row.vendor, vendor
    for one in sorted((before, vendor), key=lambda one: one.id):
        _keep_signature_day(ctx, one)
    journal.record(
        ctx, "vendor.signature_moved", row, before={"vendor": before.name}, after={"vendor": vendor.name}
    )  # fmt: skip


def end_signed_contract(ctx: Context, signature_id: int, ended_on: date | None) -> None:
    """Say on which day what was signed came to its end; none when it holds after all."""
    row = ctx.session.get_one(SignedContract, signature_id, options=[joinedload(SignedContract.vendor)])
    authorize(ctx, Permission.CONTRACT_DRAFT, row)
    row.ended_on = ended_on
    _keep_signature_day(ctx, row.vendor)


def keep_standing(ctx: Context, vendor: Vendor, standing: ContractStanding, covered_until: date | None) -> None:
    """Keep what a vendor's contracts come to, as whoever counts them found it."""
    vendor.standing, vendor.covered_until = standing, covered_until
    ctx.session.flush()


def _keep_signature_day(ctx: Context, vendor: Vendor) -> None:
    """Count again the day of a vendor's newest signature that stands; two colleagues at once wait for each other."""
    ctx.session.flush()
    ctx.session.refresh(vendor, ["signed_on"], with_for_update=True)
    standing = select(func.max(SignedContract.signed_on)).where(
        SignedContract.vendor_id == vendor.id, SignedContract.cancelled_at.is_(None), SignedContract.ended_on.is_(None),
        SignedContract.is_contract,
    )  # fmt: skip
    vendor.signed_on = ctx.session.scalar(standing)
    ctx.session.flush()
