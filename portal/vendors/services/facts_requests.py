"""Plain questions sent by a link: what is answered is proposed; somebody in charge accepts it or sets it aside."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process, tokens
from portal.core.errors import Refused
from portal.core.landing import Landing
from portal.core.language import N_, Language
from portal.core.row_lock import hold_row
from portal.core.secret_keys import Secrets
from portal.identity.rules import INVITATION_DAYS, is_address, is_person_name, normal_address
from portal.jobs.mail import Envelope, send
from portal.journal import services as journal
from portal.vendors.letter_context import letter_context
from portal.vendors.models import FactsRequest, Service
from portal.vendors.rules.stated_facts import as_stored, read_stored
from portal.vendors.services.stated_facts import state_facts

REQUESTS_PER_DAY = 200
"""Questions that one person can have sent in twenty-four hours."""
_UNKNOWN = N_("Ce lien n'est pas reconnu. Vérifiez qu'il est complet, ou demandez-en un nouveau.")


def ask_facts(ctx: Context, secrets: Secrets, service: Service, email: str, language: Language) -> FactsRequest:
    """Send the questions about a service to somebody who knows it; a former link about it to them opens no more.

    Raises Refused on an address that is none, or when one has asked too much in a day.
    """
    authorize(ctx, Permission.VENDOR_EDIT, service)
    address = normal_address(email)
    if not is_address(address):
        raise Refused(N_("Cette adresse est incomplète, ou comporte un caractère inattendu."))
    since = ctx.now - timedelta(days=1)
    sent = select(func.count()).where(FactsRequest.asked_by_id == ctx.actor.id, FactsRequest.asked_at > since)
    if (ctx.session.scalar(sent) or 0) >= REQUESTS_PER_DAY:
        raise Refused(N_("Vous avez envoyé beaucoup de questions aujourd'hui : recommencez demain."))
    ctx.session.execute(
        update(FactsRequest)
        .where(FactsRequest.service_id == service.id, FactsRequest.email == address, FactsRequest.answered_at.is_(None))
        .values(settled_at=ctx.now)
    )
    seed = f"facts:{service.id}:{tokens.draw()}"
    request = FactsRequest(
        vendor_id=service.vendor_id, service_id=service.id, email=address, language=language,
        token_hash=tokens.fingerprint(tokens.derive(secrets.tokens, seed)), asked_by_id=ctx.actor.id, asked_at=ctx.now,
        expires_at=ctx.now + timedelta(days=INVITATION_DAYS), answers={},
    )  # fmt: skip
    ctx.session.add(request)
    ctx.session.flush()
    journal.record(ctx, "service.facts_asked", service, after={"email": address})
    values = {
        "organisation": process.settings().organisation, "vendor": service.vendor.name, "service": service.name,
        "days": str(INVITATION_DAYS),
    }  # fmt: skip
    held = letter_context(ctx, [service.vendor_id])
    send(
        ctx,
        Envelope(
            template="vendors/emails/facts_asked", recipient=address, language=language, dedup=f"facts:{request.id}",
            values=values, link=Landing("vendors.answer_facts"), token=seed, about=f"vendor:{service.vendor_id}",
            contact=held.contact_for(service.vendor_id, None, language),
        ),
    )  # fmt: skip
    return request


def find_facts_request(ctx: Context, token: str) -> FactsRequest:
    """The questions of a link, with their service and vendor; raises Refused when it opens nothing."""
    request = ctx.session.scalar(
        select(FactsRequest)
        .options(joinedload(FactsRequest.service), joinedload(FactsRequest.vendor))
        .where(FactsRequest.token_hash == tokens.fingerprint(token.strip()))
    )
    if request is None:
        raise Refused(_UNKNOWN)
    if request.answered_at is not None:
        raise Refused(N_("Ces questions ont déjà reçu leur réponse. Merci."))
    if request.settled_at is not None:
        raise Refused(N_("Ces questions ne sont plus posées : un lien plus récent les remplace."))
    if request.expires_at <= ctx.now:
        raise Refused(N_("Ce lien a expiré. Demandez-en un nouveau à la personne qui vous l'a envoyé."))
    return request


def answer_facts_request(ctx: Context, request: FactsRequest, stated: Mapping[str, Any], name: str) -> None:
    """Keep the answers of somebody without an account: the service does not change. Good once; raises Refused."""
    if not is_person_name(name):
        raise Refused(N_("Écrivez un nom de personne : des lettres, sans adresse ni lien."))
    kept = as_stored(stated)
    if not kept:
        raise Refused(N_("Répondez à une question au moins."))
    answered = ctx.session.scalar(
        update(FactsRequest)
        .where(FactsRequest.id == request.id, FactsRequest.answered_at.is_(None))
        .values(answered_at=ctx.now, answered_by=name.strip(), answers=kept)
        .returning(FactsRequest.id)
    )
    if answered is None:
        raise Refused(N_("Ces questions ont déjà reçu leur réponse. Merci."))
    after = {"by": name.strip(), "email": request.email}
    journal.record(ctx, "service.facts_proposed", request.service, after=after)


def accept_facts(ctx: Context, request: FactsRequest) -> int:
    """Write what was answered on the service, in place of what it said; returns 1 if it changed something."""
    _settle(ctx, request, accepted=True)
    services = ctx.session.scalars(
        select(Service).options(joinedload(Service.vendor)).where(Service.vendor_id == request.vendor_id)
        .order_by(Service.id)
    ).all()  # fmt: skip
    told = f"{request.answered_by} ({request.email})"
    return state_facts(ctx, services, [request.service_id], read_stored(request.answers), replace=True, by=told)


def set_facts_aside(ctx: Context, request: FactsRequest) -> None:
    """Leave the service as it is; what was answered stays readable in the journal."""
    _settle(ctx, request, accepted=False)
    told = {**request.answers, "by": request.answered_by}
    journal.record(ctx, "service.facts_set_aside", request.service, before=told)


def _settle(ctx: Context, request: FactsRequest, *, accepted: bool) -> None:
    authorize(ctx, Permission.VENDOR_EDIT, request)
    hold_row(ctx.session, request)
    if request.answered_at is None or request.settled_at is not None:
        raise Refused(N_("Cette proposition est déjà réglée."))
    request.settled_at, request.accepted = ctx.now, accepted
