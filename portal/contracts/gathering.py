"""Where a contract's facts come from: the register first, then the vendor's own answers, then what legal typed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from babel import Locale
from babel.dates import format_date

from portal.contracts.rules import FACTS, Facts, Kind
from portal.contracts.rules.facts import Row, Value
from portal.core.language import Language, Sentence, say
from portal.core.translation import translate
from portal.questionnaires.rules import GivenAnswer, Questionnaire
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.rules.countries import Atlas, in_eea
from portal.vendors.rules.facts import Access, DataCategory, Labelled, SpecialCategory, Subject, Volume
from portal.vendors.rules.tier import Tier

REGISTER = say("Fiche du sous-traitant")
ANSWERS = say("Réponses du sous-traitant")
TYPED = say("Saisi pour ce contrat")
TIERS = {Tier.LOW: "standard", Tier.MEDIUM: "standard", Tier.HIGH: "renforce", Tier.CRITICAL: "critique"}
REGIONS = {
    "EU": say("Union européenne"),
    "EEA": say("Espace économique européen"),
    "WORLD": say("Monde entier"),
}
Member = TypeVar("Member", bound=Labelled)


@dataclass(frozen=True)
class AnswerSheet:
    """A vendor's submitted answers with the names of the files attached to each."""

    questionnaire: Questionnaire
    answers: Mapping[str, GivenAnswer]
    files: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Sources:
    """Everything a contract may draw from."""

    entity: LegalEntity | None
    vendor: Vendor
    service: Service | None
    sheet: AnswerSheet | None
    typed: Mapping[str, Any]
    atlas: Atlas
    on: date


def facts_from(sources: Sources, language: Language) -> Facts:
    """The facts known today, in the contract's language, each with its source; what nobody said stays out."""
    found: dict[str, tuple[Value, Sentence]] = {}
    for values, origin in (
        (_answers(sources, language), ANSWERS),
        (_register(sources, language), REGISTER),
        (_typed(sources.typed), TYPED),
    ):
        # A later source wins: legal corrects the register, the register corrects the vendor's own words.
        found.update({key: (value, origin) for key, value in values if _says_something(key, value)})
    return Facts(
        {key: value for key, (value, _) in found.items()},
        {key: translate(origin, language) for key, (_, origin) in found.items()},
    )


def _says_something(key: str, value: Value) -> bool:
    return value not in (None, "") and (value != () or FACTS[key].none is not None)


def _register(sources: Sources, language: Language) -> Iterator[tuple[str, Value]]:
    yield from _controller(sources.entity)
    yield from _vendor(sources, language)
    if sources.service is not None:
        yield from _service(sources, sources.service, language)


def _controller(entity: LegalEntity | None) -> Iterator[tuple[str, Value]]:
    if entity is None:
        return
    yield "controller.name", entity.name
    yield "controller.registration", entity.registration
    yield "controller.address", entity.address
    yield "controller.representative", entity.representative
    yield "controller.dpo", entity.dpo_contact
    yield "controller.contact", entity.privacy_contact
    if entity.country == "FR":
        yield "controller.authority", "Commission nationale de l'informatique et des libertés (CNIL)"


def _vendor(sources: Sources, language: Language) -> Iterator[tuple[str, Value]]:
    vendor = sources.vendor
    yield "vendor.name", vendor.legal_name or vendor.name
    yield "vendor.legal_form", vendor.legal_form
    yield "vendor.registration", vendor.siren or vendor.siret or vendor.vat or vendor.lei
    yield "vendor.address", vendor.address
    yield "vendor.country", _country(vendor.country, language)
    if vendor.country:
        yield "vendor.established", "eea" if in_eea(vendor.country, sources.atlas, sources.on) else "third_country"
    yield "vendor.representative", vendor.representative
    yield "vendor.dpo_contact", vendor.dpo_contact
    yield "vendor.breach_contact", vendor.breach_contact
    if vendor.tier is not None:
        yield "tier", TIERS[vendor.tier]


def _service(sources: Sources, service: Service, language: Language) -> Iterator[tuple[str, Value]]:
    yield "service.name", service.name
    yield "service.description", service.name if service.purpose else None
    yield "service.purpose", tuple(line for line in service.purpose.split("\n") if line.strip())
    yield "service.nature", tuple(line for line in service.nature.split("\n") if line.strip())
    yield "service.start", _day(service.started_on, language)
    yield "service.duration", service.duration
    yield "data.categories", _labels(DataCategory, service.categories, language)
    if service.has_special is not None:
        yield (
            "data.special",
            _labels(SpecialCategory, service.special_categories, language) if service.has_special else (),
        )
    yield "data.subjects", _labels(Subject, service.subjects, language)
    if service.volume is not Volume.UNKNOWN:
        yield "data.volume", translate(service.volume.label, language)
    yield "locations", tuple(_place(code, language) for code in service.locations)
    if service.access is not Access.UNKNOWN:
        yield "access.mode", service.access.value
    yield "transfers.mechanism", service.transfer_mechanism or None
    if service.transfer_mechanism == "none":
        yield "transfers.rows", ()


