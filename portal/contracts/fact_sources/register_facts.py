"""What the register says: the group's entity, the vendor's sheet, the service's sheet."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from portal.contracts.fact_sources.languages import FreeText
from portal.contracts.fact_sources.sources import (
    ENTITY,
    ENTITY_COUNTRY,
    SERVICE,
    VENDOR,
    VENDOR_COUNTRY,
    SourcedFact,
    Sources,
    day_in_words,
    label_in_sentence,
    list_items,
    one_line,
    retention_row,
)
from portal.contracts.rules.model import words
from portal.core.language import Language
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.place_names import place_name
from portal.vendors.rules.countries import in_eea
from portal.vendors.rules.facts import (
    Access,
    CustomerRelation,
    DataCategory,
    DataSubject,
    Labelled,
    SpecialCategory,
    Volume,
)
from portal.vendors.rules.naming import without_form
from portal.vendors.rules.tier import Tier

TIERS = {Tier.LOW: "standard", Tier.MEDIUM: "standard", Tier.HIGH: "renforce", Tier.CRITICAL: "critique"}
CNIL = "Commission nationale de l'informatique et des libertés (CNIL)"
_FRENCH_LAW = words("droit français", "French law")
_FRENCH_COURTS = words(
    "tribunaux français compétents pour le siège du Responsable du traitement",
    "French courts with jurisdiction over the Controller's registered office",
)
Member = TypeVar("Member", bound=Labelled)
_SPEAKS = frozenset({CustomerRelation.INBOUND, CustomerRelation.OUTBOUND})
_YES_OR_NO: dict[bool | None, str] = {True: "yes", False: "no"}


def facts_from_register(sources: Sources, language: Language) -> Iterator[SourcedFact]:
    """Every fact the register gives; transfers and sub-processors are weighed against the vendor's answers apart."""
    if sources.entity is not None:
        yield from _entity(sources.entity, language)
    yield from _vendor(sources, language)
    if sources.service is not None:
        yield from _service(sources.service, language)


def _entity(entity: LegalEntity, language: Language) -> Iterator[SourcedFact]:
    for key, text in (
        ("controller.name", entity.name),
        ("controller.registration", entity.registration),
        ("controller.address", entity.address),
        ("controller.representative", entity.representative),
        ("controller.dpo", entity.dpo_contact),
        ("controller.contact", entity.privacy_contact),
    ):
        yield SourcedFact(key, FreeText(one_line(text)), ENTITY)
    if entity.country == "FR":
        yield SourcedFact("controller.authority", CNIL, ENTITY_COUNTRY)
        yield SourcedFact("law.governing", _FRENCH_LAW.said_in(language), ENTITY_COUNTRY)
        yield SourcedFact("law.courts", _FRENCH_COURTS.said_in(language), ENTITY_COUNTRY)


def _vendor(sources: Sources, language: Language) -> Iterator[SourcedFact]:
    vendor = sources.vendor
    for key, text in (
        ("vendor.name", without_form(vendor.legal_name or vendor.name, vendor.legal_form)),
        ("vendor.legal_form", vendor.legal_form),
        ("vendor.registration", _registration(vendor, language)),
        ("vendor.address", vendor.address),
        ("vendor.country", place_name(vendor.country, language)),
        ("vendor.representative", vendor.representative),
        ("vendor.eu_representative", vendor.eu_representative),
        ("vendor.dpo_contact", vendor.dpo_contact),
        ("vendor.breach_contact", vendor.breach_contact),
    ):
        yield SourcedFact(key, FreeText(one_line(text)), VENDOR)
    if vendor.country:
        place = "eea" if in_eea(vendor.country, sources.atlas, sources.on) else "third_country"
        yield SourcedFact("vendor.established", place, VENDOR_COUNTRY)
        if place == "eea":
            yield SourcedFact("vendor.article_3_2", "no", VENDOR_COUNTRY)
        elif vendor.eu_representative:
            yield SourcedFact("vendor.article_3_2", "yes", VENDOR)
    floor, ceiling = vendor.tier_floor, vendor.tier_ceiling
    level = TIERS[vendor.tier] if vendor.tier is not None else None
    if level is None and floor and ceiling and TIERS[floor] == TIERS[ceiling]:
        level = TIERS[floor]
    if level is not None:
        yield SourcedFact("tier", level, VENDOR)
        asked = "specific" if level == TIERS[Tier.CRITICAL] else "general"
        yield SourcedFact("chain.authorisation", asked, VENDOR)


def _registration(vendor: Vendor, language: Language) -> str:
    """The number with its kind: a VAT number or an LEI is not a registration number, but it does identify."""
    siren = vendor.siren or vendor.siret[:9]
    if siren:
        return f"{siren[:3]} {siren[3:6]} {siren[6:]} (SIREN)"
    if vendor.lei:
        return f"{vendor.lei} (LEI)"
    return f"{vendor.vat} ({'VAT' if language is Language.EN else 'TVA'})" if vendor.vat else ""


def _service(service: Service, language: Language) -> Iterator[SourcedFact]:
    values = {
        "service.name": FreeText(one_line(service.name)),
        "service.description": FreeText(one_line(service.description)),
        "service.purpose": _free_items(service.purpose),
        "service.nature": _free_items(service.nature),
        "service.start": day_in_words(service.started_on, language),
        "service.duration": FreeText(one_line(service.duration)),
        "data.categories": (*_labels(DataCategory, service.categories, language), *_free_items(service.data_details)),
        "data.special": _special(service, language),
        "data.subjects": _labels(DataSubject, service.subjects, language),
        "data.volume": label_in_sentence(service.volume.label, language)
        if service.volume is not Volume.UNKNOWN
        else None,
        "data.retention": tuple(
            {column: FreeText(text) for column, text in retention_row(line).items()}
            for line in list_items(service.retention)
        ),
        "locations": tuple(place_name(code, language) for code in service.locations),
        "access.mode": service.access.value if service.access is not Access.UNKNOWN else None,
        "service.withdrawals": _YES_OR_NO.get(service.handles_withdrawals),
        "service.calls": _YES_OR_NO.get(service.calls_consumers),
        "service.collects": "yes" if service.customer_relation in _SPEAKS else None,
        "data.minors": "yes" if DataSubject.MINORS in service.subjects else None,
    }
    for key, value in values.items():
        yield SourcedFact(key, value, SERVICE)


def _free_items(text: str) -> tuple[FreeText, ...]:
    return tuple(map(FreeText, list_items(text)))


def _special(service: Service, language: Language) -> tuple[str, ...] | None:
    """The special categories; « some, unspecified » cannot be written in a contract, and is not « none » either."""
    if SpecialCategory.UNSPECIFIED in service.special_categories:
        return None
    named = _labels(SpecialCategory, service.special_categories, language)
    return named or (() if service.has_special is False else None)


def _labels(kind: type[Member], values: Sequence[str], language: Language) -> tuple[str, ...]:
    known = {member.value: label_in_sentence(member.label, language) for member in kind}
    return tuple(known.get(value, value) for value in values)
