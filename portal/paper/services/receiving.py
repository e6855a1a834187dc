"""Receiving contracts, and keeping what their reading gives."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission
from portal.contracts import services as contracts
from portal.contracts.models import Contract
from portal.core.errors import Refused
from portal.core.language import N_, Sentence
from portal.core.stored import keep
from portal.jobs.ledger import JobOrder, enqueue_many
from portal.journal import services as journal
from portal.paper import library_lookup, queries, snapshot
from portal.paper.contract_check import CheckedContract
from portal.paper.models import PaperBatch, PaperReview, ReviewState
from portal.paper.rules.rulings import final_statuses, final_verdict
from portal.paper.uploads import ReceivedFile
from portal.vendors.models import SignedContract, Vendor
from portal.vendors.rules.naming import fold
from portal.vendors.services import move_signed_contract

LONGEST_TITLE = 300


def receive_contract(ctx: Context, received_file: ReceivedFile, vendor: Vendor | None, title: str = "") -> PaperReview:
    """Store one contract, sealed already, and enqueue its check; raises Refused when the file was refused."""
    authorize(ctx, Permission.PAPER_REVIEW, vendor)
    if received_file.refusal is not None:
        raise Refused(received_file.refusal)
    review = _review(ctx, received_file, vendor, title)
    ctx.session.add(review)
    ctx.session.flush()
    journal.record(ctx, "paper.received", review, after={"file": received_file.name, "sha256": _digest(received_file)})
    _enqueue_checks(ctx, [review])
    return review


def receive_batch(ctx: Context, received: Sequence[ReceivedFile], vendor: Vendor | None, title: str) -> PaperBatch:
    """Keep several contracts; those refused stay in the list with the reason. Raises Refused when every one was.

    Without a vendor given, a file named after one, or standing in a folder named after one, is said to be its contract.
    """
    authorize(ctx, Permission.PAPER_REVIEW, vendor)
    if not any(received_file.blob for received_file in received):
        raise Refused(received[0].refusal or N_("Aucun fichier n'a été reçu."))
    batch = PaperBatch(
        title=title[:LONGEST_TITLE], vendor=vendor, total=len(received), created_at=ctx.now, created_by_id=ctx.actor.id
    )
    ctx.session.add(batch)
    named = {} if vendor is not None else _named_vendors(ctx, received)
    reviews = []
    for received_file in received:
        review = _review(ctx, received_file, vendor or _vendor_of_file(received_file, named), "")
        review.batch = batch
        reviews.append(review)
    ctx.session.add_all(reviews)
    ctx.session.flush()
    refused = sum(review.state is ReviewState.REFUSED for review in reviews)
    journal.record(ctx, "paper.batch_received", batch, after={"files": len(reviews), "refused": refused})
    _enqueue_checks(ctx, [review for review in reviews if review.state is ReviewState.WAITING])
    return batch


def update_review(ctx: Context, review: PaperReview, title: str, vendor: Vendor | None) -> None:
    """Change what a review is called and whose contract it is."""
    authorize(ctx, Permission.PAPER_REVIEW, review)
    if vendor is not None:
        authorize(ctx, Permission.PAPER_REVIEW, vendor)
    before, after = journal.changes(review, {"title": title[:LONGEST_TITLE]})
    if (review.vendor and review.vendor.id) != (vendor and vendor.id):
        before["vendor"], after["vendor"] = review.vendor and review.vendor.name, vendor and vendor.name
        _move_signature(ctx, review, vendor)
        review.vendor = vendor
    ctx.session.flush()
    if after:
        journal.record(ctx, "paper.described", review, before=before, after=after)


def _move_signature(ctx: Context, review: PaperReview, vendor: Vendor | None) -> None:
    """A contract recorded as signed takes its signature along to the vendor it is now said to be of."""
    if review.signature_id is None:
        return
    if vendor is None:
        raise Refused(N_("Ce contrat est enregistré comme signé : annulez d'abord sa signature."))
    row = ctx.session.get_one(SignedContract, review.signature_id, options=[joinedload(SignedContract.vendor)])
    move_signed_contract(ctx, row, vendor)
    if review.contract_id is not None:
        contract = ctx.session.get_one(Contract, review.contract_id, options=[joinedload(Contract.vendor)])
        contracts.move_registered(ctx, contract, vendor)


def check_again(ctx: Context, review: PaperReview) -> None:
    """Have a contract read again, with the readings of today; lawyers' words stay."""
    authorize(ctx, Permission.PAPER_REVIEW, review)
    if review.stored_file_id is None:
        raise Refused(N_("Ce fichier n'a pas été conservé : envoyez-le à nouveau."))
    review.state, review.refusal = ReviewState.WAITING, {}
    ctx.session.flush()
    journal.record(ctx, "paper.check_asked", review)
    _enqueue_checks(ctx, [review])