def _labels(kind: type[Member], values: Sequence[str], language: Language) -> tuple[str, ...]:
    known = {member.value: translate(member.label, language) for member in kind}
    return tuple(known.get(value, value) for value in values)


def _country(code: str, language: Language) -> str:
    return str(Locale(language.value).territories.get(code, code)) if code else ""


def _place(code: str, language: Language) -> str:
    return translate(REGIONS[code], language) if code in REGIONS else _country(code, language)


def _day(day: date | None, language: Language) -> str:
    locale = "en_GB" if language is Language.EN else "fr_FR"
    return format_date(day, "d MMMM yyyy", locale=locale) if day is not None else ""


def _answers(sources: Sources, language: Language) -> Iterator[tuple[str, Value]]:
    sheet = sources.sheet
    if sheet is None:
        return
    yield "measures", _measures(sheet, language)
    if _value(sheet, "chaine.recours") == "non":
        yield "subprocessors", ()
    else:
        yield "subprocessors", tuple(_subprocessors(sheet, language))
    places = _rows(sheet, "transferts.lieux")
    if places:
        yield "locations", tuple(dict.fromkeys(_country(row.get("pays") or "", language) for row in places))
    outside = [row for row in places if row.get("mecanisme") not in {"eee", None, ""}]
    yield "transfers.rows", tuple(_transfer(sheet, row, language) for row in outside) if places else None
    yield "transfers.mechanism", _mechanism(places)
    contacts = _rows(sheet, "gouvernance.dpo-contact")
    if contacts:
        first = contacts[0]
        yield "vendor.dpo_contact", ", ".join(v for k in ("nom", "email", "telephone") if (v := first.get(k)))


def _mechanism(places: Sequence[Row]) -> str | None:
    """One regime for the whole: standard clauses as soon as one place needs them; unknown while one place is."""
    said = {row.get("mecanisme") for row in places}
    if not places or said & {"inconnu", "derogation", "bcr", None, ""}:
        return None
    if "cct" in said:
        return "scc"
    return "adequacy" if said & {"adequation", "dpf"} else "none"


def _transfer(sheet: AnswerSheet, row: Row, language: Language) -> Row:
    return {
        "importer": row.get("organisme"),
        "country": _country(row.get("pays") or "", language),
        "purpose": _cell_label(sheet, "transferts.lieux", "usage", row.get("usage"), language),
        "tool": _cell_label(sheet, "transferts.lieux", "mecanisme", row.get("mecanisme"), language),
        "assessment": row.get("analyse"),
        "measures": None,
    }


def _subprocessors(sheet: AnswerSheet, language: Language) -> Iterator[Row]:
    for row in _rows(sheet, "chaine.liste"):
        yield {
            "name": row.get("nom"),
            "address": row.get("adresse"),
            "contact": row.get("contact"),
            "service": row.get("service"),
            "country": _country(row.get("pays") or "", language),
            "transfer": None,
        }


def _measures(sheet: AnswerSheet, language: Language) -> tuple[Row, ...]:
    question = _question(sheet, "contrat.mesures")
    if question is None:
        return ()
    chosen = sheet.answers.get(question.key, GivenAnswer()).value or ()
    proofs = ", ".join(sheet.files.get(question.key, ()))
    return tuple(
        {"theme": choice.group.read(language), "measure": choice.label.read(language), "evidence": proofs or None}
        for choice in question.choices
        if choice.value in chosen and choice.group
    )


def _question(sheet: AnswerSheet, key: str) -> Any:
    return next((q for s in sheet.questionnaire.sections for q in s.questions if q.key == key), None)


def _value(sheet: AnswerSheet, key: str) -> Any:
    return sheet.answers.get(key, GivenAnswer()).value


def _rows(sheet: AnswerSheet, key: str) -> tuple[Row, ...]:
    return tuple(row for row in _value(sheet, key) or () if isinstance(row, Mapping))


def _cell_label(sheet: AnswerSheet, key: str, column: str, value: str | None, language: Language) -> str | None:
    question = _question(sheet, key)
    for found in question.columns if question is not None else ():
        if found.key == column:
            return next((c.label.read(language) for c in found.choices if c.value == value), value)
    return value


def _typed(typed: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    for key, value in typed.items():
        if key in FACTS and FACTS[key].kind is not Kind.ROWS:
            yield key, tuple(value) if isinstance(value, list) else value
