"""The way in and out: password, second factor, sign-out, and the language of the page."""

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.authz.policy import NOBODY, Permission
from portal.core.errors import Refused
from portal.core.language import Language
from portal.identity import queries, rules, services, web_session
from portal.identity.forms import CodeForm, SignInForm
from portal.identity.models import User
from portal.identity.services import Throttled
from portal.identity.views.blueprint import bp
from portal.identity.web_session import SignedIn
from portal.web import edge
from portal.web.forms import PortalForm
from portal.web.guard import public, requires
from portal.web.text import _, change_language


@bp.route("/connexion", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in; a failure is counted although nothing else is kept."""
    target = rules.local_path(request.args.get("next"), "")
    if current_user.is_authenticated:
        return redirect(target or web_session.home_url(edge.current().actor))
    form = SignInForm()
    if form.submitted():
        ctx, caller = edge.anonymous(NOBODY), web_session.caller()
        try:
            user = services.sign_in(
                ctx, edge.settings().secrets, caller, form.email.data, form.password.data, release=edge.release
            )
        except Refused as error:
            return _refused_attempt(form, error, "identity/sign_in.html", target=target, lapsed=False)
        return sign_in_and_redirect(user, target)
    return render_template(
        "identity/sign_in.html", form=form, target=target, lapsed=web_session.has_lapsed()
    ), form.status


def sign_in_and_redirect(user: User, target: str, *, is_first: bool = False) -> ResponseReturnValue:
    """Open a session for an account that has proved who it is, and go where it was going."""
    ctx = edge.anonymous(NOBODY)
    chosen = session.get("language")
    if chosen is not None and chosen != user.language:
        services.set_language(services.as_user(ctx, user), user, Language(chosen))
    if current_user.is_authenticated:
        services.close_session(edge.current(), current_user.session_id)
    return redirect_to_target(web_session.sign_in_session(user, is_first=is_first), target)


def redirect_to_target(who: SignedIn, target: str) -> ResponseReturnValue:
    """To the page that was asked for, by way of the second factor when it is owed."""
    if who.required_step is not None:
        return redirect(url_for(who.required_step.endpoint, next=target or None))
    return redirect(target or web_session.home_url(who.actor))


def _refused_attempt(form: PortalForm, error: Refused, template: str, **values: object) -> ResponseReturnValue:
    edge.commit_despite_error()
    form.refuse(error)
    html = render_template(template, form=form, **values)
    if isinstance(error, Throttled):
        return html, 429, {"Retry-After": str(rules.THROTTLE_MINUTES * 60)}
    return html, 422


@bp.route("/second-facteur", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def second_factor() -> ResponseReturnValue:
    """Show the code after the password."""
    target = rules.local_path(request.args.get("next"), "")
    if current_user.required_step is not web_session.SECOND_FACTOR:
        return redirect_to_target(current_user, target)
    form = CodeForm()
    if form.submitted():
        ctx = edge.current()
        try:
            token = services.pass_second_factor(
                ctx,
                edge.settings().secrets,
                web_session.caller(),
                queries.me(ctx),
                current_user.session_id,
                form.given(),
            )
        except Refused as error:
            return _refused_attempt(form, error, "identity/second_factor.html")
        return redirect_to_target(web_session.start_session(token), target)
    return render_template("identity/second_factor.html", form=form), form.status


@bp.route("/deconnexion", methods=["POST"])
@public
def sign_out() -> ResponseReturnValue:
    """Sign this browser out; for a stranger it does nothing."""
    web_session.end_session()
    flash(_("Vous êtes déconnecté."))
    return redirect(url_for(".sign_in"))


@bp.route("/langue", methods=["POST"])
@public
def language() -> ResponseReturnValue:
    """Choose the language, for this browser and for the account that is signed in."""
    try:
        chosen = Language(request.form.get("language", ""))
    except ValueError:
        abort(400)
    change_language(chosen)
    if current_user.is_authenticated:
        ctx = edge.current()
        services.set_language(ctx, queries.me(ctx), chosen)
    return redirect(rules.local_path(request.form.get("next", "").rstrip("?"), url_for(".sign_in")))