def record_check(ctx: Context, review: PaperReview, examined: CheckedContract) -> None:
    """Keep what was read and found; the lawyers' words already given still count."""
    authorize(ctx, Permission.PAPER_REVIEW, review)
    review.state, review.refusal = ReviewState.CHECKED, {}
    review.language = examined.document.language
    review.document = snapshot.freeze_document(examined.document)
    review.findings = snapshot.freeze_check(examined.check)
    review.rulebook_sha256 = examined.rulebook_sha256
    review.checked_at = ctx.now
    rulings = queries.rulings_by_requirement(ctx, review.id)
    review.statuses = {name: status.value for name, status in final_statuses(examined.check, rulings).items()}
    review.verdict = final_verdict(examined.check, rulings, library_lookup.contract_obligations())
    ctx.session.flush()
    after = {"reading_verdict": review.verdict, "language": review.language, "rulebook": review.rulebook_sha256[:16]}
    journal.record(ctx, "paper.checked", review, after=after)


def record_refusal(ctx: Context, review: PaperReview, sentence: Sentence) -> None:
    """Note that no reader could open a contract, and why."""
    authorize(ctx, Permission.PAPER_REVIEW, review)
    review.state, review.refusal = ReviewState.REFUSED, snapshot.freeze_sentence(sentence)
    review.verdict = None
    ctx.session.flush()
    journal.record(ctx, "paper.refused", review, after={"reason": str(sentence)})


def _review(ctx: Context, received_file: ReceivedFile, vendor: Vendor | None, title: str) -> PaperReview:
    stem = received_file.name.rpartition("/")[2]
    review = PaperReview(
        vendor=vendor,
        title=(title or stem.rpartition(".")[0] or stem)[:LONGEST_TITLE],
        file_name=received_file.name,
        state=ReviewState.WAITING,
        created_at=ctx.now,
        created_by_id=ctx.actor.id,
    )
    if received_file.blob is not None:
        review.stored_file_id = keep(ctx.session, received_file.blob, at=ctx.now).id
    elif received_file.refusal is not None:
        review.state, review.refusal = ReviewState.REFUSED, snapshot.freeze_sentence(received_file.refusal)
    return review


def _enqueue_checks(ctx: Context, reviews: Sequence[PaperReview]) -> None:
    """One job per contract, so that a worker that dies loses one check only."""
    for review in reviews:
        review.checks = (review.checks or 0) + 1
    ctx.session.flush()
    enqueue_many(
        ctx,
        [JobOrder("paper.check", {"review_id": one.id}, queries.checking_key(one.id, one.checks)) for one in reviews],
    )


def _digest(received_file: ReceivedFile) -> str:
    return received_file.blob.sha256 if received_file.blob else ""


def _possible_vendor_names(received_file: ReceivedFile) -> list[str]:
    """What a file may be named after, the file itself first."""
    *folders, last = received_file.name.split("/")
    return [fold(name) for name in (last.rpartition(".")[0] or last, *reversed(folders)) if name]


def _named_vendors(ctx: Context, received: Sequence[ReceivedFile]) -> Mapping[str, Vendor]:
    wanted = {name for received_file in received for name in _possible_vendor_names(received_file)}
    rows = ctx.session.scalars(
        select(Vendor).where(Vendor.folded_name.in_(wanted), visible(ctx, Permission.PAPER_REVIEW, Vendor))
    )
    return {vendor.folded_name: vendor for vendor in rows}


def _vendor_of_file(received_file: ReceivedFile, named: Mapping[str, Vendor]) -> Vendor | None:
    return next((named[name] for name in _possible_vendor_names(received_file) if name in named), None)
