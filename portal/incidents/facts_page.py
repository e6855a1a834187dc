"""The facts of a breach in words, for pages, letters and the register alike."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from babel.numbers import format_decimal

from portal.core.dataclass import dataclass
from portal.core.dates import LOCALES, written_time
from portal.core.language import N_, Language, semicolon
from portal.core.translation import translate
from portal.incidents.affected_processing import AffectedLine
from portal.incidents.rules.breach_facts import BreachCause, BreachFacts, BreachNature
from portal.vendors.rules.facts import DataCategory, DataSubject, SpecialCategory, Volume

FACT_LABELS: Mapping[str, str] = {
    "what": N_("Ce qui s'est passé"),
    "noticed_at": N_("Découverte par le prestataire"),
    "began_at": N_("Commencée"),
    "nature": N_("Ce qui est arrivé aux données"),
    "cause": N_("Origine"),
    "services": N_("Prestations concernées"),
    "categories": N_("Données concernées"),
    "subjects": N_("Personnes concernées"),
    "persons": N_("Nombre de personnes, environ"),
    "records": N_("Nombre d'enregistrements, environ"),
    "consequences": N_("Ce que peuvent craindre les personnes"),
    "measures": N_("Ce qui a été fait ou va l'être"),
    "contact": N_("Qui peut en dire plus"),
}
OWN_LABELS: Mapping[str, str] = {**FACT_LABELS, "noticed_at": N_("Découverte par vous")}
"""What they are called for the vendor that declares it."""
FACT_WORDS: Mapping[str, Mapping[str, str]] = {
    "nature": {one.value: one.label for one in BreachNature},
    "cause": {one.value: one.label for one in BreachCause if one is not BreachCause.UNKNOWN},
    "categories": {one.value: one.label for kind in (DataCategory, SpecialCategory) for one in kind},
    "subjects": {one.value: one.label for one in DataSubject},
}
"""What the values of those that choose from a list are called."""


def moment(at: datetime, language: Language) -> str:
    """A moment in letters, legal time."""
    return written_time(at, language, join=" at " if language is Language.EN else " à ")


@dataclass(frozen=True)
class SaidMoment:
    """A moment as a value of a sentence."""

    at: datetime

    def read(self, language: Language) -> str:
        """In letters."""
        return moment(self.at, language)


def fact_text(name: str, value: Any, services: Mapping[int, str], language: Language) -> str:
    """One fact in words, from its JSON value; empty when it is not known."""
    if value in (None, "", [], ()):
        return ""
    if name in {"noticed_at", "began_at"}:
        return moment(value if isinstance(value, datetime) else datetime.fromisoformat(value), language)
    if name == "services":
        return semicolon(language).join(services.get(number, str(number)) for number in value)
    if name == "cause":
        return translate(FACT_WORDS[name].get(value, ""), language)
    if name in FACT_WORDS:
        return semicolon(language).join(translate(FACT_WORDS[name].get(one, one), language) for one in value)
    return format_decimal(value, locale=LOCALES[language]) if isinstance(value, int) else str(value)


def fact_rows(
    facts: BreachFacts, services: Mapping[int, str], language: Language, *, names: Iterable[str] = FACT_LABELS,
    labels: Mapping[str, str] = FACT_LABELS,
) -> list[tuple[str, str]]:  # fmt: skip
    """Each fact with its name, in words; what is not known is empty."""
    return [
        (translate(labels[name], language), fact_text(name, getattr(facts, name), services, language)) for name in names
    ]


def said_rows(
    said: Mapping[str, Any], services: Mapping[int, str], language: Language, *,
    labels: Mapping[str, str] = FACT_LABELS,
) -> list[tuple[str, str]]:  # fmt: skip
    """What a phase says anew, in words."""
    return [
        (translate(labels[name], language), fact_text(name, said[name], services, language))
        for name in FACT_LABELS
        if name in said and (said[name] != BreachCause.UNKNOWN.value)
    ]


def line_text(line: AffectedLine, language: Language) -> str:
    """A line of the register that a breach touches, in one line of words."""
    volume = translate(Volume(line.volume).label, language) if line.volume else ""
    via = translate(N_("par %(vendor)s"), language) % {"vendor": line.via} if line.via else ""
    said = [
        line.entity, fact_text("subjects", line.subjects, {}, language),
        fact_text("categories", line.categories, {}, language), volume, via,
    ]  # fmt: skip
    return f"{line.name} ({' · '.join(filter(None, said))})"
