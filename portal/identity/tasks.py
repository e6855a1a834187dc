"""Jobs of identity: send the way in that was asked for, and erase what has served."""

from portal.authz.context import Context
from portal.core import process
from portal.identity import rules, services
from portal.identity.models import User
from portal.jobs.ledger import enqueue, task
from portal.jobs.schedule import every_tick


@task("identity.way_in")
def way_in(ctx: Context, user_id: int | None) -> None:
    """Send a link to the account whose address was typed; asked for an address without account, do nothing."""
    user = ctx.session.get(User, user_id) if user_id is not None else None
    if user is not None and not services.has_too_many_links(ctx, user.id):
        services.send_access_link(ctx, process.settings().secrets, user)


@task("identity.sign_in_link")
def sign_in_link(ctx: Context, user_id: int | None, is_known: bool) -> None:
    """Send a link that signs in to the account whose address was typed; for an address without account, do nothing."""
    user = ctx.session.get(User, user_id) if user_id is not None else None
    if user is not None and (is_known or not services.has_too_many_links(ctx, user.id)):
        services.send_sign_in_link(ctx, process.settings().secrets, user)


@task("identity.tell_slowed")
def tell_slowed(ctx: Context, user_id: int | None) -> None:
    """Tell somebody that others fail at their door, once a day; for an address without account, do nothing."""
    user = ctx.session.get(User, user_id) if user_id is not None else None
    if user is not None and user.disabled_at is None and user.has_come_in:
        services.tell_holder(ctx, user, "identity/emails/sign_in_slowed", minutes=str(rules.THROTTLE_MINUTES))


@task("identity.forget")
def forget(ctx: Context) -> None:
    """Erase old attempts, sessions and links; running it twice erases nothing more."""
    services.erase_expired(ctx)


@every_tick("identity.forget")
def forget_daily(ctx: Context) -> int:
    """Promise the erasure once a day."""
    return 0 if enqueue(ctx, "identity.forget", {}, dedup=f"identity.forget:{ctx.today}") is None else 1
