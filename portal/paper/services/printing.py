"""Documents made of a review: frozen when asked for, printed by a job."""

from dataclasses import replace

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts import facts_queries
from portal.contracts import queries as contracts
from portal.contracts.fact_sources.gathered_facts import gather_facts
from portal.contracts.library_editions import library_of
from portal.contracts.rules.facts import ContractFacts
from portal.core.documents.freezing import freeze
from portal.core.errors import Refused
from portal.core.language import N_, Language
from portal.jobs.ledger import enqueue, retry
from portal.journal import services as journal
from portal.paper import queries, review_documents
from portal.paper.models import PaperPrint, PaperReview, PrintKind, ReviewState
from portal.paper.review_documents import DocumentInputs
from portal.vendors.models import LegalEntity


def request_document(ctx: Context, review: PaperReview, kind: PrintKind, language: Language) -> PaperPrint:
    """Freeze a document as the review stands, the lawyers' words counted; its files come from a job.

    Raises Refused when the contract is not read yet, or when there is nothing to say.
    """
    authorize(ctx, Permission.PAPER_REVIEW, review)
    if review.state is not ReviewState.CHECKED:
        raise Refused(N_("Ce contrat est en cours de lecture : attendez qu'elle soit finie."))
    inputs = DocumentInputs(
        queries.rulings_by_requirement(ctx, review.id), _facts(ctx, review, language), ctx.actor.name, ctx.now,
        library_of(ctx),
    )  # fmt: skip
    tree = review_documents.build_document_tree(review, kind, inputs, language)
    made = PaperPrint(
        review_id=review.id,
        kind=kind,
        language=language,
        tree=freeze(replace(tree, created=ctx.now.replace(microsecond=0).isoformat())),
        created_at=ctx.now,
        created_by_id=ctx.actor.id,
    )
    ctx.session.add(made)
    ctx.session.flush()
    journal.record(ctx, "paper.print_asked", review, after={"document": kind, "language": language})
    enqueue(ctx, "paper.print", {"print_id": made.id}, dedup=queries.printing_key(made.id))
    return made


def _facts(ctx: Context, review: PaperReview, language: Language) -> ContractFacts:
    """What the register says of the vendor, and of its service when it has but one: an amendment is filled with it."""
    if review.vendor_id is None:
        return ContractFacts({})
    vendor = contracts.get_contracting_vendor(ctx, review.vendor_id)
    running = [one for one in vendor.services if one.ended_on is None or one.ended_on > ctx.today]
    service = running[0] if len(running) == 1 else None
    entity = service and service.legal_entity_id and ctx.session.get(LegalEntity, service.legal_entity_id)
    return gather_facts(facts_queries.sources_for(ctx, vendor, service, entity or None, {}), language).facts


def retry_printing(ctx: Context, review: PaperReview, made: PaperPrint) -> bool:
    """Start again a printing that failed for good; returns whether there was one."""
    authorize(ctx, Permission.PAPER_REVIEW, review)
    job_id = queries.given_up_prints(ctx, [made]).get(made.id)
    if job_id is None or not retry(ctx, [job_id]):
        return False
    journal.record(ctx, "paper.printing_retried", review, after={"document": made.kind})
    return True
