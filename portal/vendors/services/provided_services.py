"""What a vendor does for us: services added, revised, ended; each change weighs the vendor again."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_, Sentence, say
from portal.journal import services as journal
from portal.vendors import reference
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.rules.facts import (
    VULNERABLE_SUBJECTS,
    Access,
    Chain,
    Criticality,
    CustomerRelation,
    DataCategory,
    DataSubject,
    SpecialCategory,
    Volume,
)
from portal.vendors.services.classification import reclassify
from portal.vendors.services.refusals import InvalidSheet

MECHANISMS = {
    "none": N_("Aucun transfert hors de l'Espace économique européen"),
    "adequacy": N_("Décision d'adéquation (RGPD art. 45)"),
    "scc": N_("Clauses contractuelles types (RGPD art. 46(2)(c))"),
}
"""What a transfer rests on (RGPD chapter V); none of them said is the empty string."""


@dataclass(frozen=True)
class ServiceSheet:
    """What a person says of a service; None, or an empty list of facts, is what nobody has said."""

    name: str
    legal_entity_id: int | None = None
    description: str = ""
    purpose: str = ""
    nature: str = ""
    categories: tuple[DataCategory, ...] = ()
    has_special: bool | None = None
    special_categories: tuple[SpecialCategory, ...] = ()
    data_details: str = ""
    subjects: tuple[DataSubject, ...] = ()
    volume: Volume = Volume.UNKNOWN
    locations: tuple[str, ...] = ()
    """ISO 3166 codes, or the regions EU, EEA, WORLD."""
    access: Access = Access.UNKNOWN
    criticality: Criticality | None = None
    customer_relation: CustomerRelation | None = None
    handles_withdrawals: bool | None = None
    calls_consumers: bool | None = None
    hosts_health_data: bool | None = None
    uses_ai: bool | None = None
    is_cloud: bool | None = None
    concerns_minors: bool | None = None
    chain: Chain | None = None
    transfer_mechanism: str = ""
    retention: str = ""
    started_on: date | None = None
    duration: str = ""
    ended_on: date | None = None


def add_service(ctx: Context, vendor: Vendor, sheet: ServiceSheet) -> Service:
    """Describe something more that a vendor does for us; raises InvalidSheet."""
    authorize(ctx, Permission.VENDOR_EDIT, vendor)
    columns = _columns(ctx, sheet)
    service = Service(vendor=vendor, **columns, notes={})
    ctx.session.add(service)
    ctx.session.flush()
    stated = {name: value for name, value in columns.items() if value not in ("", None, [])}
    journal.record(ctx, "service.added", service, after=_journal_values(ctx, stated))
    reclassify(ctx, vendor)
    return service


def revise_service(ctx: Context, service: Service, sheet: ServiceSheet) -> None:
    """Correct what is said of a service; raises InvalidSheet."""
    authorize(ctx, Permission.VENDOR_EDIT, service)
    before, after = journal.changes(service, _columns(ctx, sheet))
    if after:
        journal.record(
            ctx, "service.revised", service, before=_journal_values(ctx, before), after=_journal_values(ctx, after)
        )
        reclassify(ctx, service.vendor)


def end_service(ctx: Context, service: Service, on: date) -> None:
    """Say on which day a service ends; from that day it weighs nothing. Raises Refused on a day before its start."""
    authorize(ctx, Permission.VENDOR_EDIT, service)
    if service.started_on is not None and on < service.started_on:
        raise Refused(N_("La fin ne peut pas précéder le début (%(start)s)."), start=service.started_on)
    before, after = journal.changes(service, {"ended_on": on})
    if after:
        journal.record(ctx, "service.ended", service, before=before, after=after)
        reclassify(ctx, service.vendor)


def _columns(ctx: Context, sheet: ServiceSheet) -> dict[str, Any]:
    faults = dict(_faults(sheet))
    if sheet.legal_entity_id is not None and ctx.session.get(LegalEntity, sheet.legal_entity_id) is None:
        faults["legal_entity_id"] = say("Cette entité n'existe pas.")
    if faults:
        raise InvalidSheet(faults)
    lists = {name: list(value) for name, value in asdict(sheet).items() if isinstance(value, tuple)}
    criticality = None if sheet.criticality is None else int(sheet.criticality)
    vulnerable = bool(VULNERABLE_SUBJECTS & set(sheet.subjects)) if sheet.subjects else None
    return {**asdict(sheet), **lists, "criticality": criticality, "has_vulnerable": vulnerable}


def _journal_values(ctx: Context, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the journal keeps: the legal entity by its name, which outlives its row."""
    told = dict(values)
    if "legal_entity_id" in values:
        entity_id = told.pop("legal_entity_id")
        entity = ctx.session.get(LegalEntity, entity_id) if entity_id is not None else None
        told["legal_entity"] = entity.name if entity else None
    return told


def _faults(sheet: ServiceSheet) -> Mapping[str, Sentence]:
    faults: dict[str, Sentence] = {}
    if not sheet.name.strip():
        faults["name"] = say("Donnez un nom à cette prestation.")
    atlas = reference.atlas()
    if unknown := [place for place in sheet.locations if place not in atlas.codes | atlas.regions]:
        faults["locations"] = say("Lieu inconnu : %(place)s.", place=unknown[0])
    if sheet.has_special is False and sheet.special_categories:
        faults["special_categories"] = say("Vous avez répondu qu'aucune donnée sensible n'est traitée.")
    if sheet.transfer_mechanism and sheet.transfer_mechanism not in MECHANISMS:
        faults["transfer_mechanism"] = say("Ce régime de transfert est inconnu.")
    if sheet.started_on and sheet.ended_on and sheet.ended_on < sheet.started_on:
        faults["ended_on"] = say("La fin ne peut pas précéder le début.")
    return faults
