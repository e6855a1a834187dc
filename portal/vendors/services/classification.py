"""The tier of a vendor, computed again whenever what it does for us changes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from portal.authz.context import Context
from portal.jobs.ledger import publish, publish_many
from portal.journal import services as journal
from portal.vendors import reference
from portal.vendors.events import ServicesChanged, VendorReclassified
from portal.vendors.models import Service, Vendor
from portal.vendors.rules.countries import transfer_exposure
from portal.vendors.rules.facts import Access, Criticality, DataCategory, ServiceFacts, Volume, special_of, subjects_of
from portal.vendors.rules.standing import BINDING
from portal.vendors.rules.tier import InherentRisk, RiskTerm, inherent_risk, vendor_risk

BATCH = 500
LATELY = timedelta(days=30)
"""How far back the end of a service is looked for: a portal that was down for a month misses none."""


def reclassify(ctx: Context, vendor: Vendor) -> None:
    """Weigh the vendor's services again; a change of tier or risk is journalled and announced."""
    ctx.session.flush()
    services = ctx.session.scalars(select(Service).where(Service.vendor_id == vendor.id).order_by(Service.id)).all()
    settle_all(ctx, [(vendor, services)])
    if vendor.standing in BINDING:
        publish(ctx, ServicesChanged(vendor.id), key=f"{vendor.id}:{ctx.now.isoformat()}")


def reclassify_some(ctx: Context, after: int = 0) -> int | None:
    """Weigh again the vendors that follow an id, few enough for one transaction.

    Returns the last one's id, or None once no vendor follows. Facts do not move by themselves, their weight does:
    services end, adequacy decisions lapse, the scale's file is revised.
    """
    vendors = ctx.session.scalars(select(Vendor).where(Vendor.id > after).order_by(Vendor.id).limit(BATCH)).all()
    held: dict[int, list[Service]] = defaultdict(list)
    ids = [vendor.id for vendor in vendors]
    for service in ctx.session.scalars(select(Service).where(Service.vendor_id.in_(ids)).order_by(Service.id)):
        held[service.vendor_id].append(service)
    settle_all(ctx, [(vendor, held[vendor.id]) for vendor in vendors])
    publish_many(ctx, [*_ended(ctx.today, vendors, held)])
    return ids[-1] if len(ids) == BATCH else None


def _ended(
    today: date, vendors: Iterable[Vendor], held: Mapping[int, Iterable[Service]]
) -> Iterator[tuple[ServicesChanged, str]]:
    """The vendors bound by a contract of which a service has ended lately, each told once for a day."""
    for vendor in vendors:
        days = [one.ended_on for one in held.get(vendor.id, ()) if one.ended_on is not None and one.ended_on <= today]
        if days and vendor.standing in BINDING and max(days) > today - LATELY:
            yield ServicesChanged(vendor.id), f"{vendor.id}:{max(days)}"


def settle_all(ctx: Context, held: Iterable[tuple[Vendor, Iterable[Service]]]) -> None:
    """Weigh vendors again from their services as they stand in memory; few statements whatever their number."""
    facts: list[tuple[VendorReclassified, str]] = []
    for vendor, services in held:
        before, after = journal.changes(vendor, classification(services, on=ctx.today))
        told = after.keys() & {"tier", "inherent", "tier_floor", "tier_ceiling"}
        if not told:
            continue
        journal.record(
            ctx, "vendor.reclassified", vendor, before={k: before[k] for k in told}, after={k: after[k] for k in told}
        )
        was = before.get("tier", vendor.tier)
        facts.append((VendorReclassified(vendor.id, was, vendor.tier), f"{vendor.id}:{ctx.now.isoformat()}"))
    if facts:
        publish_many(ctx, facts)


def classification(services: Iterable[Service], *, on: date) -> Mapping[str, Any]:
    """The columns of a vendor that its services decide; a service that has ended weighs nothing more."""
    live = [service for service in services if service.ended_on is None or service.ended_on > on]
    weighed = [(_weigh(facts_of(service, on=on)), service) for service in live]
    found = vendor_risk([risk for risk, _ in weighed])
    if found is None:
        return {"tier": None, "inherent": None, "tier_floor": None, "tier_ceiling": None, "tier_terms": []}
    name = next(service.name for risk, service in weighed if risk is found.heaviest)
    return {
        "tier": found.tier,
        "inherent": found.inherent,
        "tier_floor": found.floor,
        "tier_ceiling": found.ceiling,
        "tier_terms": [_term(term, name) for term in found.heaviest.terms],
    }


def facts_of(service: Service, *, on: date) -> ServiceFacts:
    """What the rules weigh of a service; adequacy and membership of the EEA are those of the day."""
    return ServiceFacts(
        special=special_of(service.has_special, service.special_categories),
        data=frozenset(map(DataCategory, service.categories)) or None,
        subjects=subjects_of(service.has_vulnerable, service.subjects),
        volume=None if service.volume is Volume.UNKNOWN else service.volume,
        access=None if service.access is Access.UNKNOWN else service.access,
        exposure=transfer_exposure(service.locations, reference.atlas(), on),
        criticality=None if service.criticality is None else Criticality(service.criticality),
        customer_relation=service.customer_relation,
        chain=service.chain,
    )


@lru_cache(maxsize=4096)
def _weigh(facts: ServiceFacts) -> InherentRisk:
    """The rows of a list say the same few things of many services."""
    return inherent_risk(facts, reference.inherent_scale())


def _term(term: RiskTerm, service: str) -> dict[str, Any]:
    return {
        "factor": term.factor.value,
        "text": term.sentence.text,
        "values": dict(term.sentence.values),
        "points": term.points,
        "most": reference.inherent_scale().worst(term.factor),
        "known": term.known,
        "service": service,
    }
