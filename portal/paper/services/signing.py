"""A contract received, recorded as signed: with the file received when that is the signed copy, or with another one.

It then has its line in the register of contracts, like one drafted here (decision 35).
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts import services as contracts
from portal.contracts.models import Contract
from portal.contracts.rules.copy_names import names_company
from portal.contracts.rules.life import ArticleCoverage, ContractOrigin, CopyReading
from portal.contracts.services import ContractDates
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.stored import StoredFile
from portal.paper import queries, snapshot
from portal.paper.copy_reading import coverage_of
from portal.paper.models import PaperReview, ReviewState
from portal.paper.rules.check_result import ContractVerdict
from portal.vendors.models import SignedContract, Vendor
from portal.vendors.services import SignedCopy, record_signed_contract

SIGNED_TYPES = frozenset({"application/pdf"})
"""What a file received must be to pass for the signed copy: a text or a Word file shows no signature."""


def record_review_signed(
    ctx: Context, review: PaperReview, signed_on: date, file: StoredFile | None, dates: ContractDates | None = None, *,
    service_id: int | None = None,
) -> SignedContract:  # fmt: skip
    """Note that a contract received was signed, on a day; without a `file` of its own, the file received is the copy.

    `service_id` is the service it was signed for; none when it was for all. A file received that was read is a copy
    that was read, when it names the vendor.

    Raises Refused without a vendor, on a day that cannot be, without a copy, when it is recorded as signed already, or
    when the text was read as binding no processor: a privacy policy is no contract, however signed.
    """
    authorize(ctx, Permission.PAPER_REVIEW, review)
    _lock(ctx, review)
    if review.signature_id is not None:
        raise Refused(N_("Ce contrat est déjà enregistré comme signé."))
    if review.vendor is None:
        raise Refused(N_("Dites d'abord de quel sous-traitant est ce contrat : bouton « Modifier » de sa page."))
    if review.verdict is ContractVerdict.NOT_A_CONTRACT:
        raise Refused(
            N_("Rien dans ce texte n'engage un sous-traitant. Si la lecture se trompe, corrigez-en d'abord une ligne.")
        )
    copy = file if file is not None else _received_copy(ctx, review)
    record = review.signature = record_signed_contract(ctx, review.vendor, review.title, SignedCopy(signed_on, copy))
    contract = contracts.register_signed(
        ctx, review.vendor, review.title, ContractOrigin.RECEIVED, record, dates
    )  # fmt: skip
    if service_id is not None:
        contracts.say_service(ctx, contract, service_id)
    review.contract_id = contract.id
    ctx.session.flush()
    if file is None and review.state is ReviewState.CHECKED:
        reading, coverage = _reading_of(ctx, review, review.vendor)
        contracts.record_copy_reading(ctx, contract.id, record.id, reading, coverage)
    return record


def cancel_review_signed(ctx: Context, review: PaperReview, reason: str) -> None:
    """Take back the record that a contract received was signed; raises Refused without a reason or a record."""
    authorize(ctx, Permission.PAPER_REVIEW, review)
    _lock(ctx, review)
    if review.signature_id is None or review.contract_id is None:
        raise Refused(N_("Ce contrat n'est pas enregistré comme signé."))
    contract = ctx.session.get_one(Contract, review.contract_id, options=[joinedload(Contract.vendor)])
    contracts.withdraw_registered(ctx, contract, reason)
    review.signature_id = review.contract_id = None
    ctx.session.flush()


def _lock(ctx: Context, review: PaperReview) -> None:
    ctx.session.flush()
    ctx.session.refresh(review, ["signature_id"], with_for_update=True)


def _reading_of(ctx: Context, review: PaperReview, vendor: Vendor) -> tuple[CopyReading, ArticleCoverage]:
    """What a file received and read already shows as a signed copy: it binds a processor; does it name this one.

    With what it covers of art. 28, as the check and the lawyers who corrected it say.
    """
    text = ctx.session.execute(select(PaperReview.document).where(PaperReview.id == review.id)).scalar_one()["text"]
    named = names_company(text, (vendor.name, vendor.legal_name))
    findings = ctx.session.execute(select(PaperReview.findings).where(PaperReview.id == review.id)).scalar_one()
    coverage = coverage_of(snapshot.thaw_check(findings), queries.rulings_by_requirement(ctx, review.id))
    return CopyReading.READ if named else CopyReading.OTHER_NAME, coverage


def _received_copy(ctx: Context, review: PaperReview) -> StoredFile:
    received = ctx.session.get(StoredFile, review.stored_file_id) if review.stored_file_id is not None else None
    if received is None or received.media_type not in SIGNED_TYPES:
        raise Refused(
            N_("Le fichier reçu n'est pas un PDF : joignez l'exemplaire signé, qui seul prouve la signature.")
        )
    return received
