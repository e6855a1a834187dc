"""The way in through the organisation's identity provider: there, and back."""

from flask import abort, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.authz.policy import NOBODY
from portal.core.errors import Refused
from portal.core.provider_settings import ProviderSettings
from portal.identity import rules, services, web_session
from portal.identity.services import ChallengePurpose, Entry, EntryMeans
from portal.identity.views.authentication import sign_in_and_redirect
from portal.identity.views.blueprint import bp
from portal.web import edge
from portal.web.guard import public
from portal.web.text import said

_TARGET = "provider-target"


@bp.route("/connexion/organisation")
@public
def provider_sign_in() -> ResponseReturnValue:
    """Send this browser to the identity provider.

    By a link and not by a form: browsers hold a form's redirection to the sites that a form may go to.
    """
    target, provider = rules.local_path(request.args.get("next"), ""), _provider()
    if current_user.is_authenticated:
        return redirect(target or web_session.home_url(edge.current().actor))
    challenge = web_session.draw_challenge(ChallengePurpose.PROVIDER)
    session[_TARGET] = target
    try:
        address = services.authorization_url(provider, edge.settings().secrets, challenge, _back())
    except Refused as error:
        return _refused(error, target)
    return redirect(address)


@bp.route("/connexion/retour")
@public
def provider_return() -> ResponseReturnValue:
    """Come back from the identity provider, once for each time one was sent there."""
    provider, secrets = _provider(), edge.settings().secrets
    if current_user.is_authenticated:
        return redirect(web_session.home_url(edge.current().actor))
    challenge = web_session.take_challenge(ChallengePurpose.PROVIDER)
    target = rules.local_path(session.pop(_TARGET, ""), "")
    told = {name: value for name, value in request.args.items() if len(value) <= 4_000}
    if not services.is_answer_to(secrets, challenge, told):
        return _refused(Refused(services.NOT_OURS), target)
    edge.write_by_link()
    ctx = edge.anonymous(NOBODY)
    try:
        key = services.provider_key(ctx, secrets, web_session.caller(), challenge)
        spent = services.spend(ctx, challenge, ChallengePurpose.PROVIDER, None)
    except Refused as error:
        return _refused(error, target)
    # Counted as a failure until it is none; nothing of the database is held while the network answers.
    services.record_attempt(ctx, key, succeeded=False)
    edge.release()
    try:
        person = services.person_of(provider, secrets, spent, told, _back(), ctx.now)
        user = services.enter_by_provider(ctx, secrets, provider, person)
    except Refused as error:
        return _refused(error, target)
    services.record_attempt(ctx, key, succeeded=True)
    return sign_in_and_redirect(user, target, Entry(EntryMeans.PROVIDER, is_strong=person.is_strong))


def _refused(error: Refused, target: str) -> ResponseReturnValue:
    """Back to the sign-in page with a sentence: the code leaves the address bar, and nothing that was begun is kept."""
    edge.undo()
    flash(said(error.sentence), "danger")
    return redirect(url_for(".sign_in", next=target or None))


def _provider() -> ProviderSettings:
    provider = edge.settings().provider
    if provider is None:
        abort(404)
    return provider


def _back() -> str:
    """The address that the provider sends browsers back to: declared there, hence never taken from a request."""
    return edge.settings().base_url + url_for(".provider_return")
