"""Words of announced changes for the pages and the journal."""

from collections.abc import Mapping

from portal.changes.rules.difference import MoveOutcome
from portal.changes.rules.life import ChangeDecision, ChangeState, MoveKind, MoveStanding, Opinion
from portal.core.language import N_
from portal.journal.wording import name_words
from portal.vendors.place_names import place_name

STATE_TONES: Mapping[ChangeState, str] = {
    ChangeState.RECEIVED: "warning",
    ChangeState.STUDIED: "info",
    ChangeState.DECIDED: "warning",
    ChangeState.ANSWERED: "neutral",
    ChangeState.DISMISSED: "neutral",
}
"""Never green: what an answer is worth is said by its deadline."""
OUTCOME_TONES: Mapping[MoveOutcome, tuple[str, str]] = {
    MoveOutcome.NEW: ("warning", "plus"),
    MoveOutcome.KNOWN: ("neutral", "circle"),
    MoveOutcome.MOVED: ("warning", "warning"),
    MoveOutcome.GOES: ("info", "minus"),
    MoveOutcome.NOT_THERE: ("neutral", "question"),
}
OPINION_TONES: Mapping[Opinion, str] = {
    Opinion.FAVOURABLE: "ok", Opinion.CONDITIONS: "warning", Opinion.AGAINST: "danger",
}  # fmt: skip
DECISION_TONES: Mapping[ChangeDecision, str] = {
    ChangeDecision.ACCEPT: "info", ChangeDecision.CONDITIONS: "warning", ChangeDecision.OBJECT: "danger",
}  # fmt: skip

name_words(
    actions={
        "change.recorded": N_("Changement annoncé reçu"),
        "change.retained": N_("Lignes d'un changement annoncé retenues"),
        "change.move_written": N_("Ligne d'un changement annoncé écrite"),
        "change.move_discarded": N_("Ligne d'un changement annoncé écartée"),
        "change.opinion_asked": N_("Avis demandé sur un changement annoncé"),
        "change.opinion_given": N_("Avis donné sur un changement annoncé"),
        "change.decided": N_("Changement annoncé décidé"),
        "change.answered": N_("Changement annoncé répondu"),
        "change.dismissed": N_("Changement annoncé écarté"),
        "change.resumed": N_("Étude d'un changement annoncé reprise"),
        "change.dated": N_("Réception d'un changement annoncé datée"),
        "change.deadline_kept": N_("Délai d'opposition compté"),
        "chain.change_applied": N_("Changement annoncé porté dans la chaîne"),
    },
    objects={"AnnouncedChange": N_("Changement annoncé"), "ChangeMove": N_("Ligne d'un changement annoncé")},
    families={"change": N_("Changements annoncés")},
    fields={
        "reference": N_("Changement annoncé"),
        "country": N_("Pays"),
        "settled_by": N_("Décidé par"),
        "settled_at": N_("Décidé le"),
        "received_at": N_("Reçu le"),
        "object_before": N_("S'opposer avant"),
        "adviser": N_("À qui"),
        "opinion": N_("Avis"),
        "change_decision": N_("Réponse au changement"),
        "move_kind": N_("Ce qui change"),
        "letter_reason": N_("Ce que dit la lettre"),
        "conditions": N_("Conditions"),
        "answered_at": N_("Répondu le"),
        "answered_how": N_("Par quelle voie"),
        "dismissed_reason": N_("Pourquoi rien ne change"),
        "replaces": N_("Remplace"),
        "starts_on": N_("À compter du"),
        "standing": N_("Ligne"),
        "answered_by": N_("Répondu par"),
        "names": N_("Sociétés"),
    },
    read={"country": place_name},
    values={
        "state": {one.value: one.label for one in ChangeState},
        "opinion": {one.value: one.label for one in Opinion},
        "change_decision": {one.value: one.label for one in ChangeDecision},
        "standing": {one.value: one.label for one in MoveStanding},
        "move_kind": {one.value: one.label for one in MoveKind},
    },
)
