"""Reads of calendars: whose address it is, and the dates within reach of a person."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.authz.context import Context
from portal.calendars.models import CalendarAddress
from portal.core import tokens
from portal.identity.models import User

LONGEST_TOKEN = 100


def address_of(ctx: Context, user_id: int | None) -> CalendarAddress | None:
    """The address of an account, when one was given."""
    return ctx.session.scalar(select(CalendarAddress).where(CalendarAddress.user_id == user_id))


def reader_of(session: Session, token: str) -> User | None:
    """Whose calendar a secret address is; nobody's once it was replaced, revoked, or once the account is closed."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    found = session.scalar(
        select(CalendarAddress)
        .options(joinedload(CalendarAddress.user))
        .where(CalendarAddress.token_hash == tokens.fingerprint(token))
    )
    return None if found is None or found.user.disabled_at is not None else found.user
