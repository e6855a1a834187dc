"""Reads of the facts that a draft can rest on today: answers, tables of other contracts, what the vendor was asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audits import queries as audits
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts.fact_sources.answer_facts import QUESTIONS
from portal.contracts.fact_sources.sources import AnswerSheet, Sources
from portal.contracts.fact_sources.table_proposals import TypedElsewhere
from portal.contracts.models import Contract, ContractFactsRequest
from portal.core.clock import legal_date
from portal.core.errors import NotFound
from portal.questionnaires.queries import questionnaire_of
from portal.vendors import reference
from portal.vendors.models import Contact, LegalEntity, Service, Vendor
from portal.vendors.queries import ended_sub_processors

MOST_OTHERS = 5
"""Other contracts with a vendor that rows of a table may be taken from."""


def sources_for(
    ctx: Context, vendor: Vendor, service: Service | None, entity: LegalEntity | None, typed: Mapping[str, Any]
) -> Sources:
    """Everything a contract with this vendor may draw from today."""
    return Sources(
        entity=entity,
        vendor=vendor,
        service=service,
        sheets=latest_answers(ctx, vendor),
        typed=typed,
        atlas=reference.atlas(),
        on=ctx.today,
        ended=ended_sub_processors(ctx, vendor.id),
    )


def latest_answers(ctx: Context, vendor: Vendor) -> tuple[AnswerSheet, ...]:
    """The vendor's newest submitted answers to each questionnaire that feeds contracts, newest first.

    What is still being typed, or was sent back to be changed, is nobody's word yet; what was submitted is the vendor's,
    accepted or still under review.
    """
    sent = ctx.session.scalars(
        select(Audit)
        .options(joinedload(Audit.questionnaire_version))
        .where(Audit.vendor_id == vendor.id, Audit.state.in_([AuditState.SUBMITTED, AuditState.ACCEPTED]))
        .order_by(Audit.submitted_at.desc().nulls_last(), Audit.id.desc())
    )
    newest: dict[str, Audit] = {}
    for audit in sent:
        newest.setdefault(audit.questionnaire_version.key, audit)
    feeding = [audit for audit in newest.values() if _feeds(ctx, audit)]
    return tuple(_sheet(ctx, audit) for audit in feeding)


def _feeds(ctx: Context, audit: Audit) -> bool:
    asked = {question.key for question in questionnaire_of(ctx.session, audit.questionnaire_version).questions}
    return not QUESTIONS.isdisjoint(asked)


def _sheet(ctx: Context, audit: Audit) -> AnswerSheet:
    sheet = audits.sheet_of(ctx, audit)
    sent_on = legal_date(audit.submitted_at) if audit.submitted_at is not None else None
    return AnswerSheet(sheet.questionnaire, sheet.answers, sent_on)


def tables_of_other_contracts(ctx: Context, contract: Contract, key: str) -> tuple[TypedElsewhere, ...]:
    """A table as typed for the newest other contracts with the same vendor."""
    others = ctx.session.scalars(
        select(Contract)
        .where(Contract.vendor_id == contract.vendor_id, Contract.id != contract.id)
        .where(visible(ctx, Permission.CONTRACT_VIEW, Contract))
        .order_by(Contract.id.desc())
        .limit(MOST_OTHERS)
    )
    return tuple(TypedElsewhere(one.id, one.title, one.typed[key]) for one in others if one.typed.get(key))


def facts_proposed(ctx: Context, contract: Contract) -> Sequence[ContractFactsRequest]:
    """What the vendor answered for a contract within reach and nobody has settled, the oldest first."""
    asked = select(ContractFactsRequest).where(
        ContractFactsRequest.contract_id == contract.id,
        ContractFactsRequest.answered_at.is_not(None),
        ContractFactsRequest.settled_at.is_(None),
    )
    return ctx.session.scalars(asked.order_by(ContractFactsRequest.answered_at, ContractFactsRequest.id)).all()


def facts_requests_waiting(ctx: Context, contract: Contract) -> Sequence[ContractFactsRequest]:
    """What the vendor was asked for a contract within reach and has not answered, while its links open."""
    asked = select(ContractFactsRequest).where(
        ContractFactsRequest.contract_id == contract.id,
        ContractFactsRequest.answered_at.is_(None),
        ContractFactsRequest.settled_at.is_(None),
        ContractFactsRequest.expires_at > ctx.now,
    )
    return ctx.session.scalars(asked.order_by(ContractFactsRequest.id)).all()


def get_contract_facts_request(ctx: Context, contract: Contract, request_id: int) -> ContractFactsRequest:
    """One request of a contract within reach, kept to this transaction; raises NotFound."""
    found = ctx.session.scalar(
        select(ContractFactsRequest)
        .where(ContractFactsRequest.id == request_id, ContractFactsRequest.contract_id == contract.id)
        .with_for_update()
    )
    if found is None:
        raise NotFound()
    return found


def addresses_of(ctx: Context, contract: Contract) -> Sequence[str]:
    """Addresses of the vendor's contacts, to be proposed."""
    wanted = select(Contact.email).where(Contact.vendor_id == contract.vendor_id).order_by(Contact.id)
    return ctx.session.scalars(wanted).all()
