"""Giving, replacing and revoking the secret address of one's calendar."""

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.calendars import queries
from portal.calendars.models import CalendarAddress
from portal.core import tokens
from portal.identity.models import User
from portal.identity.services import ON_CLOSED
from portal.journal import services as journal


def give_address(ctx: Context) -> str:
    """A new secret for one's calendar, said this once: only its hash is kept. The one before stops at once."""
    authorize(ctx, Permission.ACCOUNT_SELF)
    revoke_address(ctx)
    token = tokens.draw()
    row = CalendarAddress(user_id=ctx.actor.id, token_hash=tokens.fingerprint(token), created_at=ctx.now)
    ctx.session.add(row)
    ctx.session.flush()
    journal.record(ctx, "calendar.given", row)
    return token


def revoke_address(ctx: Context) -> bool:
    """Stop one's calendar from being read; whether there was one."""
    authorize(ctx, Permission.ACCOUNT_SELF)
    return _drop(ctx, queries.address_of(ctx, ctx.actor.id))


def end_with_account(ctx: Context, user: User) -> bool:
    """Stop the calendar of an account that is being closed, for good; whether it had one."""
    return _drop(ctx, queries.address_of(ctx, user.id))


def _drop(ctx: Context, row: CalendarAddress | None) -> bool:
    if row is None:
        return False
    journal.record(ctx, "calendar.revoked", row)
    ctx.session.delete(row)
    ctx.session.flush()
    return True


ON_CLOSED.append(end_with_account)
