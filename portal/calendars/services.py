"""Giving, replacing and revoking the secret address of one's calendar."""

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.calendars import queries
from portal.calendars.models import CalendarAddress
from portal.core import tokens
from portal.journal import services as journal


def give_address(ctx: Context) -> str:
    """A new secret for one's calendar, said this once: only its hash is kept. The one before stops at once."""
    authorize(ctx, Permission.VENDOR_VIEW)
    revoke_address(ctx)
    token = tokens.draw()
    row = CalendarAddress(user_id=ctx.actor.id, token_hash=tokens.fingerprint(token), created_at=ctx.now)
    ctx.session.add(row)
    ctx.session.flush()
    journal.record(ctx, "calendar.given", row)
    return token


def revoke_address(ctx: Context) -> bool:
    """Stop one's calendar from being read; whether there was one."""
    authorize(ctx, Permission.VENDOR_VIEW)
    row = queries.address_of(ctx)
    if row is None:
        return False
    journal.record(ctx, "calendar.revoked", row)
    ctx.session.delete(row)
    ctx.session.flush()
    return True
