"""Messages to vendors that did not go: why, and what to do about it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.jobs import relay
from portal.jobs.deliveries import STATE_ADVICE, STATE_NAMES, TONES, delivery_of
from portal.jobs.models import MailState
from portal.vendors import queries, services
from portal.vendors.forms import AddressForm
from portal.vendors.services import InvalidSheet
from portal.vendors.views.blueprint import bp
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.routing import page_asked
from portal.web.text import _, ngettext, said


@bp.route("/messages")
@requires(Permission.MAIL_RESEND)
def messages() -> ResponseReturnValue:
    """Messages by state, those that wait for a person first."""
    ctx = current()
    counts = queries.message_counts(ctx)
    first = next((state for state in STATE_ADVICE if counts[state]), MailState.REFUSED)
    asked = request.args.get("etat", first.value)
    state = MailState(asked) if asked in set(MailState) else first
    order = (*STATE_ADVICE, MailState.PROMISED, MailState.SENT)
    return render_template(
        "vendors/messages.html", found=queries.messages(ctx, state, page=page_asked()), state=state,
        tabs_shown=[(said(STATE_NAMES[one]), url_for(".messages", etat=one.value), one is state, counts[one])
                    for one in order],
        advice=STATE_ADVICE.get(state, ""), outage=relay.outage(ctx.session),
        given_up=counts[MailState.GIVEN_UP] if state is MailState.GIVEN_UP else 0,
    )  # fmt: skip


@bp.route("/messages/<int:mail_id>", methods=["GET", "POST"])
@requires(Permission.MAIL_RESEND)
def message(mail_id: int) -> ResponseReturnValue:
    """A message, what became of it, and the address to send it to again."""
    ctx = current()
    mail, vendor = queries.get_message(ctx, mail_id)
    form = AddressForm(data={"address": mail.recipient})
    if form.submitted():
        try:
            services.resend_message(ctx, mail, address=form.address.data)
        except InvalidSheet as error:
            form.refuse_fields(error)
        except Refused as error:
            flash(said(error.sentence), "danger")
            return redirect(url_for(".message", mail_id=mail.id))
        else:
            flash(_("Le message repart à l'adresse %(email)s.", email=mail.recipient))
            return redirect(url_for(".show", vendor_id=vendor.id))
    shown = delivery_of(mail)
    return render_template("vendors/message.html", form=form, vendor=vendor, shown=shown, tones=TONES), form.status


@bp.route("/messages/renvoyer", methods=["POST"])
@requires(Permission.MAIL_RESEND)
def resend_given_up() -> ResponseReturnValue:
    """Send again, to the same addresses, what was given up."""
    ctx = current()
    count = services.resend_given_up(ctx, queries.vendors_given_up(ctx))
    flash(ngettext("%(num)s message repart.", "%(num)s messages repartent.", count))
    return redirect(url_for(".messages"))
