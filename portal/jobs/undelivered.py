"""Messages that came to an end without arriving: those above this floor who must know of it are told, once each."""

from collections.abc import Callable, Sequence

from sqlalchemy import select

from portal.authz.context import Context
from portal.jobs.models import Mail

ON_UNDELIVERED: list[Callable[[Context, Mail], None]] = []
"""Told of each message that a server refuses, leaves uncertain or that is given up, in the transaction that says so."""


def tell(ctx: Context, mail_ids: Sequence[int]) -> None:
    """Tell of these messages, whose states have just been written."""
    if mail_ids and ON_UNDELIVERED:
        found = select(Mail).where(Mail.id.in_(mail_ids)).order_by(Mail.id).execution_options(populate_existing=True)
        for mail in ctx.session.scalars(found):
            for told in ON_UNDELIVERED:
                told(ctx, mail)
