"""Messages that tell the holder of an account what was done to it, in case it was not by them."""

from portal.authz.context import Context
from portal.core import process
from portal.core.landing import Landing
from portal.core.translation import translate
from portal.identity import rules
from portal.identity.models import User
from portal.jobs.mail import Envelope, send


def tell_holder(ctx: Context, user: User, template: str, **values: str) -> None:
    """Tell the holder of a change they may not have made; one message per account, kind and minute."""
    key = f"{template}:{user.id}:{int(ctx.now.timestamp()) // 60}"
    said = {"name": user.name, "organisation": process.settings().organisation, **values}
    send(ctx, Envelope(template, user.email, user.language, dedup=key, values=said, link=Landing("identity.forgot")))


def tell_new_browser(ctx: Context, user: User, user_agent: str, place: str) -> None:
    """Tell the holder that somebody came in from a browser that the account did not know."""
    shown = {"browser": translate(rules.device(user_agent), user.language), "place": place}
    tell_holder(ctx, user, "identity/emails/new_browser", when=ctx.now.isoformat(), **shown)
