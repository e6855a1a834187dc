"""Passkeys: the way in by one, and those of one's own account."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.authz.policy import NOBODY, Permission
from portal.core.errors import NotFound, Refused
from portal.core.language import Sentence
from portal.identity import queries, rules, second_factor, services, web_session
from portal.identity.forms import NewPasskeyForm, PasskeyForm, ProofForm
from portal.identity.models import User
from portal.identity.rules import RelyingParty
from portal.identity.services import ChallengePurpose, Entry, EntryMeans, Throttled, WrongPassword
from portal.identity.views.account import frame_of
from portal.identity.views.authentication import sign_in_and_redirect
from portal.identity.views.blueprint import bp
from portal.web import edge
from portal.web.guard import public, requires
from portal.web.text import _, said


@bp.route("/connexion/cle-d-acces", methods=["GET", "POST"])
@public
def passkey_sign_in() -> ResponseReturnValue:
    """Sign in with a passkey alone."""
    target = rules.local_path(request.args.get("next"), "")
    if current_user.is_authenticated:
        return redirect(target or web_session.home_url(edge.current().actor))
    party, form, status = _party(), PasskeyForm(), None
    if form.submitted():
        try:
            user = services.sign_in_with_passkey(
                edge.anonymous(NOBODY), edge.settings().secrets, web_session.caller(), party,
                web_session.take_challenge(ChallengePurpose.SIGN_IN), form.given(),
            )  # fmt: skip
        except Refused as error:
            edge.commit_despite_error()
            form.refuse(error)
            status = 429 if isinstance(error, Throttled) else 422
        else:
            return sign_in_and_redirect(user, target, Entry(EntryMeans.PASSKEY, is_strong=True))
    challenge = web_session.draw_challenge(ChallengePurpose.SIGN_IN)
    asked = services.request_options(edge.settings().secrets, party, challenge)
    page = render_template("identity/passkey_sign_in.html", form=form, asked=asked, target=target)
    return page, status or form.status


@bp.route("/mon-compte/cles-d-acces")
@requires(Permission.ACCOUNT_SELF)
def passkeys() -> ResponseReturnValue:
    """The passkeys of one's account, and why there can be none where there can be none."""
    ctx = edge.current()
    user = queries.me(ctx)
    found = rules.relying_party(edge.settings().base_url)
    return render_template(
        "identity/passkeys.html", frame=frame_of(ctx), passkeys=services.own_passkeys(ctx, user),
        reason=found if isinstance(found, Sentence) else None, is_last=second_factor.is_last(user),
        target=rules.local_path(request.args.get("next"), ""),
    )  # fmt: skip


@bp.route("/mon-compte/cles-d-acces/nouvelle", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def add_passkey() -> ResponseReturnValue:
    """Have this browser make a passkey, once its person has proved who they are."""
    ctx = edge.current()
    user, party = queries.me(ctx), _party()
    if (proof := _proof_asked(user)) is not None:
        return proof
    form, secrets, status = NewPasskeyForm(), edge.settings().secrets, None
    if form.submitted():
        challenge = web_session.take_challenge(ChallengePurpose.NEW_PASSKEY)
        try:
            services.add_passkey(ctx, secrets, user, party, challenge, name=form.name.data, answer=form.given())
        except Refused as error:
            edge.commit_despite_error()
            form.refuse(error)
            status = 422
        else:
            return _added(user)
    elif form.name.data is None:
        form.name.data = said(rules.device(web_session.caller().user_agent))
    challenge = web_session.draw_challenge(ChallengePurpose.NEW_PASSKEY, user.id)
    asked = services.creation_options(ctx, secrets, user, party, challenge, edge.settings().organisation)
    page = render_template("identity/add_passkey.html", form=form, asked=asked, frame=frame_of(ctx))
    return page, status or form.status


def _added(user: User) -> ResponseReturnValue:
    """A browser that has just made a passkey has shown it: it goes on as one that has passed its second factor."""
    proved = web_session.start_session(services.renew_session(edge.current(), current_user.session_id))
    flash(_("Clé d'accès ajoutée."))
    target = rules.local_path(request.args.get("next"), "")
    return redirect(target if target and proved.required_step is None else url_for(".passkeys"))


@bp.route("/mon-compte/cles-d-acces/<int:passkey_id>/retirer", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Give up one of one's passkeys, once its person has proved who they are."""
    ctx = edge.current()
    user = queries.me(ctx)
    passkey = services.own_passkey(ctx, user, passkey_id)
    if (proof := _proof_asked(user)) is not None:
        return proof
    form = PasskeyForm()
    if form.submitted():
        try:
            services.remove_passkey(ctx, user, passkey)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Clé d'accès retirée."))
            return redirect(url_for(".passkeys"))
    return render_template("identity/remove_passkey.html", form=form, passkey=passkey, frame=frame_of(ctx)), form.status


def _proof_asked(user: User) -> ResponseReturnValue | None:
    """The page that asks for the password again; None for somebody who has proved of late who they are."""
    if web_session.is_proved():
        return None
    ctx, form, status = edge.current(), ProofForm(), None
    if "password" in request.form and form.submitted():
        try:
            services.prove_again(
                ctx, edge.settings().secrets, web_session.caller(), user, form.password.data, release=edge.release
            )
        except (Throttled, WrongPassword) as error:
            edge.commit_despite_error()
            form.refuse(error, "password")
            status = 429 if isinstance(error, Throttled) else 422
        else:
            web_session.note_proof()
            return redirect(request.full_path.rstrip("?"))
    page = render_template(
        "identity/prove.html", form=form, frame=frame_of(ctx), has_password=user.password_hash is not None
    )
    return page, status or form.status


def _party() -> RelyingParty:
    found = rules.relying_party(edge.settings().base_url)
    if isinstance(found, Sentence):
        raise NotFound(found)
    return found
