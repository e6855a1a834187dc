"""An invitation taken up: the link of a colleague's mail, the password when there is none, the vendor joined."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.audits import delegation_queries
from portal.authz.policy import NOBODY
from portal.core.errors import Refused
from portal.identity import services as identity
from portal.identity import web_session
from portal.identity.forms import ChoosePasswordForm, TokenForm
from portal.identity.models import User
from portal.vendor_space.exchange_page import part_url
from portal.vendor_space.views.blueprint import bp
from portal.vendors import colleagues
from portal.vendors.colleagues import FoundInvitation
from portal.vendors.letters import FOR_VENDOR
from portal.web import edge
from portal.web.guard import public
from portal.web.text import _, change_language, said


@bp.route("/rejoindre", methods=["GET", "POST"])
@public
def join() -> ResponseReturnValue:
    """First the code, by which the page knows the invitation; then the acceptance, with a password if none."""
    form = TokenForm()
    if not form.submitted():
        return render_template("identity/link.html", form=form, purpose="invitation"), form.status
    token = form.given()
    try:
        found = colleagues.find_invitation(edge.anonymous(NOBODY), token)
        if "language" not in session:
            change_language(found.user.language if found.user is not None else found.invitation.language)
        return _taken_up(found, token) if "accepter" in request.form else _ask(found, token)
    except Refused as refusal:
        return render_template("vendor_space/join_over.html", sentence=said(refusal.sentence)), 410


def _ask(found: FoundInvitation, token: str, form: ChoosePasswordForm | None = None) -> ResponseReturnValue:
    form = form or ChoosePasswordForm(formdata=None, token=token)
    page = render_template(
        "vendor_space/join.html", form=form, vendor=found.vendor.name, email=found.invitation.email,
        needs_password=found.needs_password, token=token,
    )  # fmt: skip
    return page, form.status


def _taken_up(found: FoundInvitation, token: str) -> ResponseReturnValue:
    ctx, vendor, invitation = edge.anonymous(NOBODY), found.vendor, found.invitation
    landing = _landing(found)
    if not found.needs_password:
        user = colleagues.take_up_invitation(ctx, found, None)
        flash(_("Vous répondez désormais aussi pour %(vendor)s.", vendor=vendor.name))
        is_here = current_user.is_authenticated and current_user.actor.id == user.id
        return redirect(landing if is_here else url_for("identity.sign_in", next=landing))
    if "without_password" in request.form:
        user = colleagues.take_up_invitation(ctx, found, None, without_password=True)
        return _signed_in(user, landing)
    form = ChoosePasswordForm()
    form.token.data = token
    if not form.submitted():
        return _ask(found, token, form)
    try:
        identity.check_password_for(form.password.data, invitation.email, invitation.name, vendor.name)
    except Refused as refusal:
        form.refuse(refusal, "password")
        return _ask(found, token, form)
    edge.release()  # hashing takes a quarter of a second, and nobody waits for the database meanwhile
    hashed = identity.hash_password(form.password.data)
    return _signed_in(colleagues.take_up_invitation(ctx, colleagues.find_invitation(ctx, token), hashed), landing)


def _signed_in(user: User, landing: str) -> ResponseReturnValue:
    if current_user.is_authenticated:
        identity.close_session(edge.current(), current_user.session_id)
    who = web_session.sign_in_session(user, is_first=True)
    return redirect(url_for(who.required_step.endpoint, next=landing) if who.required_step else landing)


def _landing(found: FoundInvitation) -> str:
    """What was given to this colleague before they had an account; else the home of the vendor."""
    row = delegation_queries.first_given_to(edge.anonymous(NOBODY), found.vendor.id, found.invitation.email)
    if row is None:
        return f"{url_for('.home')}?{FOR_VENDOR}={found.vendor.id}"
    return f"{part_url(row)}&{FOR_VENDOR}={found.vendor.id}"
