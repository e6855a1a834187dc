"""Reads of what lawyers changed in a draft, and of what they said about it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.contracts.edit_models import ContractComment, ContractEdit
from portal.contracts.models import Contract
from portal.contracts.rules.paragraphs import ParagraphEdit
from portal.core.errors import NotFound


def edit_rows(ctx: Context, contract: Contract) -> Sequence[ContractEdit]:
    """What was decided on the paragraphs of a contract already within reach, in the order it was first decided."""
    return ctx.session.scalars(
        select(ContractEdit)
        .options(joinedload(ContractEdit.changed_by), joinedload(ContractEdit.agreed_by))
        .where(ContractEdit.contract_id == contract.id)
        .order_by(ContractEdit.id)
    ).all()


def paragraph_edits(ctx: Context, contract: Contract) -> tuple[ParagraphEdit, ...]:
    """The same, as the rules know it."""
    return tuple(row.as_edit() for row in edit_rows(ctx, contract))


def comments(ctx: Context, contract: Contract) -> Sequence[ContractComment]:
    """What was said about a draft, oldest first; for our side alone."""
    return ctx.session.scalars(
        select(ContractComment)
        .options(joinedload(ContractComment.created_by), joinedload(ContractComment.resolved_by))
        .where(ContractComment.contract_id == contract.id)
        .order_by(ContractComment.id)
    ).all()


def get_comment(ctx: Context, contract: Contract, comment_id: int) -> ContractComment:
    """One remark on a contract already within reach; NotFound."""
    found = ctx.session.scalar(
        select(ContractComment).where(ContractComment.contract_id == contract.id, ContractComment.id == comment_id)
    )
    if found is None:
        raise NotFound()
    return found
