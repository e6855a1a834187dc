"""One-time links. The code travels after the # of the address, which browsers send to nobody; the page posts it."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import NOBODY
from portal.core.errors import Refused
from portal.core.landing import Landing
from portal.core.language import N_
from portal.identity import rules, services, web_session
from portal.identity.forms import ChoosePasswordForm, ForgottenForm, TokenForm
from portal.identity.models import LinkPurpose, OneTimeLink
from portal.identity.services import Entry, EntryMeans, LinkUnusable, Throttled
from portal.identity.views.authentication import sign_in_and_redirect
from portal.identity.views.blueprint import bp
from portal.web import edge, landings
from portal.web.guard import public
from portal.web.text import _, change_language, said


@bp.route("/invitation", methods=["GET", "POST"])
@public
def invitation() -> ResponseReturnValue:
    """Take up an invitation: choose a password, arrive at the work."""
    return _open(LinkPurpose.INVITATION)


@bp.route("/mot-de-passe/nouveau", methods=["GET", "POST"])
@public
def reset() -> ResponseReturnValue:
    """Choose a new password with the link received."""
    return _open(LinkPurpose.PASSWORD_RESET)


@bp.route("/mot-de-passe", methods=["GET", "POST"])
@public
def forgot() -> ResponseReturnValue:
    """Ask for a new password; the answer is the same whether or not the account exists."""
    form = ForgottenForm()
    if not form.submitted():
        return render_template("identity/forgot.html", form=form), form.status
    try:
        services.ask_reset(edge.anonymous(NOBODY), edge.settings().secrets, web_session.caller(), form.email.data)
    except Throttled as error:
        form.refuse(error)
        return render_template("identity/forgot.html", form=form), 429
    flash(
        _(
            "Si un compte existe à cette adresse, un message vient de partir : il ouvre une page où choisir un nouveau "
            "mot de passe. Pensez aux indésirables."
        ),
        "info",
    )
    return redirect(url_for(".sign_in"))


@bp.route("/connexion/lien", methods=["GET", "POST"])
@public
def ask_sign_in_link() -> ResponseReturnValue:
    """Ask for a link that signs in; the answer is the same whatever the address."""
    target = rules.local_path(request.args.get("next"), "")
    form = ForgottenForm()
    if not form.submitted():
        return render_template("identity/ask_link.html", form=form, target=target), form.status
    try:
        services.ask_sign_in_link(
            edge.anonymous(NOBODY), edge.settings().secrets, web_session.caller(), form.email.data
        )  # fmt: skip
    except Throttled as error:
        form.refuse(error)
        return render_template("identity/ask_link.html", form=form, target=target), 429
    if target:
        session["arrival"] = target
    flash(
        _(
            "Si un compte de prestataire existe à cette adresse, un lien de connexion vient d'y partir. Il sert une "
            "fois, pendant %(minutes)s minutes. Pensez aux indésirables.",
            minutes=rules.SIGN_IN_MINUTES,
        ),
        "info",
    )
    return redirect(url_for(".sign_in", next=target or None))


@bp.route("/connexion/lien/ouvrir", methods=["GET", "POST"])
@public
def sign_in_link() -> ResponseReturnValue:
    """Enter by a link: its code first, then a button; what fetches links of mails presses none and uses nothing up."""
    form = TokenForm()
    purpose = LinkPurpose.SIGN_IN
    if not form.submitted():
        return render_template("identity/link.html", form=form, purpose=purpose), form.status
    token = form.given()
    try:
        link = services.open_link(edge.anonymous(NOBODY), token, purpose)
        _read_in_the_account_s_language(link)
        if "entrer" not in request.form:
            page = render_template("identity/sign_in_link.html", form=form, token=token, user=link.user)
            return page, form.status
        used = services.use_sign_in_link(edge.anonymous(NOBODY), token)
    except LinkUnusable as over:
        return _over(purpose, over, token)
    target = rules.local_path(session.get("arrival"), "")
    return sign_in_and_redirect(used.user, target, Entry(EntryMeans.LINK))


def _open(purpose: LinkPurpose) -> ResponseReturnValue:
    """First the code, by which the page knows whose link it is; then the password, with the code again."""
    form = TokenForm()
    if not form.submitted():
        return render_template("identity/link.html", form=form, purpose=purpose), form.status
    token = form.given()
    try:
        link = services.open_link(edge.anonymous(NOBODY), token, purpose)
        _read_in_the_account_s_language(link)
        return _choose(purpose, link, token)
    except LinkUnusable as over:
        return _over(purpose, over, token)


def _choose(purpose: LinkPurpose, link: OneTimeLink, token: str) -> ResponseReturnValue:
    if "without_password" in request.form:
        return _without_password(purpose, link, token)
    if "password" not in request.form:
        return _ask(purpose, link, ChoosePasswordForm(formdata=None, token=token))
    form = ChoosePasswordForm()
    form.token.data = token
    if not form.submitted():
        return _ask(purpose, link, form)
    try:
        used = services.use_link(
            edge.anonymous(NOBODY), edge.settings().secrets, token, purpose, form.password.data, release=edge.release
        )
    except LinkUnusable:
        raise
    except Refused as error:
        form.refuse(error, "password")
        return _ask(purpose, link, form)
    # Of a new password its holder is told already, and an account just opened knows no browser.
    return sign_in_and_redirect(used.user, _target(used, home=""), is_first=True)


def _without_password(purpose: LinkPurpose, link: OneTimeLink, token: str) -> ResponseReturnValue:
    try:
        if purpose is not LinkPurpose.INVITATION:
            raise Refused(N_("Choisissez un mot de passe : ce compte ne s'ouvre pas sans."))
        used = services.use_without_password(edge.anonymous(NOBODY), token)
    except LinkUnusable:
        raise
    except Refused as error:
        form = ChoosePasswordForm(formdata=None, token=token)
        form.refuse(error)
        return _ask(purpose, link, form)
    return sign_in_and_redirect(used.user, _target(used, home=""), is_first=True)


def _ask(purpose: LinkPurpose, link: OneTimeLink, form: ChoosePasswordForm) -> ResponseReturnValue:
    page = render_template("identity/choose_password.html", form=form, purpose=purpose, user=link.user)
    return page, form.status


def _over(purpose: LinkPurpose, over: LinkUnusable, token: str) -> ResponseReturnValue:
    """Say why a link opens nothing, and send another to its own address when asked: no address is ever shown."""
    link, sent = over.link, False
    sentence = said(over.sentence)
    if link is not None and "resend" in request.form:
        try:
            services.resend(edge.anonymous(NOBODY), edge.settings().secrets, link)
            sent = True
        except Refused as error:
            sentence = said(error.sentence)
    page = render_template(
        "identity/link_over.html", sentence=sentence, sent=sent, token=token if link is not None else "",
        was_used=link is not None and link.used_at is not None, target=_target(link) if link is not None else "",
        purpose=purpose,
    )  # fmt: skip
    return page, 200 if sent else 410


def _target(link: OneTimeLink, home: str = landings.HOME) -> str:
    """Where a link led; `home` for the home page."""
    path = rules.local_path(landings.path_of(Landing.read(link.landing)))
    return home if path == landings.HOME else path


def _read_in_the_account_s_language(link: OneTimeLink) -> None:
    if "language" not in session:
        change_language(link.user.language)
