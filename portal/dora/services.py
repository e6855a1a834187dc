"""Saying what only the register of information asks; each change is in the journal, with the row it is about."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.chain.models import ChainCompany
from portal.contracts.models import Contract
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.dora import queries
from portal.dora.models import (
    DoraContract,
    DoraEntity,
    DoraFunction,
    DoraProvider,
    DoraService,
    DoraSubcontractor,
    DoraSupport,
)
from portal.journal import services as journal
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.rules.identifiers import lei_problem, normalise_identifier

JOURNAL_MARK = "dora_"
_LEI = "eba_qCO:qx2000"
Values = Mapping[str, Any]
P = Permission


class UnsoundFact(Refused):
    """A fact that cannot be so; `field` is the one to show it on."""

    def __init__(self, field: str, sentence: Any) -> None:
        super().__init__(sentence)
        self.field = field


def state_entity(ctx: Context, entity: LegalEntity, values: Values) -> None:
    """Say what the register asks of an entity; raises UnsoundFact."""
    authorize(ctx, P.DORA_EDIT)
    told = dict(values)
    if told.get("parent_lei"):
        told["parent_lei"] = _sound_lei("parent_lei", told["parent_lei"])
    for line in told.get("branches", ()):
        if len([part for part in line.split("|") if part.strip()]) != 3:
            raise UnsoundFact(
                "branches", say("« %(line)s » : écrivez le code, le nom et le pays (FR), séparés par |.", line=line)
            )
    facts = ctx.session.get(DoraEntity, entity.id) or DoraEntity(
        legal_entity_id=entity.id, definitions={}, branches=[], changed_at=ctx.now, keeps_register=False
    )
    if _state(ctx, "dora.entity", entity, facts, told):
        facts.changed_at = ctx.now
        if told.get("keeps_register"):
            _keep_alone(ctx, entity)


def _keep_alone(ctx: Context, entity: LegalEntity) -> None:
    """One entity keeps the register: the others do not any more."""
    ctx.session.flush()
    others = select(DoraEntity).where(DoraEntity.legal_entity_id != entity.id, DoraEntity.keeps_register)
    for other in ctx.session.scalars(others):
        other.keeps_register = False


def define_answers(ctx: Context, entity: LegalEntity, texts: Mapping[str, str]) -> None:
    """Say what an entity means by its coded answers (B_99.01), by column."""
    authorize(ctx, P.DORA_EDIT)
    facts = ctx.session.get(DoraEntity, entity.id) or DoraEntity(
        legal_entity_id=entity.id, definitions={}, branches=[], changed_at=ctx.now, keeps_register=False
    )
    held = dict(facts.definitions or {})
    changed = {code: text for code, text in texts.items() if text != held.get(code, "")}
    if not changed:
        return
    before = {code: held.get(code, "") for code in changed}
    facts.definitions = {code: text for code, text in {**held, **changed}.items() if text}
    facts.changed_at = ctx.now
    ctx.session.add(facts)
    ctx.session.flush()
    journal.record(ctx, "dora.definitions", entity, before=marked(before), after=marked(changed))


def add_function(ctx: Context, entity: LegalEntity, values: Values) -> DoraFunction:
    """Enter a function of an entity."""
    authorize(ctx, P.DORA_EDIT)
    made = DoraFunction(legal_entity_id=entity.id, **values)
    ctx.session.add(made)
    ctx.session.flush()
    journal.record(ctx, "dora.function", made, after=marked(values))
    return made


def state_function(ctx: Context, function: DoraFunction, values: Values) -> None:
    """Correct a function."""
    authorize(ctx, P.DORA_EDIT)
    before, after = journal.changes(function, values)
    if after:
        journal.record(ctx, "dora.function", function, before=marked(before), after=marked(after))


def remove_function(ctx: Context, function: DoraFunction) -> None:
    """Take a function out; raises Refused while a service supports it."""
    authorize(ctx, P.DORA_EDIT)
    if ctx.session.scalar(select(DoraSupport.service_id).where(DoraSupport.function_id == function.id).limit(1)):
        raise Refused(N_("Des prestations soutiennent cette fonction : retirez-la d'abord de leurs fiches."))
    journal.record(ctx, "dora.function_removed", function, before=marked({"name": function.name}))
    ctx.session.delete(function)
    ctx.session.flush()


def state_provider(
    ctx: Context, values: Values, *, vendor: Vendor | None = None, company: ChainCompany | None = None
) -> None:
    """Say how a provider is identified: a vendor, or a company of the chain; raises UnsoundFact."""
    authorize(ctx, P.DORA_EDIT)
    told = dict(values)
    for code, kind in (("code", "code_type"), ("parent_code", "parent_code_type")):
        if bool(told.get(code)) != bool(told.get(kind)):
            raise UnsoundFact(code, say("Donnez le numéro et son type, ou ni l'un ni l'autre."))
        if told.get(kind) == _LEI:
            told[code] = _sound_lei(code, told[code])
    numbers = {
        "vendor_id": vendor.id if vendor else None, "company_id": company.knot or company.id if company else None
    }  # fmt: skip
    facts = queries.provider_facts(ctx, **numbers) or DoraProvider(**numbers)
    _state(ctx, "dora.provider", vendor or company, facts, told)


def state_contract(ctx: Context, contract: Contract, values: Values) -> None:
    """Say what the register asks of a contract; raises UnsoundFact for the reference of another one."""
    authorize(ctx, P.DORA_EDIT)
    told = dict(values)
    if told.get("reference"):
        holder = queries.reference_holder(ctx, told["reference"], but=contract.id)
        if holder is not None:
            raise UnsoundFact("reference", say("« %(title)s » a déjà cette référence.", title=holder))
    if contract.id in {told.get("overarching_id"), told.get("answers_to_id")}:
        raise UnsoundFact("overarching_id", N_("Un contrat n'est pas rattaché à lui-même."))
    facts = ctx.session.get(DoraContract, contract.id) or DoraContract(contract_id=contract.id)
    _state(ctx, "dora.contract", contract, facts, told)


def state_service(ctx: Context, service: Service, values: Values, function_ids: Collection[int]) -> None:
    """Say what the register asks of a service, and which functions it supports; raises UnsoundFact."""
    authorize(ctx, P.DORA_EDIT)
    if values.get("is_ict") is False and not values.get("not_ict_why"):
        raise UnsoundFact("not_ict_why", N_("Dites pourquoi ce n'est pas un service TIC : il sort du registre."))
    held = set(ctx.session.scalars(select(DoraSupport.function_id).where(DoraSupport.service_id == service.id)))
    known = {one.id for one in queries.functions_of(ctx, service.legal_entity_id)}
    wanted = set(function_ids) & known
    facts = ctx.session.get(DoraService, service.id) or DoraService(
        service_id=service.id, branch_codes=[], rest_countries=[], processing_countries=[], never_audited=False
    )
    _state(ctx, "dora.service", service, facts, values)
    if wanted != held:
        ctx.session.execute(delete(DoraSupport).where(DoraSupport.service_id == service.id))
        ctx.session.add_all(DoraSupport(service_id=service.id, function_id=one) for one in sorted(wanted))
        ctx.session.flush()
        before, after = ({"functions": [f"F{one}" for one in sorted(some)]} for some in (held, wanted))
        journal.record(ctx, "dora.service", service, before=marked(before), after=marked(after))


def judge_subcontractor(ctx: Context, service: Service, company: ChainCompany, *, underpins: bool) -> None:
    """Say whether a company of the chain effectively underpins a service."""
    authorize(ctx, P.DORA_EDIT)
    number = company.knot or company.id
    held = queries.judgement_of(ctx, service, number)
    if held is underpins:
        return
    found = ctx.session.scalar(
        select(DoraSubcontractor).where(
            DoraSubcontractor.service_id == service.id, DoraSubcontractor.company_id == number
        )
    )
    before = {} if held is None else {"underpins": held}
    if found is None:
        found = DoraSubcontractor(service_id=service.id, company_id=number)
        ctx.session.add(found)
    found.underpins, found.decided_by, found.decided_at = underpins, ctx.actor.name, ctx.now
    ctx.session.flush()
    after = {"underpins": underpins, "company": company.name}
    journal.record(ctx, "dora.subcontractor", service, before=marked(before), after=marked(after))


def _state(ctx: Context, action: str, about: Any, facts: Any, values: Values) -> bool:
    """Set the facts and note what changed, on the row they are about; whether something did."""
    is_new = facts not in ctx.session
    if is_new:
        ctx.session.add(facts)
        ctx.session.flush()
    before, after = journal.changes(facts, values)
    if after:
        journal.record(ctx, action, about, before=marked(before), after=marked(after))
    return bool(after)


def marked(values: Values) -> dict[str, Any]:
    """The facts as the journal names them: the words of a fact of the register are its own."""
    return {f"{JOURNAL_MARK}{name}": value for name, value in values.items()}


def _sound_lei(field: str, value: str) -> str:
    problem = lei_problem(value)
    if problem is not None:
        raise UnsoundFact(field, problem)
    return normalise_identifier(value)
