"""Words of mystery tests for the pages and the journal."""

from collections.abc import Mapping
from typing import NamedTuple

from portal.core.language import N_
from portal.journal.wording import name_words
from portal.mystery.models import MysteryState
from portal.mystery.queries import ORIGIN
from portal.mystery.rules.judgement import MysteryResult, ObservationAnswer, OutcomeReason, StepOutcome
from portal.mystery.rules.script import WAYS, Way
from portal.mystery.rules.series import StepChange


class StatusBadge(NamedTuple):
    """A word, its tone and its icon: a status is never a colour alone."""

    word: str
    tone: str
    icon: str


STATES: Mapping[MysteryState, StatusBadge] = {
    MysteryState.PLANNED: StatusBadge(N_("Planifié"), "neutral", "calendar"),
    MysteryState.RUNNING: StatusBadge(N_("En cours"), "info", "clock"),
    MysteryState.CONCLUDED: StatusBadge(N_("Conclu"), "neutral", "check"),
    MysteryState.SKIPPED: StatusBadge(N_("Passé"), "neutral", "minus"),
}
TO_DO = StatusBadge(N_("À faire"), "neutral", "circle")
"""Shown for a step of a running test that has no observation."""
OVERALL: Mapping[MysteryResult, StatusBadge] = {
    MysteryResult.KEPT: StatusBadge(N_("Tout est tenu"), "ok", "check-circle"),
    MysteryResult.PARTIAL: StatusBadge(N_("Aucun écart vu"), "info", "info"),
    MysteryResult.BREACHED: StatusBadge(N_("Écarts"), "danger", "octagon"),
}
OUTCOMES: Mapping[StepOutcome, StatusBadge] = {
    StepOutcome.OK: StatusBadge(N_("Tenu"), "ok", "check-circle"),
    StepOutcome.BREACH: StatusBadge(N_("Écart"), "danger", "octagon"),
    StepOutcome.UNOBSERVED: StatusBadge(N_("Non observé"), "neutral", "question"),
}
OBSERVATION_ANSWERS: Mapping[ObservationAnswer, str] = {
    ObservationAnswer.AS_EXPECTED: N_("Comme attendu"),
    ObservationAnswer.DIFFERENT: N_("Autrement"),
    ObservationAnswer.UNSEEN: N_("Non observé"),
}
CHANGES: Mapping[StepChange, StatusBadge | None] = {
    StepChange.BROKEN: StatusBadge(N_("Nouvel écart"), "danger", "arrow-right"),
    StepChange.STILL_BROKEN: StatusBadge(N_("Toujours en écart"), "danger", "return"),
    StepChange.FIXED: StatusBadge(N_("Corrigé depuis"), "ok", "check"),
    StepChange.STILL_KEPT: None,
    StepChange.UNKNOWN: None,
}
INTERFACES: Mapping[Way, str] = {
    Way.WEB: N_("Adresse de la page"),
    Way.PHONE: N_("Numéro appelé"),
    Way.EMAIL: N_("Adresse électronique"),
    Way.LETTER: N_("Adresse postale"),
}
REASONS: Mapping[OutcomeReason, str] = {
    OutcomeReason.SEEN: "",
    OutcomeReason.DIFFERENT: "",
    OutcomeReason.LATE: N_("Venu après le %(due)s, dernier jour."),
    OutcomeReason.NEVER: N_("Pas venu, ou pas en entier : il était dû le %(due)s."),
    OutcomeReason.NOTHING: N_("Personne n'a rien noté."),
    OutcomeReason.UNSEEN: N_("Le testeur n'a pas pu l'observer."),
    OutcomeReason.NO_PROOF: N_("La preuve demandée manque : l'observation ne compte pas."),
    OutcomeReason.NO_TIME: N_("L'heure manque : l'observation ne compte pas."),
    OutcomeReason.NO_START: N_("Le point de départ n'est pas connu, ou pas prouvé : le délai ne se calcule pas."),
    OutcomeReason.BEFORE: N_("Cet instant précède le départ du délai : à corriger."),
    OutcomeReason.PENDING: N_("Attendu au plus tard le %(due)s."),
    OutcomeReason.OVERDUE: N_("Attendu le %(due)s au plus tard : notez ce que vous voyez."),
    OutcomeReason.WITHHELD: N_("Rien n'est dû tant que le bien n'est ni récupéré ni renvoyé."),
    OutcomeReason.TOO_EARLY: N_("Noté avant la fin du %(due)s, dernier jour : revenez après."),
    OutcomeReason.OTHER_DAY: N_("Vu un autre jour que le dernier, le %(due)s."),
    OutcomeReason.AFTER: N_("Vu après le %(due)s, dernier jour : plus rien n'était dû."),
    OutcomeReason.OUT_OF_TIME: N_("Rétractation partie après le %(due)s, dernier jour : rien n'était dû."),
}

name_words(
    actions={
        "mystery.planned": N_("Tests mystère planifiés"),
        "mystery.plan_amended": N_("Plan de tests mystère modifié"),
        "mystery.plan_stopped": N_("Plan de tests mystère arrêté"),
        "mystery.skipped": N_("Test mystère passé"),
        "mystery.started": N_("Test mystère commencé"),
        "mystery.order_described": N_("Commande d'un test mystère précisée"),
        "mystery.observed": N_("Pas d'un test mystère observé"),
        "mystery.corrected": N_("Observation d'un test mystère corrigée"),
        "mystery.concluded": N_("Test mystère conclu"),
    },
    objects={"MysteryPlan": N_("Plan de tests mystère"), "MysteryTest": N_("Test mystère")},
    families={"mystery": N_("Tests mystère")},
    fields={
        "mystery_way": N_("Canal"),
        "mystery_every": N_("Rythme, en mois"),
        "every": N_("Rythme, en mois"),
        "mystery_first": N_("Premier test le"),
        "interface": N_("Ce qui est testé"),
        "tester": N_("Testeur"),
        "ordered_on": N_("Commandé le"),
        "received_on": N_("Reçu le"),
        "reference": N_("Référence de la commande"),
        "steps": N_("Pas"),
        "mystery_step": N_("Pas"),
        "mystery_said": N_("Observation"),
        "mystery_at": N_("Observé le"),
        "mystery_note": N_("Note du testeur"),
        "mystery_overall": N_("Résultat"),
        "mystery_breached": N_("Écarts"),
        "mystery_kept": N_("Points tenus"),
    },
    values={
        "origin": {ORIGIN: N_("Test mystère")},
        "mystery_way": {way.value: name for way, name in WAYS.items()},
        "mystery_said": {said.value: name for said, name in OBSERVATION_ANSWERS.items()},
        "mystery_overall": {overall.value: look.word for overall, look in OVERALL.items()},
    },
)
