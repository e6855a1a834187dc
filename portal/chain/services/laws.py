"""A law to come, tried on the whole portfolio and withdrawn without a trace but in the journal."""

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.chain.models import AppliedLaw
from portal.chain.rules.law_file import LawFile
from portal.core.errors import Refused
from portal.core.language import say
from portal.journal import services as journal

MOST_LAWS = 20


def apply_law(ctx: Context, law: LawFile) -> AppliedLaw:
    """Keep a law file so that pages show what it would change; raises Refused when it is kept already."""
    authorize(ctx, Permission.CHAIN_WRITE)
    held = list(ctx.session.scalars(select(AppliedLaw.digest)))
    if law.digest in held:
        raise Refused(say("Ce fichier de droit est déjà essayé."))
    if len(held) >= MOST_LAWS:
        raise Refused(say("%(most)s fichiers de droit sont déjà essayés : retirez-en un.", most=MOST_LAWS))
    row = AppliedLaw(
        title=law.title, digest=law.digest, content=dict(law.content), applied_at=ctx.now, applied_by=ctx.actor.name
    )
    ctx.session.add(row)
    ctx.session.flush()
    journal.record(ctx, "chain.law_applied", row, after={"source": law.source})
    return row


def withdraw_law(ctx: Context, row: AppliedLaw) -> None:
    """Forget a law file that was tried; nothing else had been written."""
    authorize(ctx, Permission.CHAIN_WRITE)
    journal.record(ctx, "chain.law_withdrawn", row)
    ctx.session.delete(row)
    ctx.session.flush()
