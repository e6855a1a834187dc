"""The way in and out: password, second factor, sign-out, and the language of the page."""

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.authz.policy import NOBODY, Permission
from portal.core.errors import Refused
from portal.core.language import Language, Sentence
from portal.identity import queries, rules, services, web_session
from portal.identity.forms import CodeForm, PasskeyForm, SignInForm
from portal.identity.models import User
from portal.identity.services import BY_PASSWORD, ChallengePurpose, Entry, Throttled
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
            return _refused_attempt(form, error, "identity/sign_in.html", lapsed=False, **_other_ways(target))
        return sign_in_and_redirect(user, target)
    page = render_template("identity/sign_in.html", form=form, lapsed=web_session.has_lapsed(), **_other_ways(target))
    return page, form.status


def _other_ways(target: str) -> dict[str, object]:
    """What else than a password lets one in, where it can."""
    party = rules.relying_party(edge.settings().base_url)
    provider = edge.settings().provider
    return {
        "target": target,
        "has_passkeys": not isinstance(party, Sentence),
        "provider_name": provider.name if provider is not None else None,
    }


def sign_in_and_redirect(
    user: User, target: str, entry: Entry = BY_PASSWORD, *, is_first: bool = False
) -> ResponseReturnValue:
    """Open a session for an account that has proved who it is, and go where it was going."""
    ctx = edge.anonymous(NOBODY)
    chosen = session.get("language")
    if chosen is not None and chosen != user.language:
        services.set_language(services.as_user(ctx, user), user, Language(chosen))
    if current_user.is_authenticated:
        services.close_session(edge.current(), current_user.session_id)
    return redirect_to_target(web_session.sign_in_session(user, entry, is_first=is_first), target)


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
    """Show the code, or a passkey, after the password."""
    target = rules.local_path(request.args.get("next"), "")
    if current_user.required_step is not web_session.SECOND_FACTOR:
        return redirect_to_target(current_user, target)
    user = queries.me(edge.current())
    is_by_passkey = "answer" in request.form
    form = CodeForm(formdata=None) if is_by_passkey else CodeForm()
    if is_by_passkey or form.submitted():
        try:
            token = _shown_passkey(user) if is_by_passkey else _shown_code(user, form)
        except Refused as error:
            return _refused_attempt(form, error, "identity/second_factor.html", user=user, **_passkey_asked(user))
        return redirect_to_target(web_session.start_session(token), target)
    page = render_template("identity/second_factor.html", form=form, user=user, **_passkey_asked(user))
    return page, form.status


def _shown_code(user: User, form: CodeForm) -> str:
    return services.pass_second_factor(
        edge.current(), edge.settings().secrets, web_session.caller(), user, current_user.session_id, form.given()
    )


def _shown_passkey(user: User) -> str:
    party = rules.relying_party(edge.settings().base_url)
    if isinstance(party, Sentence):
        raise Refused(party)
    return services.pass_with_passkey(
        edge.current(), edge.settings().secrets, web_session.caller(), party,
        web_session.take_challenge(ChallengePurpose.SECOND_FACTOR), user, current_user.session_id,
        PasskeyForm().given(),
    )  # fmt: skip


def _passkey_asked(user: User) -> dict[str, object]:
    """What the page asks a browser to show, among the passkeys of an account; none, or why not, where it cannot."""
    party = rules.relying_party(edge.settings().base_url)
    if not user.passkey_count or isinstance(party, Sentence):
        return {"asked": None, "reason": party if user.passkey_count else None}
    challenge = web_session.draw_challenge(ChallengePurpose.SECOND_FACTOR, user.id)
    held = services.own_passkeys(edge.current(), user)
    return {"asked": services.request_options(edge.settings().secrets, party, challenge, held), "reason": None}


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
