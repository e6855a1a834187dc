"""Reads of the register of information: everything it is built from, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.chain import queries as chain_queries
from portal.chain.models import ChainCompany
from portal.contracts.models import Contract
from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.life import OVER, ContractState
from portal.core.clock import legal_date, midnight
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.dora.building import RegisteredContract, RegisteredService, RegisteredVendor, RegisterSource
from portal.dora.models import (
    DoraContract,
    DoraEntity,
    DoraFunction,
    DoraProvider,
    DoraService,
    DoraSubcontractor,
    DoraSupport,
)
from portal.dora.watches import DORA, DORA_MARKS
from portal.vendors.models import LegalEntity, Service, Vendor

Facts = TypeVar("Facts")


def is_kept(ctx: Context) -> bool:
    """Whether the register of some entity is kept."""
    return bool(ctx.session.scalar(select(LegalEntity.id).where(LegalEntity.keeps_dora_register).limit(1)))


def entities_kept(ctx: Context, *, to: Permission = Permission.DORA_VIEW) -> Sequence[LegalEntity]:
    """The entities whose register is kept, by name; raises NotFound when there is none: the register is then off."""
    authorize(ctx, to)
    found = ctx.session.scalars(
        select(LegalEntity).where(LegalEntity.keeps_dora_register).order_by(LegalEntity.name, LegalEntity.id)
    ).all()
    if not found:
        raise NotFound
    return found


def register_key(ctx: Context) -> tuple[str, str, date] | None:
    """All that the register of today depends on: what is built under it holds as long as it is the same.

    None when nothing may be kept. Raises NotFound when the register is off. Three statements.
    """
    authorize(ctx, Permission.CHAIN_VIEW)
    entities_kept(ctx)
    own, chain = DORA_MARKS.read(ctx.session), chain_queries.marks(ctx)
    return None if own is None or chain is None else (own[DORA], chain.chain, ctx.today)


def register_source(ctx: Context, on: date | None = None) -> RegisterSource:
    """Everything the register is built from; about fifteen statements whatever it holds, of the columns it reads.

    `on` is a day that is past: services, contracts and audits are those of that day. What the register alone asks, and
    the chain, are not kept by day: they are said as they stand. Raises Refused when the day is to come.
    """
    day = on or ctx.today
    if day > ctx.today:
        raise Refused(N_("Cette date de référence est à venir : le registre de ce jour-là n'existe pas encore."))
    entities = entities_kept(ctx)
    numbers = [one.id for one in entities]
    services = _services(ctx, numbers, day)
    world = chain_queries.chain_world(ctx)
    knot_of = world.knot_of
    providers = _facts(ctx, DoraProvider)
    supports: dict[int, list[int]] = defaultdict(list)
    pairs = select(DoraSupport.service_id, DoraSupport.function_id).order_by(DoraSupport.function_id)
    for service_id, function_id in ctx.session.execute(pairs):
        supports[service_id].append(function_id)
    judged: dict[int, dict[int, bool]] = defaultdict(dict)
    verdicts = select(DoraSubcontractor.service_id, DoraSubcontractor.company_id, DoraSubcontractor.underpins)
    verdicts = verdicts.order_by(*_OLDEST_FIRST)  # of a company with several names, the last word holds
    for service_id, number, verdict in ctx.session.execute(verdicts):
        judged[service_id][knot_of.get(number, number)] = verdict
    return RegisterSource(
        entities=entities,
        entity_facts={one.legal_entity_id: one for one in _facts(ctx, DoraEntity)},
        functions=ctx.session.scalars(
            select(DoraFunction).where(DoraFunction.legal_entity_id.in_(numbers)).order_by(DoraFunction.id)
        ).all(),
        services=services,
        service_facts={one.service_id: one for one in _facts(ctx, DoraService)},
        supports=supports,
        contracts=_contracts(ctx, {one.vendor.id for one in services}, day),
        contract_facts={one.contract_id: one for one in _facts(ctx, DoraContract)},
        by_vendor={one.vendor_id: one for one in providers if one.vendor_id is not None},
        by_company=_by_knot(providers, knot_of),
        chain=world,
        company_countries=_countries(ctx),
        judged=judged,
        audited=_last_audits(ctx, day),
        today=day,
    )


_OLDEST_FIRST = (DoraSubcontractor.decided_at, DoraSubcontractor.id)


def _by_knot(providers: Sequence[DoraProvider], knot_of: Mapping[int, int]) -> dict[int, DoraProvider]:
    """What is known of each company, by its first name that was described where several were, as `provider_facts`."""
    found: dict[int, DoraProvider] = {}
    for one in sorted(providers, key=lambda each: each.company_id or 0):
        if one.company_id is not None:
            found.setdefault(knot_of.get(one.company_id, one.company_id), one)
    return found


def _facts(ctx: Context, model: type[Facts]) -> Sequence[Facts]:
    """The rows of a table by their key, columns alone: read by the same names, none of them is written."""
    return cast("Sequence[Facts]", ctx.session.execute(_columns_of(cast(Any, model))).all())


@cache
def _columns_of(model: type[Any]) -> Select[Any]:
    table = model.__table__
    return select(*table.columns).order_by(*table.primary_key)


def _services(ctx: Context, entity_ids: Sequence[int], day: date) -> Sequence[RegisteredService]:
    had_begun = [or_(Service.started_on.is_(None), Service.started_on <= day)] if day < ctx.today else []
    rows = ctx.session.execute(
        select(
            Service.id, Service.name, Service.legal_entity_id, Service.chain,
            Vendor.id, Vendor.name, Vendor.legal_name, Vendor.country, Vendor.lei, Vendor.siren, Vendor.vat,
        )
        .join(Vendor, Vendor.id == Service.vendor_id)
        .where(
            or_(Service.legal_entity_id.in_(entity_ids), Service.legal_entity_id.is_(None)),
            Service.goes_on(day), *had_begun,
        )
        .order_by(Vendor.folded_name, Service.id)
    )  # fmt: skip
    return [RegisteredService(*row[:4], RegisteredVendor(*row[4:])) for row in rows]


def _contracts(ctx: Context, vendor_ids: set[int], day: date) -> Sequence[RegisteredContract]:
    in_force = select(
        Contract.id, Contract.key, Contract.vendor_id, Contract.service_id, Contract.legal_entity_id,
        Contract.state, Contract.effective_on, Contract.expires_on, Contract.terminates_on, Contract.term_months,
        Contract.renewal_months, Contract.notice,
    ).where(
        _was_in_force(day) if day < ctx.today else Contract.state == ContractState.IN_FORCE,
        Contract.kind == DocumentKind.PROCESSING,
        Contract.parent_id.is_(None),
    )  # fmt: skip
    rows: Iterable[Any] = ctx.session.execute(in_force.order_by(Contract.id))
    return [RegisteredContract(*row) for row in rows if row.vendor_id in vendor_ids]


def _was_in_force(day: date) -> ColumnElement[bool]:
    """A contract that held on a day that is past: it had taken effect, and holds still or held until then at least."""
    had_begun = or_(Contract.effective_on.is_(None), Contract.effective_on <= day)
    lasted = and_(Contract.state.in_(OVER), Contract.ended_on >= day)
    return and_(had_begun, or_(Contract.state == ContractState.IN_FORCE, lasted))


def _countries(ctx: Context) -> dict[int, str]:
    """Where the companies are that somebody judged, whatever the name by which they were; the first name that says."""
    judged = select(ChainCompany.knot).join(DoraSubcontractor, DoraSubcontractor.company_id == ChainCompany.id)
    rows = ctx.session.execute(
        select(ChainCompany.knot, ChainCompany.country)
        .where(ChainCompany.knot.in_(judged))
        .order_by(ChainCompany.id.desc())
    )
    return {knot: country for knot, country in rows if country}


def _last_audits(ctx: Context, day: date) -> dict[int, date]:
    supporting = select(Service.vendor_id).join(DoraSupport, DoraSupport.service_id == Service.id)
    rows = ctx.session.execute(
        select(Audit.vendor_id, func.max(Audit.accepted_at))
        .where(
            Audit.vendor_id.in_(supporting), Audit.state == AuditState.ACCEPTED, Audit.accepted_at.is_not(None),
            Audit.accepted_at < midnight(day + timedelta(days=1)),
        )
        .group_by(Audit.vendor_id)
    )  # fmt: skip
    return {vendor_id: legal_date(at) for vendor_id, at in rows if at is not None}


@dataclass(frozen=True)
class ContractChoice:
    """A contract in force that another may be under."""

    number: int
    words: str


def contracts_in_force(ctx: Context) -> list[ContractChoice]:
    """The contracts in force, by vendor and title."""
    rows = ctx.session.execute(
        select(Contract.id, Vendor.name, Contract.title)
        .join(Vendor, Vendor.id == Contract.vendor_id)
        .where(
            Contract.state == ContractState.IN_FORCE, Contract.kind == DocumentKind.PROCESSING,
            Contract.parent_id.is_(None),
        )
        .order_by(Vendor.folded_name, Contract.title, Contract.id)
    )  # fmt: skip
    return [ContractChoice(number, f"{vendor} · {title}") for number, vendor, title in rows]


def functions_of(ctx: Context, entity_id: int | None) -> Sequence[DoraFunction]:
    """The functions of an entity, in the order they were entered; of none, none."""
    if entity_id is None:
        return []
    wanted = select(DoraFunction).where(DoraFunction.legal_entity_id == entity_id).order_by(DoraFunction.id)
    return ctx.session.scalars(wanted).all()


def get_kept_entity(ctx: Context, entity_id: int) -> LegalEntity:
    """An entity whose register is kept, to be described; raises NotFound."""
    found = next((one for one in entities_kept(ctx, to=Permission.DORA_EDIT) if one.id == entity_id), None)
    if found is None:
        raise NotFound
    return found


def get_function(ctx: Context, function_id: int) -> DoraFunction:
    """A function of an entity whose register is kept; raises NotFound."""
    kept = {one.id for one in entities_kept(ctx, to=Permission.DORA_EDIT)}
    found = ctx.session.get(DoraFunction, function_id)
    if found is None or found.legal_entity_id not in kept:
        raise NotFound
    return found


def get_dora_service(ctx: Context, service_id: int) -> Service:
    """A service that may be in the register, with its vendor; raises NotFound."""
    kept = [one.id for one in entities_kept(ctx, to=Permission.DORA_EDIT)]
    found = ctx.session.scalar(
        select(Service)
        .options(joinedload(Service.vendor), joinedload(Service.legal_entity))
        .where(Service.id == service_id, or_(Service.legal_entity_id.in_(kept), Service.legal_entity_id.is_(None)))
    )
    if found is None:
        raise NotFound
    return found


def get_dora_contract(ctx: Context, contract_id: int) -> Contract:
    """A contract in force, with its vendor; raises NotFound."""
    entities_kept(ctx, to=Permission.DORA_EDIT)
    found = ctx.session.scalar(
        select(Contract)
        .options(joinedload(Contract.vendor))
        .where(Contract.id == contract_id, Contract.state == ContractState.IN_FORCE)
    )
    if found is None:
        raise NotFound
    return found


def provider_facts(ctx: Context, *, vendor_id: int | None = None, company_id: int | None = None) -> DoraProvider | None:
    """What is known of a provider: a vendor, or a company of the chain, by the name that stands for it (knot)."""
    if vendor_id is not None:
        return ctx.session.scalar(select(DoraProvider).where(DoraProvider.vendor_id == vendor_id))
    described = select(DoraProvider).join(ChainCompany, ChainCompany.id == DoraProvider.company_id)
    names = or_(ChainCompany.knot == company_id, ChainCompany.id == company_id)
    return ctx.session.scalar(described.where(names).order_by(DoraProvider.company_id).limit(1))


def reference_holder(ctx: Context, reference: str, *, but: int) -> str | None:
    """The title of another contract that has this reference, typed or as its key."""
    return ctx.session.scalar(
        select(Contract.title)
        .outerjoin(DoraContract, DoraContract.contract_id == Contract.id)
        .where(Contract.id != but, or_(DoraContract.reference == reference, Contract.key == reference))
        .limit(1)
    )


def judgements_of(ctx: Context, service: Service) -> dict[int, bool]:
    """By company of the chain, whether it was judged to underpin a service; the last judged comes last."""
    rows = ctx.session.execute(
        select(DoraSubcontractor.company_id, DoraSubcontractor.underpins)
        .where(DoraSubcontractor.service_id == service.id)
        .order_by(*_OLDEST_FIRST)
    )
    return {row[0]: row[1] for row in rows}


def judgement_of(ctx: Context, service: Service, knot: int) -> bool | None:
    """Whether a company of the chain, whatever its name, was last judged to underpin a service; None when never."""
    names = select(ChainCompany.id).where(or_(ChainCompany.knot == knot, ChainCompany.id == knot))
    return ctx.session.scalar(
        select(DoraSubcontractor.underpins)
        .where(DoraSubcontractor.service_id == service.id, DoraSubcontractor.company_id.in_(names))
        .order_by(*(one.desc() for one in _OLDEST_FIRST))
        .limit(1)
    )


def supported_by(ctx: Context, service: Service) -> list[int]:
    """The numbers of the functions that a service supports."""
    wanted = select(DoraSupport.function_id).where(DoraSupport.service_id == service.id)
    return list(ctx.session.scalars(wanted.order_by(DoraSupport.function_id)))
