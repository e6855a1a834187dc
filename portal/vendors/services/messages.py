"""A message that did not reach someone at a vendor: the address corrected, and the same message sent again."""

from datetime import timedelta

from sqlalchemy import func, select, update

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.core.row_lock import hold_row
from portal.identity import services as identity
from portal.identity.models import User
from portal.identity.rules import INVITATION_DAYS, is_address, normal_address
from portal.jobs import mail as letters
from portal.jobs.deliveries import TO_ACT_ON
from portal.jobs.models import Mail, MailState
from portal.journal import services as journal
from portal.vendors.models import Contact, Membership, Vendor
from portal.vendors.services.refusals import InvalidSheet

AT_ONCE = 500
"""Messages that one act sends again."""


def resend_message(ctx: Context, message: Mail, *, address: str = "") -> None:
    """Send a message that did not go once more, to a corrected address if one is given.

    The contact, and the account it has not opened yet, get that address; what still waits for the old one goes there
    too. Raises Refused when the message waits for nobody, InvalidSheet for an address that cannot be used.
    """
    authorize(ctx, Permission.MAIL_RESEND, ctx.session.get_one(Vendor, message.vendor_id))
    hold_row(ctx.session, message)
    if message.state not in TO_ACT_ON:
        raise Refused(N_("Ce message n'attend personne : il est parti, ou il va partir."))
    before = {"recipient": message.recipient, "state": message.state.value, "reason": message.reason}
    wanted = normal_address(address) or message.recipient
    if wanted != message.recipient:
        _correct(ctx, message, wanted)
    _send_again(ctx, [message])
    journal.record(ctx, "mail.resent", message, before=before, after={"recipient": wanted})


def resend_given_up(ctx: Context, vendor_ids: list[int]) -> int:
    """Send again, to the same addresses, what was given up at these vendors because the mail server was away."""
    given_up = select(Mail).where(Mail.vendor_id.in_(vendor_ids), Mail.state == MailState.GIVEN_UP)
    found = list(ctx.session.scalars(given_up.order_by(Mail.id).limit(AT_ONCE)))
    _send_again(ctx, found)
    for message in found:
        journal.record(ctx, "mail.resent", message, after={"recipient": message.recipient})
    return len(found)


def _send_again(ctx: Context, messages: list[Mail]) -> None:
    for message in messages:
        letters.promise_again(ctx, message)
        if seed := message.payload.get("token"):
            identity.extend_link(ctx, process.settings().secrets, seed, timedelta(days=INVITATION_DAYS))
    ctx.session.flush()


def _correct(ctx: Context, message: Mail, wanted: str) -> None:
    old, vendor_id = message.recipient, message.vendor_id
    if not is_address(wanted):
        raise InvalidSheet({"address": say("Cette adresse est incomplète.")})
    user = ctx.session.scalar(select(User).where(User.email == old))
    if user is not None:
        if user.has_come_in:
            text = say("Cette personne se connecte avec cette adresse : ajoutez plutôt un autre contact.")
            raise InvalidSheet({"address": text})
        elsewhere = Membership.user_id == user.id, Membership.vendor_id != vendor_id
        taken = select(User.id).where(User.email == wanted)
        if ctx.session.scalar(select(Membership.id).where(*elsewhere).limit(1)) or ctx.session.scalar(taken):
            text = say("Un compte est en jeu ailleurs avec l'une de ces adresses : ajoutez plutôt un autre contact.")
            raise InvalidSheet({"address": text})
    twin = select(Contact.id).where(Contact.vendor_id == vendor_id, func.lower(Contact.email) == wanted)
    if ctx.session.scalar(twin) is not None:
        raise InvalidSheet({"address": say("Un contact de ce sous-traitant a déjà cette adresse.")})
    if user is not None:
        user.email = wanted
    here = Contact.vendor_id == vendor_id, func.lower(Contact.email) == old
    for contact in ctx.session.scalars(select(Contact).where(*here)):
        contact.email = wanted
        journal.record(ctx, "contact.revised", contact, before={"email": old}, after={"email": wanted})
    ctx.session.execute(
        update(Mail)
        .where(Mail.vendor_id == vendor_id, Mail.recipient == old, Mail.state == MailState.PROMISED)
        .values(recipient=wanted)
        .execution_options(synchronize_session=False)
    )
    message.recipient = wanted
