"""How the pages and the journal name what happens to contracts."""

from collections.abc import Mapping
from typing import NamedTuple

from portal.contracts.rules.coverage import CoverageStatus
from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.rules.model import Approver, ObligationClass
from portal.core.language import N_
from portal.journal.wording import name_words


class StatusBadge(NamedTuple):
    """A status as a badge: a word and a tone (the tone brings its icon)."""

    label: str
    tone: str


STATUSES: Mapping[str, StatusBadge] = {
    CoverageStatus.COVERED.value: StatusBadge(N_("Couverte"), "ok"),
    CoverageStatus.INCOMPLETE.value: StatusBadge(N_("À compléter"), "warning"),
    CoverageStatus.UNCOVERED.value: StatusBadge(N_("Non couverte"), "danger"),
}
POSITIONS: Mapping[str, str] = {
    "preferred": N_("Position préférée"),
    "acceptable": N_("Repli acceptable"),
}
APPROVERS: Mapping[str, str] = {
    Approver.LEGAL.value: N_("Accordé par un juriste."),
    Approver.OFFICER.value: N_("Accordé par le délégué à la protection des données."),
    Approver.MANAGEMENT.value: N_("Accordé par la direction."),
}
CLASSES: Mapping[str, str] = {
    ObligationClass.CONTRACT.value: N_("Ce que le contrat doit dire"),
    ObligationClass.STATUTE.value: N_("Ce que la loi impose, contrat muet ou non"),
    ObligationClass.PRACTICE.value: N_("Bonne pratique"),
}

name_words(
    actions={
        "contract.opened": N_("Contrat ouvert"),
        "contract.described": N_("Contrat modifié"),
        "contract.facts_typed": N_("Informations saisies pour un contrat"),
        "contract.drafted": N_("Version d'un contrat rédigée"),
        "contract.printing_retried": N_("Impression d'un contrat relancée"),
    },
    objects={"Contract": N_("Contrat")},
    families={"contract": N_("Contrats")},
    fields={
        "title": N_("Titre"),
        "template": N_("Modèle"),
        "service": N_("Prestation"),
        "entity": N_("Entité"),
        "version": N_("Version"),
        "covered": N_("Obligations couvertes"),
        "sha256": N_("Empreinte SHA-256"),
        "despite": N_("Rédigée malgré des contrôles en échec, parce que"),
        "failed_checks": N_("Contrôles en échec"),
        **{key: fact.label.fr for key, fact in FACTS.items()},
    },
)
