"""Long forms kept as they are typed: nothing is lost when the page is left, and nothing is saved for all that."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_
from portal.vendors.models import FormDraft

MOST_CHARACTERS = 60_000
"""Of a whole draft."""


def draft_key(vendor_id: int, service_id: int | None) -> str:
    """Which form a draft is of.

    >>> draft_key(3, None), draft_key(3, 12)
    ('service:3:new', 'service:3:12')
    """
    return f"service:{vendor_id}:{service_id or 'new'}"


def keep_draft(
    ctx: Context, about: Any, key: str, values: Mapping[str, Sequence[str]], *, to: Permission = Permission.VENDOR_EDIT
) -> FormDraft:
    """Keep a form as it stands; it belongs to its person alone and changes nothing. Raises Refused when too long.

    `to` is what saving the form itself takes, over the row that it is about.
    """
    authorize(ctx, to, about)
    if sum(len(text) for held in values.values() for text in held) > MOST_CHARACTERS:
        raise Refused(N_("Ce texte est trop long."))
    draft = find_draft(ctx, key)
    if draft is None:
        draft = FormDraft(user_id=ctx.actor.id, key=key)
        ctx.session.add(draft)
    draft.values, draft.saved_at = {name: list(held) for name, held in values.items()}, ctx.now
    ctx.session.flush()
    return draft


def find_draft(ctx: Context, key: str) -> FormDraft | None:
    """The draft that the actor left of a form."""
    return ctx.session.scalar(select(FormDraft).where(FormDraft.user_id == ctx.actor.id, FormDraft.key == key))


def drop_draft(ctx: Context, key: str) -> None:
    """Erase the actor's draft of a form: it was saved, or thrown away."""
    ctx.session.execute(delete(FormDraft).where(FormDraft.user_id == ctx.actor.id, FormDraft.key == key))
