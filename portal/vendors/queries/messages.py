"""Messages to the people of vendors, as far as the actor reaches them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, select

from portal.authz.context import Context, authorize, reach, visible
from portal.authz.policy import Permission, Scope
from portal.core.errors import NotFound
from portal.core.pages import Page
from portal.jobs.deliveries import TO_ACT_ON, Delivery, count_by_state, page_of_deliveries
from portal.jobs.models import Mail, MailState
from portal.vendors.models import Vendor


def _within(ctx: Context) -> ColumnElement[bool]:
    # A vendor is never taken out, so that whoever reaches all of them reaches every message that has one.
    if reach(ctx, Permission.MAIL_RESEND).scope is Scope.ALL:
        return Mail.vendor_id > 0
    return Mail.vendor_id.in_(select(Vendor.id).where(visible(ctx, Permission.MAIL_RESEND, Vendor)))


def get_message(ctx: Context, mail_id: int) -> tuple[Mail, Vendor]:
    """A message to someone at a vendor within reach, and that vendor; raises NotFound."""
    authorize(ctx, Permission.MAIL_RESEND)
    row = ctx.session.execute(
        select(Mail, Vendor).join(Vendor, Vendor.id == Mail.vendor_id).where(Mail.id == mail_id, _within(ctx))
    ).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1]


def messages(ctx: Context, state: MailState, *, page: int = 1) -> Page[Delivery]:
    """A page of the messages in a state, the newest first."""
    authorize(ctx, Permission.MAIL_RESEND)
    return page_of_deliveries(ctx.session, within=_within(ctx), states=[state], page=page)


def message_counts(ctx: Context) -> Mapping[MailState, int]:
    """How many messages stand in each state."""
    authorize(ctx, Permission.MAIL_RESEND)
    return count_by_state(ctx.session, _within(ctx))


def undelivered(ctx: Context, vendor: Vendor) -> Sequence[Delivery]:
    """The messages to a vendor's people that wait for someone to act, the newest first."""
    return page_of_deliveries(ctx.session, within=Mail.vendor_id == vendor.id, states=TO_ACT_ON, size=5).rows


def vendors_given_up(ctx: Context) -> list[int]:
    """The vendors within reach with a message that was given up."""
    found = select(Mail.vendor_id).where(_within(ctx), Mail.state == MailState.GIVEN_UP).distinct()
    return [vendor_id for vendor_id in ctx.session.scalars(found) if vendor_id is not None]
