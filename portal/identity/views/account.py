"""One's own account: name and language, password, second factor, open sessions."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import Sentence
from portal.identity import queries, rules, services, web_session
from portal.identity import second_factor as totp
from portal.identity.forms import ChangePasswordForm, CodeForm, FirstPasswordForm, ProfileForm
from portal.identity.models import User
from portal.identity.services import Throttled, WrongPassword
from portal.identity.views.blueprint import bp
from portal.web import edge
from portal.web.guard import requires
from portal.web.text import _, change_language


@bp.route("/mon-compte", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def account() -> ResponseReturnValue:
    """Show one's account and change its name, language or telephone."""
    ctx = edge.current()
    user = queries.me(ctx)
    form = ProfileForm(obj=user)
    if form.submitted():
        try:
            facts = {"name": form.name.data, "language": form.language.data, "phone": form.phone.data or ""}
            services.describe_self(ctx, user, **facts)
        except Refused as error:
            form.refuse(error, "name")
        else:
            change_language(user.language)
            flash(_("Votre compte est à jour."))
            return redirect(url_for(".account"))
    page = render_template(
        "identity/account.html", form=form, user=user, frame=frame_of(ctx), required=totp.is_required(user),
        sessions=[(row, rules.device(row.user_agent)) for row in queries.open_sessions(ctx)],
        current_session=current_user.session_id,
    )  # fmt: skip
    return page, form.status


@bp.route("/mon-compte/mot-de-passe", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def password() -> ResponseReturnValue:
    """Change one's password, or choose a first one; every other session ends."""
    ctx = edge.current()
    if queries.me(ctx).password_hash is None and queries.me(ctx).opened_at is not None:
        return _first_password(ctx)
    form = ChangePasswordForm()
    status = None
    if form.submitted():
        try:
            services.change_password(
                ctx, edge.settings().secrets, web_session.caller(), queries.me(ctx),
                old=form.old.data, new=form.password.data, session_id=current_user.session_id,
                release=edge.release,
            )  # fmt: skip
        except (Throttled, WrongPassword) as error:
            edge.commit_despite_error()
            form.refuse(error, "old")
            status = 429 if isinstance(error, Throttled) else 422
        except Refused as error:
            form.refuse(error, "password")
        else:
            flash(_("Mot de passe changé. Vos autres sessions sont fermées."))
            return redirect(url_for(".account"))
    return render_template("identity/password.html", form=form, frame=frame_of(ctx)), status or form.status


def _first_password(ctx: Context) -> ResponseReturnValue:
    form = FirstPasswordForm()
    if form.submitted():
        try:
            services.choose_first_password(
                ctx, queries.me(ctx), form.password.data, session_id=current_user.session_id, release=edge.release
            )
        except Refused as error:
            form.refuse(error, "password")
        else:
            flash(_("Mot de passe choisi. Vos autres sessions sont fermées."))
            return redirect(url_for(".account"))
    return render_template("identity/password.html", form=form, frame=frame_of(ctx), is_first=True), form.status


@bp.route("/mon-compte/sessions/fermer", methods=["POST"])
@requires(Permission.ACCOUNT_SELF)
def close_sessions() -> ResponseReturnValue:
    """Sign out everywhere, here included."""
    ctx = edge.current()
    services.sign_out_everywhere(ctx, queries.me(ctx))
    web_session.end_session()
    flash(_("Toutes vos sessions sont fermées."))
    return redirect(url_for(".sign_in"))


@bp.route("/mon-compte/sessions/autres", methods=["POST"])
@requires(Permission.ACCOUNT_SELF)
def close_other_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    ctx = edge.current()
    ended = services.end_other_sessions(ctx, queries.me(ctx), current_user.session_id)
    flash(_("Vos autres sessions sont fermées.") if ended else _("Aucune autre session n'était ouverte."))
    return redirect(url_for(".account"))


@bp.route("/mon-compte/sessions/<int:session_id>/fermer", methods=["POST"])
@requires(Permission.ACCOUNT_SELF)
def close_session(session_id: int) -> ResponseReturnValue:
    """Sign out one browser."""
    ctx = edge.current()
    if session_id == current_user.session_id:
        web_session.end_session()
        flash(_("Vous êtes déconnecté."))
        return redirect(url_for(".sign_in"))
    services.end_own_session(ctx, queries.me(ctx), session_id)
    flash(_("Cette session est fermée."))
    return redirect(url_for(".account"))


@bp.route("/mon-compte/second-facteur", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_SELF)
def enrol() -> ResponseReturnValue:
    """Put a telephone beside the password, renew the recovery codes, or give the second factor up."""
    ctx = edge.current()
    user = queries.me(ctx)
    target = rules.local_path(request.args.get("next"), "")
    if "begin" in request.form:
        totp.begin(ctx, edge.settings().secrets, user)
        return redirect(url_for(".enrol", next=target or None))
    form, status = CodeForm(), None
    if form.submitted():
        try:
            return _with_code(ctx, user, form.given(), target)
        except Refused as error:
            edge.commit_despite_error()
            form.refuse(error, "code")
            status = 429 if isinstance(error, Throttled) else 422
    page = render_template(
        "identity/enrol.html", form=form, user=user, frame=frame_of(ctx),
        required=totp.is_required(user) and not user.passkey_count,
        pending=totp.pending(edge.settings().secrets, user, edge.settings().organisation),
        left=len(user.recovery_hashes), target=target,
        has_passkeys=not isinstance(rules.relying_party(edge.settings().base_url), Sentence),
    )  # fmt: skip
    return page, status or form.status


def _with_code(ctx: Context, user: User, code: str, target: str) -> ResponseReturnValue:
    secrets, caller = edge.settings().secrets, web_session.caller()
    if user.totp_confirmed_at is None:
        codes = services.confirm_second_factor(ctx, secrets, user, code)
        web_session.start_session(services.renew_session(ctx, current_user.session_id))
    elif "remove" in request.form:
        services.remove_second_factor(ctx, secrets, caller, user, code)
        flash(_("Le second facteur est désactivé."))
        return redirect(url_for(".account"))
    else:
        codes = services.renew_recovery_codes(ctx, secrets, caller, user, code)
    # Shown in this very answer and nowhere else: only their hashes are kept.
    onward = target or web_session.home_url(ctx.actor)
    return render_template("identity/recovery_codes.html", codes=codes, onward=onward, frame=frame_of(ctx))


def frame_of(ctx: Context) -> str:
    """The base page of this person: a narrow one on the way in, else that of their side of the portal."""
    if current_user.required_step is not None:
        return "bare.html"
    return "vendor_base.html" if ctx.actor.role.is_vendor else "base.html"
