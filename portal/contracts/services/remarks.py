"""What our side says about a draft among itself: no document, no file, no vendor ever has it."""

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts.edit_models import ContractComment
from portal.contracts.models import Contract
from portal.contracts.rules.paragraphs import base_of, clause_of, number_of
from portal.contracts.services.paragraphs import books_of
from portal.core.documents.wording import printable
from portal.core.errors import Refused
from portal.core.language import N_, Language, say
from portal.journal import services as journal

LONGEST_REMARK = 4_000
"""Characters of one remark."""


def comment_paragraph(ctx: Context, contract: Contract, anchor: str, text: str) -> ContractComment:
    """Say something about a paragraph; raises Refused when there is nothing, or too much.

    The journal notes that something was said, never what: it is read by more people than the draft.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    clean = printable(text).strip()
    if not clean:
        raise Refused(N_("Écrivez votre remarque."))
    if len(clean) > LONGEST_REMARK:
        raise Refused(say("Ce texte dépasse %(limit)s caractères.", limit=LONGEST_REMARK))
    number = number_of(anchor)
    remark = ContractComment(
        contract_id=contract.id,
        anchor=anchor,
        paragraph=base_of(books_of(ctx, contract).clause(clause_of(anchor)), number)[Language.FR] if number else "",
        text=clean,
        created_at=ctx.now,
        created_by_id=ctx.actor.id,
    )
    ctx.session.add(remark)
    ctx.session.flush()
    journal.record(ctx, "contract.commented", contract, after={"paragraph": anchor.replace("_", ".")})
    return remark


def settle_comment(ctx: Context, contract: Contract, remark: ContractComment, *, resolved: bool) -> None:
    """Say that a remark is dealt with, or open it again."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    if resolved == (remark.resolved_at is not None):
        return
    remark.resolved_at = ctx.now if resolved else None
    remark.resolved_by_id = ctx.actor.id if resolved else None
    action = "contract.comment_settled" if resolved else "contract.comment_reopened"
    journal.record(ctx, action, contract, after={"paragraph": remark.anchor.replace("_", ".")})
