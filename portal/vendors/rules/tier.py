"""Inherent risk of a service and tier of a vendor, before any guarantee is counted; every point is explained."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say
from portal.vendors.rules.facts import (
    Access,
    Chain,
    Criticality,
    CustomerRelation,
    DataCategory,
    DataSubject,
    Exposure,
    Labelled,
    ServiceFacts,
    SpecialCategory,
    Volume,
)

FULL = 100
"""Points of the heaviest conceivable service."""


class Tier(Labelled):
    """Class of a vendor by inherent risk: sets how deep and how often it is audited."""

    LOW = "faible", N_("Faible")
    MEDIUM = "moyen", N_("Moyen")
    HIGH = "eleve", N_("Élevé")
    CRITICAL = "critique", N_("Critique")

    @property
    def rank(self) -> int:
        """0 for the lightest; tiers compare by rank, never by their words.

        >>> Tier.CRITICAL.rank > Tier.HIGH.rank
        True
        """
        return _RANKS[self]


_RANKS = {tier: rank for rank, tier in enumerate(Tier)}
AT_RISK = frozenset({Tier.HIGH, Tier.CRITICAL})
"""Classes of vendors that management answers for one by one."""
AT_RISK_VALUES = (4, 5)
"""The inherent risks of these classes, of 1–5; a vendor may have one while its class is not known yet."""


class RiskFactor(Labelled):
    """What is weighed; the value is the field of `ServiceFacts` and the table of the data file."""

    SPECIAL = "special", N_("Données sensibles")
    DATA = "data", N_("Autres données personnelles")
    SUBJECTS = "subjects", N_("Personnes concernées")
    VOLUME = "volume", N_("Volume")
    ACCESS = "access", N_("Accès aux données")
    EXPOSURE = "exposure", N_("Localisation")
    CRITICALITY = "criticality", N_("Criticité du service")
    CUSTOMER_RELATION = "customer_relation", N_("Relation avec les personnes")
    CHAIN = "chain", N_("Sous-traitance ultérieure")


_SETS: Mapping[RiskFactor, tuple[type[Enum], str]] = {
    RiskFactor.SPECIAL: (SpecialCategory, N_("Aucune donnée sensible")),
    RiskFactor.DATA: (DataCategory, N_("Aucune autre donnée personnelle")),
    RiskFactor.SUBJECTS: (DataSubject, N_("Aucune personne vulnérable")),
}
"""Factors of several facts at once, with the words for none of them."""
_LEVELS: Mapping[RiskFactor, type[Enum]] = {
    RiskFactor.VOLUME: Volume,
    RiskFactor.ACCESS: Access,
    RiskFactor.EXPOSURE: Exposure,
    RiskFactor.CRITICALITY: Criticality,
    RiskFactor.CUSTOMER_RELATION: CustomerRelation,
    RiskFactor.CHAIN: Chain,
}
"""Factors of one fact, in order of growing risk."""


@dataclass(frozen=True)
class TierBand:
    """From how many points on a service has a value (1–5) and a tier."""

    start: int
    value: int
    tier: Tier


@dataclass(frozen=True)
class InherentScale:
    """The weights of a dated data file, checked by `read_scale`."""

    valid_from: date
    source: str
    bands: tuple[TierBand, ...]
    points: Mapping[RiskFactor, Mapping[str, int]]
    unknown: Mapping[RiskFactor, int]

    def worst(self, factor: RiskFactor) -> int:
        """The most that a factor can weigh."""
        return max(self.points[factor].values())

    def best(self, factor: RiskFactor) -> int:
        """The least that a factor can weigh."""
        return 0 if factor in _SETS else min(self.points[factor].values())

    def band(self, points: int) -> TierBand:
        """The band that a number of points falls into."""
        return [band for band in self.bands if band.start <= points][-1]


@dataclass(frozen=True)
class RiskTerm:
    """One line of the explanation; the points of all lines add up to the result."""

    factor: RiskFactor
    sentence: Sentence
    points: int
    known: bool = True


@dataclass(frozen=True)
class InherentRisk:
    """The inherent risk of a service: 1–5, its tier, why, and what is not known."""

    points: int
    value: int
    tier: Tier
    terms: tuple[RiskTerm, ...]
    floor: TierBand
    """Where it would stand if every unknown fact turned out to be the best."""
    ceiling: Tier
    """The tier if every unknown fact turned out to be the worst."""

    @property
    def unknown(self) -> tuple[RiskFactor, ...]:
        """What nobody has said."""
        return tuple(term.factor for term in self.terms if not term.known)


def inherent_risk(facts: ServiceFacts, scale: InherentScale) -> InherentRisk:
    """Weigh a service: per factor, the points of its heaviest known fact; the points of all factors add up.

    An unknown fact counts the scale's `unknown` points, always more than the best answer, is listed, and `ceiling` says
    how far it may lead: saying nothing never makes a service look safer than saying the best.
    """
    terms = tuple(_term(factor, getattr(facts, factor), scale) for factor in RiskFactor)
    points = sum(term.points for term in terms)
    best = sum(term.points if term.known else scale.best(term.factor) for term in terms)
    worst = sum(term.points if term.known else scale.worst(term.factor) for term in terms)
    band = scale.band(points)
    return InherentRisk(points, band.value, band.tier, terms, scale.band(best), scale.band(worst).tier)


def _term(factor: RiskFactor, fact: Any, scale: InherentScale) -> RiskTerm:
    if fact is None or fact in (Volume.UNKNOWN, Access.UNKNOWN):
        return RiskTerm(factor, say("Non renseigné : compté par prudence."), scale.unknown[factor], known=False)
    weights = scale.points[factor]
    if factor in _SETS:
        if not fact:
            return RiskTerm(factor, Sentence(_SETS[factor][1]), 0)
        # Ties are told by the first in the order of the form, so that the explanation is stable.
        order = list(_SETS[factor][0])
        fact = max(sorted(fact, key=order.index), key=lambda member: weights[str(member.value)])
    return RiskTerm(factor, Sentence(fact.label), weights[str(fact.value)])


@dataclass(frozen=True)
class VendorRisk:
    """What the services of a vendor make of it; a tier that an unknown fact could still change is not known."""

    tier: Tier | None
    inherent: int | None
    """1–5; for a vendor at risk for certain whose tier is not known, the least it can be; else None with the tier."""
    floor: Tier
    ceiling: Tier
    heaviest: InherentRisk


def vendor_risk(services: Sequence[InherentRisk]) -> VendorRisk | None:
    """The risk of a vendor from those of its services, None if it has none: unknown is neither low nor medium."""
    heaviest = heaviest_risk(services)
    if heaviest is None:
        return None
    # An unknown fact of a lighter service may yet make it the heaviest.
    ceiling = max((risk.ceiling for risk in services), key=lambda tier: tier.rank)
    floor = max((risk.floor for risk in services), key=lambda band: band.value)
    if floor.tier is ceiling:
        return VendorRisk(ceiling, heaviest.value, ceiling, ceiling, heaviest)
    return VendorRisk(None, floor.value if floor.tier in AT_RISK else None, floor.tier, ceiling, heaviest)


def heaviest_risk(services: Iterable[InherentRisk]) -> InherentRisk | None:
    """The inherent risk of a vendor: that of its heaviest service, None if it has none (unknown is not low)."""
    return max(services, key=lambda risk: risk.points, default=None)


def read_scale(document: Mapping[str, Any]) -> InherentScale:
    """The scale of a parsed data file; ValueError lists everything that is wrong with it, in French."""
    problems = list(_scale_problems(document))
    if problems:
        raise ValueError("\n".join(problems))
    tables = document["factors"]
    return InherentScale(
        valid_from=document["valid_from"],
        source=document["source"],
        bands=tuple(TierBand(band["from"], band["value"], Tier(band["tier"])) for band in document["bands"]),
        points={factor: {k: v for k, v in tables[factor].items() if k != "unknown"} for factor in RiskFactor},
        unknown={factor: tables[factor]["unknown"] for factor in RiskFactor},
    )


def _scale_problems(document: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(document.get("valid_from"), date) or not document.get("source"):
        yield "il faut valid_from (une date) et source."
    tables = document.get("factors", {})
    for unexpected in tables.keys() - set(RiskFactor):
        yield f"factors.{unexpected} : facteur inconnu."
    found = [problem for factor in RiskFactor for problem in _factor_problems(factor, tables.get(factor, {}))]
    yield from found
    if not found and (total := sum(max(tables[factor].values()) for factor in RiskFactor)) != FULL:
        yield f"factors : les maxima s'additionnent à {total}, non à {FULL}."
    yield from _band_problems(document.get("bands", []))


def _factor_problems(factor: RiskFactor, table: Mapping[str, Any]) -> Iterator[str]:
    kind = _SETS[factor][0] if factor in _SETS else _LEVELS[factor]
    expected = [str(member.value) for member in kind if member not in (Volume.UNKNOWN, Access.UNKNOWN)]
    yield from (f"factors.{factor}.{name} : manque." for name in [*expected, "unknown"] if name not in table)
    yield from (f"factors.{factor}.{name} : inconnu." for name in table if name not in [*expected, "unknown"])
    weights = [table[name] for name in expected if name in table]
    if not all(isinstance(points, int) and points >= 0 for points in table.values()):
        yield f"factors.{factor} : les points sont des nombres entiers, zéro ou plus."
    elif weights and not min(0 if factor in _SETS else FULL, *weights) < table.get("unknown", 1) <= max(weights):
        yield f"factors.{factor}.unknown : doit peser plus que le meilleur fait, et pas plus que le pire."
    elif factor in _LEVELS and weights != sorted(weights):
        yield f"factors.{factor} : les points doivent croître dans l'ordre {', '.join(expected)}."


def _band_problems(bands: Any) -> Iterator[str]:
    try:
        read = [(band["from"], band["value"], Tier(band["tier"]).rank) for band in bands]
    except (KeyError, TypeError, ValueError):
        yield "bands : chaque palier a from, value et tier (faible, moyen, eleve, critique)."
        return
    if [value for _, value, _ in read] != [1, 2, 3, 4, 5] or read[0][0] != 0:
        yield "bands : il faut cinq paliers, de value 1 (à partir de 0 point) à value 5."
    starts, ranks = [start for start, _, _ in read], [rank for _, _, rank in read]
    if starts != sorted(set(starts)) or ranks != sorted(ranks) or starts[-1:] > [FULL]:
        yield "bands : les seuils croissent strictement jusqu'à 100 au plus, et les niveaux ne redescendent pas."
