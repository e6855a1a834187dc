"""Jobs of contracts received: read and check one, or a signed copy; print one document.

Outside any transaction, safe to repeat.
"""

from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.contracts import services as contracts
from portal.contracts.exit_models import ExitProof
from portal.core.documents.freezing import thaw
from portal.core.language import Sentence
from portal.core.reading import NotRead
from portal.documents_in.errors import UnreadableDocument
from portal.jobs.ledger import Record, task
from portal.jobs.printing import keep_files, print_files
from portal.paper import copy_reading, queries, review_documents, services, uploads
from portal.paper.contract_check import CheckedContract, read_and_check_apart
from portal.paper.models import PaperPrint, PaperReview, PrintKind, ReviewState
from portal.vendors.models import SignedContract


@task("paper.check", outside=True, lease_seconds=180)
def check(ctx: Context, *, review_id: int, job_id: int) -> Record | None:
    """Read a contract and check it; one that is read already, or refused, is left alone."""
    review = ctx.session.get_one(PaperReview, review_id, options=[joinedload(PaperReview.stored_file)])
    if review.state is not ReviewState.WAITING or review.stored_file is None:
        return None
    data = uploads.stored_content(review.stored_file, review.file_name)
    try:
        found: CheckedContract | Sentence = read_and_check_apart(data, review.file_name)
    except (UnreadableDocument, NotRead) as refusal:
        found = refusal.sentence

    def record(done: Context) -> None:
        row = done.session.get_one(PaperReview, review_id, with_for_update=True)
        if row.state is not ReviewState.WAITING:
            return
        if isinstance(found, Sentence):
            services.record_refusal(done, row, found)
        else:
            services.record_check(done, row, found)

    return record


@task("paper.read_copy", outside=True, lease_seconds=180)
def read_copy(ctx: Context, *, contract_id: int, signature_id: int, job_id: int) -> Record | None:
    """Read a signed copy of the register: has it a text, does it bind a processor, does it name the vendor."""
    options = [joinedload(SignedContract.stored_file), joinedload(SignedContract.vendor)]
    signature = ctx.session.get_one(SignedContract, signature_id, options=options)
    stored, vendor = signature.stored_file, signature.vendor
    found, coverage = copy_reading.read_signed_copy(
        uploads.stored_content(stored, stored.filename), stored.filename, (vendor.name, vendor.legal_name)
    )

    def record(done: Context) -> None:
        contracts.record_copy_reading(done, contract_id, signature_id, found, coverage)

    return record


@task("paper.read_certificate", outside=True, lease_seconds=180)
def read_certificate(ctx: Context, *, proof_id: int, file_id: int, job_id: int) -> Record | None:
    """Read the certificate of a company at the end of a contract; one that was replaced meanwhile is left alone."""
    proof = ctx.session.get_one(ExitProof, proof_id, options=[joinedload(ExitProof.stored_file)])
    stored = proof.stored_file
    if stored is None or stored.id != file_id:
        return None
    content = uploads.stored_content(stored, stored.filename)
    found = copy_reading.read_certificate(content, stored.filename, proof.holder)

    def record(done: Context) -> None:
        contracts.record_certificate_reading(done, proof_id, file_id, found)

    return record


@task("paper.print", queue="pdf", outside=True, lease_seconds=400)
def print_document(ctx: Context, *, print_id: int, job_id: int) -> Record | None:
    """Write the Word file and the PDF of a document as it was asked for; one that has both is left alone."""
    made = ctx.session.get_one(PaperPrint, print_id)
    if made.is_printed:
        return None
    left = _left(ctx, made) if made.kind is PrintKind.AMENDMENT else []
    printing = print_files(made.tree, f"{made.kind.value}-{made.review_id}-{made.id}-{made.language.value}")

    def record(done: Context) -> None:
        row = done.session.get_one(PaperPrint, print_id)
        keep_files(done, row, printing)
        row.left = left

    return record


def _left(ctx: Context, made: PaperPrint) -> list[str]:
    """What an amendment leaves open: it is checked like what we receive, together with the contract it amends."""
    review = ctx.session.get_one(PaperReview, made.review_id)
    found = queries.rulings_by_requirement(ctx, review.id)
    held = {name: ruling for name, ruling in found.items() if ruling.status.holds}
    return review_documents.remaining_gaps(review, thaw(made.tree), held)
