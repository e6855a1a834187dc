"""Documents made of a review: frozen when asked for, printed by a job."""

from dataclasses import replace

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.documents.freezing import freeze
from portal.core.errors import Refused
from portal.core.language import N_, Language
from portal.jobs.ledger import enqueue, retry
from portal.journal import services as journal
from portal.paper import printable, queries
from portal.paper.models import PaperPrint, PaperReview, PrintKind, ReviewState


def ask_print(ctx: Context, review: PaperReview, kind: PrintKind, language: Language) -> PaperPrint:
    """Freeze a document as the review stands, the lawyers' words counted; its files come from a job.

    Raises Refused when the contract is not read yet, or when there is nothing to say.
    """
    authorize(ctx, Permission.PAPER_REVIEW, review)
    if review.state is not ReviewState.CHECKED:
        raise Refused(N_("Ce contrat est en cours de lecture : attendez qu'elle soit finie."))
    tree = printable.tree_of(review, kind, queries.rulings_of(ctx, review.id), language)
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


def print_again(ctx: Context, review: PaperReview, made: PaperPrint) -> bool:
    """Give a printing that was given up another chance; says whether there was one."""
    authorize(ctx, Permission.PAPER_REVIEW, review)
    job_id = queries.unprinted(ctx, [made]).get(made.id)
    if job_id is None or not retry(ctx, [job_id]):
        return False
    journal.record(ctx, "paper.printing_retried", review, after={"document": made.kind})
    return True
