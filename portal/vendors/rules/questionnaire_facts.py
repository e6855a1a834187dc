"""What is known of a service when questionnaires are chosen for its vendor; what nobody has said is not there."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Protocol

from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.vendors.rules.facts import (
    Access,
    Chain,
    CustomerRelation,
    DataSubject,
    Exposure,
    SpecialCategory,
    special_of,
)

YES, NO = "oui", "non"
_YES_OR_NO = frozenset({YES, NO})


@dataclass(frozen=True)
class FactKind:
    """A fact of a service: the question that asks it of whoever answers for the vendor, and its possible values."""

    question: Sentence
    values: frozenset[str]


FACT_KINDS: Mapping[str, FactKind] = MappingProxyType({
    "access": FactKind(say("Comment accède-t-il aux données ?"), frozenset(Access) - {Access.UNKNOWN}),
    "special": FactKind(say("Traite-t-il des données sensibles ?"), frozenset(SpecialCategory)),
    "transfer": FactKind(say("Dans quels pays sont les données ?"), frozenset(Exposure)),
    "chain": FactKind(say("Fait-il appel à d'autres sociétés ?"), frozenset(Chain)),
    "customers": FactKind(say("Parle-t-il aux personnes en notre nom ?"), frozenset(CustomerRelation)),
    "withdrawals": FactKind(say("Des rétractations, retours ou remboursements passent-ils par lui ?"), _YES_OR_NO),
    "calls": FactKind(say("Démarche-t-il des consommateurs par téléphone ?"), _YES_OR_NO),
    "health_hosting": FactKind(say("Héberge-t-il des données de santé ?"), _YES_OR_NO),
    "ai": FactKind(say("Utilise-t-il l'intelligence artificielle ?"), _YES_OR_NO),
    "cloud": FactKind(say("Est-ce un logiciel ou un hébergement en nuage ?"), _YES_OR_NO),
    "minors": FactKind(say("Des mineurs sont-ils concernés ?"), _YES_OR_NO),
    "financial": FactKind(say("Travaille-t-il pour une entité financière du groupe (DORA) ?"), _YES_OR_NO),
    "nis2": FactKind(say("Travaille-t-il pour une entité soumise à NIS 2 ?"), _YES_OR_NO),
})  # fmt: skip


@dataclass(frozen=True)
class DescribedService:
    """One service, by name, and what is known of it: values of each fact that somebody has stated."""

    name: str
    facts: Mapping[str, frozenset[str]]
    number: int | None = None
    """Its row, to lead to the form that describes it."""


class _Service(Protocol):
    """The columns read of a service."""

    has_special: bool | None
    special_categories: list[str]
    subjects: list[str]
    access: Access
    customer_relation: CustomerRelation | None
    handles_withdrawals: bool | None
    calls_consumers: bool | None
    hosts_health_data: bool | None
    uses_ai: bool | None
    is_cloud: bool | None
    concerns_minors: bool | None
    chain: Chain | None
    transfer_mechanism: str


def service_facts(
    service: _Service, *, exposure: Exposure | None, financial: bool | None, nis2: bool | None
) -> Mapping[str, frozenset[str]]:
    """The facts stated of a service; `financial` and `nis2` are those of the entity it works for.

    Naming minors among the people concerned says that they are. A mechanism of transfer says that data leave the EEA,
    whatever the places named (RGPD chapter V).
    """
    special = special_of(service.has_special, service.special_categories)
    minors = True if DataSubject.MINORS in service.subjects else service.concerns_minors
    stated: dict[str, Iterable[str] | None] = {
        "access": None if service.access is Access.UNKNOWN else {service.access},
        "special": special,
        "transfer": _transfer(service.transfer_mechanism, exposure),
        "chain": _word(service.chain),
        "customers": _word(service.customer_relation),
        "withdrawals": _said(service.handles_withdrawals),
        "calls": _said(service.calls_consumers),
        "health_hosting": _said(service.hosts_health_data),
        "ai": _said(service.uses_ai),
        "cloud": _said(service.is_cloud),
        "minors": _said(minors),
        "financial": _said(financial),
        "nis2": _said(nis2),
    }
    return {name: frozenset(map(str, values)) for name, values in stated.items() if values is not None}


def entity_fact(named: bool | None, of_all: Iterable[bool | None], *, is_named: bool) -> bool | None:
    """A fact of the entity a service works for; when none is named, what all the entities of the group have in common.

    >>> entity_fact(None, [False, False], is_named=False), entity_fact(None, [False, None], is_named=False)
    (False, None)
    >>> entity_fact(None, [], is_named=False), entity_fact(True, [True, False], is_named=True)
    (None, True)
    """
    if is_named:
        return named
    found = set(of_all)
    return found.pop() if len(found) == 1 else None


def _word(value: str | None) -> set[str] | None:
    return None if value is None else {value}


def _said(value: bool | None) -> set[str] | None:
    return None if value is None else {YES if value else NO}


def _transfer(mechanism: str, exposure: Exposure | None) -> set[str] | None:
    found = {str(exposure)} if exposure is not None else set()
    if mechanism == "adequacy":
        found.add(Exposure.ADEQUATE)
    elif mechanism == "scc":
        found.add(Exposure.THIRD_COUNTRY)
    return found or ({str(Exposure.EEA)} if mechanism == "none" else None)
