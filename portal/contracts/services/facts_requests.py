"""What a contract lacks, asked of its vendor by a link: what is answered is proposed, and printed once accepted."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts.models import Contract, ContractFactsRequest
from portal.contracts.rules.fact_catalogue import FACTS, FROM_VENDOR, FactKind
from portal.contracts.services.typed_facts import parse_typed_fact, parse_typed_rows, type_facts, type_table
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

REQUESTS_PER_DAY = 200
"""Requests that one person can have sent in twenty-four hours."""
_OVER = N_("Ces informations ne sont plus demandées : un lien plus récent les remplace, ou elles ont déjà été données.")


def ask_contract_facts(
    ctx: Context, secrets: Secrets, contract: Contract, email: str, keys: Collection[str], language: Language
) -> ContractFactsRequest:
    """Send some of what a contract lacks to its vendor; a former link to the same address opens no more.

    The facts are asked in the language given, that of the contract. Raises Refused on an address that is none, on
    nothing asked, on a fact that the vendor cannot give, or when one has asked too much in a day.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    address = normal_address(email)
    if not is_address(address):
        raise Refused(N_("Cette adresse est incomplète, ou comporte un caractère inattendu."))
    asked = [key for key in FACTS if key in keys and key in FROM_VENDOR]
    if not asked:
        raise Refused(N_("Choisissez au moins une information à demander."))
    since = ctx.now - timedelta(days=1)
    sent = select(func.count()).where(
        ContractFactsRequest.asked_by_id == ctx.actor.id, ContractFactsRequest.asked_at > since
    )
    if (ctx.session.scalar(sent) or 0) >= REQUESTS_PER_DAY:
        raise Refused(N_("Vous avez envoyé beaucoup de questions aujourd'hui : recommencez demain."))
    ctx.session.execute(
        update(ContractFactsRequest)
        .where(
            ContractFactsRequest.contract_id == contract.id,
            ContractFactsRequest.email == address,
            ContractFactsRequest.answered_at.is_(None),
        )
        .values(settled_at=ctx.now)
    )
    seed = f"contract-facts:{contract.id}:{tokens.draw()}"
    request = ContractFactsRequest(
        vendor_id=contract.vendor_id, contract_id=contract.id, email=address, language=language, asked=asked,
        token_hash=tokens.fingerprint(tokens.derive(secrets.tokens, seed)), asked_by_id=ctx.actor.id, asked_at=ctx.now,
        expires_at=ctx.now + timedelta(days=INVITATION_DAYS), answers={},
    )  # fmt: skip
    ctx.session.add(request)
    ctx.session.flush()
    journal.record(ctx, "contract.facts_asked", contract, after={"email": address, "asked": asked})
    held = letter_context(ctx, [contract.vendor_id])
    send(
        ctx,
        Envelope(
            template="contracts/emails/facts_asked", recipient=address, language=language,
            dedup=f"contract-facts:{request.id}", link=Landing("contracts.answer_facts"), token=seed,
            values={
                "organisation": process.settings().organisation, "title": contract.title,
                "days": str(INVITATION_DAYS),
            },
            about=f"vendor:{contract.vendor_id}", contact=held.contact_for(contract.vendor_id, None, language),
        ),
    )  # fmt: skip
    return request


def find_contract_facts_request(ctx: Context, token: str) -> ContractFactsRequest:
    """What a link asks, with its contract; raises Refused when it opens nothing."""
    request = ctx.session.scalar(
        select(ContractFactsRequest)
        .options(joinedload(ContractFactsRequest.contract), joinedload(ContractFactsRequest.vendor))
        .where(ContractFactsRequest.token_hash == tokens.fingerprint(token.strip()))
    )
    if request is None:
        raise Refused(N_("Ce lien n'est pas reconnu. Vérifiez qu'il est complet, ou demandez-en un nouveau."))
    if request.answered_at is not None or request.settled_at is not None:
        raise Refused(_OVER)
    if request.expires_at <= ctx.now:
        raise Refused(N_("Ce lien a expiré. Demandez-en un nouveau à la personne qui vous l'a envoyé."))
    return request


def propose_contract_facts(ctx: Context, request: ContractFactsRequest, given: Mapping[str, Any], name: str) -> None:
    """Keep what somebody without an account answered: the contract does not change. Good once; raises Refused."""
    if not is_person_name(name):
        raise Refused(N_("Écrivez un nom de personne : des lettres, sans adresse ni lien."))
    kept = {key: value for key in request.asked if (value := _parsed(key, given.get(key)))}
    if not kept:
        raise Refused(N_("Répondez à une question au moins."))
    answered = ctx.session.scalar(
        update(ContractFactsRequest)
        .where(
            ContractFactsRequest.id == request.id,
            ContractFactsRequest.answered_at.is_(None),
            ContractFactsRequest.settled_at.is_(None),
        )
        .values(answered_at=ctx.now, answered_by=name.strip(), answers=kept)
        .returning(ContractFactsRequest.id)
    )
    if answered is None:
        raise Refused(_OVER)
    after = {"by": name.strip(), "email": request.email, "asked": list(kept)}
    journal.record(ctx, "contract.facts_proposed", request.contract, after=after)


def _parsed(key: str, raw: Any) -> Any:
    if not raw:
        return None
    if FACTS[key].kind is FactKind.ROWS:
        rows = [row for row in raw if row]
        return parse_typed_rows(key, rows) if rows else None
    return parse_typed_fact(key, raw)


def settle_contract_facts(
    ctx: Context, contract: Contract, request: ContractFactsRequest, accepted: Sequence[str]
) -> int:
    """Take what is accepted into the contract, set the rest aside, and say so in the journal; returns how many.

    Raises Refused when it is settled already, or holds no answer.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    hold_row(ctx.session, request)
    if request.answered_at is None or request.settled_at is not None:
        raise Refused(N_("Cette proposition est déjà réglée."))
    why = f"{request.answered_by} ({request.email})"
    taken = {key: value for key, value in request.answers.items() if key in accepted}
    for key, value in taken.items():
        if FACTS[key].kind is FactKind.ROWS:
            type_table(ctx, contract, key, value, language=request.language, reason=why)
        else:
            type_facts(ctx, contract, {key: value}, language=request.language, reasons={key: why})
    request.settled_at, request.accepted = ctx.now, bool(taken)
    aside = {key: value for key, value in request.answers.items() if key not in taken}
    journal.record(ctx, "contract.facts_settled", contract, before=aside, after={"by": why, "accepted": list(taken)})
    return len(taken)
