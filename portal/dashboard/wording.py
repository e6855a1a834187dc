"""How the pages and the journal say what is done with the portfolio."""

from collections.abc import Mapping

from portal.core.language import N_
from portal.dashboard.rules import DecisionChoice, Urgency
from portal.journal.wording import name_words

CHOICE_NAMES: Mapping[DecisionChoice, str] = {
    DecisionChoice.GO_ON: N_("Poursuivre"),
    DecisionChoice.FRAME: N_("Encadrer"),
    DecisionChoice.LEAVE: N_("Sortir"),
}
TO_DO: Mapping[DecisionChoice, str] = {
    DecisionChoice.GO_ON: N_("%(vendor)s : la direction a décidé de poursuivre"),
    DecisionChoice.FRAME: N_("%(vendor)s : la direction a décidé d'encadrer"),
    DecisionChoice.LEAVE: N_("%(vendor)s : la direction a décidé de sortir"),
}
REASON_NAMES: Mapping[Urgency, str] = {
    Urgency.WEAK_CRITICAL: N_("garanties faibles pour le risque"),
    Urgency.OVERDUE_FINDING: N_("constat en retard"),
    Urgency.NO_CONTRACT: N_("aucun contrat"),
    Urgency.UNCOVERED_SERVICE: N_("prestation sans contrat"),
    Urgency.NEVER_AUDITED: N_("jamais mesuré"),
    Urgency.UNCOVERED_CONTRACT: N_("contrat incomplet"),
    Urgency.LATE_AUDIT: N_("audit sans réponse"),
    Urgency.EXPIRED_PROOF: N_("preuve périmée"),
}

name_words(
    actions={
        "portfolio.report_asked": N_("Portefeuille demandé en PDF"),
        "decision.taken": N_("Décision de la direction"),
    },
    objects={"PortfolioReport": N_("Portefeuille"), "VendorDecision": N_("Décision")},
    families={"portfolio": N_("Portefeuille"), "decision": N_("Décisions")},
    fields={
        "choice": N_("Décision"),
        "motive": N_("Motif"),
        "in_charge": N_("Chargé de la suite"),
        "reasons": N_("Ce qui attendait"),
    },
    values={
        "choice": {choice.value: name for choice, name in CHOICE_NAMES.items()},
        "reasons": {urgency.name.lower(): name for urgency, name in REASON_NAMES.items()},
    },
)
