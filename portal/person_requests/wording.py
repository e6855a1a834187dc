"""Words of requests of persons for the pages and the journal."""

from collections.abc import Mapping

from portal.core.language import N_
from portal.journal.wording import name_words
from portal.person_requests.rules.entrusted import TaskKind, TaskOutcome, TaskState
from portal.person_requests.rules.kinds import SHORT_NAMES, RefusalGround, RequestKind
from portal.person_requests.rules.life import RequestState

KIND_NAMES: Mapping[RequestKind, str] = SHORT_NAMES
STATE_TONES: Mapping[RequestState, str] = {
    RequestState.RECEIVED: "warning",
    RequestState.WORKING: "info",
    RequestState.ANSWERED: "info",
    RequestState.REFUSED: "info",
    RequestState.CLOSED: "ok",
    RequestState.DROPPED: "neutral",
}
TASK_TONES: Mapping[TaskState, str] = {
    TaskState.ASKED: "warning",
    TaskState.DONE: "info",
    TaskState.ACCEPTED: "ok",
    TaskState.CANCELLED: "neutral",
}

name_words(
    actions={
        "person_request.relayed": N_("Demande d'une personne relayée par un prestataire"),
        "person_request.recorded": N_("Demande d'une personne consignée"),
        "person_request.acknowledged": N_("Accusé de réception noté"),
        "person_request.entrusted": N_("Demande confiée à un sous-traitant"),
        "person_request.answered": N_("Réponse à une personne notée"),
        "person_request.extended": N_("Demande d'une personne prolongée"),
        "person_request.doubted": N_("Identité d'une personne en doute"),
        "person_request.identified": N_("Identité d'une personne établie"),
        "person_request.refused": N_("Demande d'une personne refusée"),
        "person_request.person_corrected": N_("Identité d'une personne corrigée"),
        "person_request.dated": N_("Dates d'une demande corrigées"),
        "person_request.closed": N_("Demande d'une personne close"),
        "person_request.dropped": N_("Demande d'une personne sans objet"),
        "person_request.resumed": N_("Demande d'une personne reprise"),
        "person_request.task_returned": N_("Retour d'un sous-traitant sur une demande"),
        "person_request.task_accepted": N_("Retour d'un sous-traitant vérifié"),
        "person_request.task_sent_back": N_("Retour d'un sous-traitant renvoyé"),
        "person_request.task_cancelled": N_("Demande à un sous-traitant annulée"),
        "person_request.forgotten": N_("Identité d'une personne effacée"),
        "person_request.files_destroyed": N_("Fichiers d'une demande détruits"),
    },
    objects={"PersonRequest": N_("Demande d'une personne"), "RequestTask": N_("Demande à un sous-traitant")},
    families={"person_request": N_("Demandes de personnes")},
    fields={
        "request_kind": N_("Demande"),
        "vendor": N_("Sous-traitant"),
        "vendor_received_on": N_("Reçue par le prestataire le"),
        "reached_us_on": N_("Parvenue chez nous le"),
        "counts_from_vendor": N_("Comptée de la réception par le prestataire"),
        "acknowledged_on": N_("Accusé de réception le"),
        "asked_on": N_("Demandée à la personne le"),
        "identified_on": N_("Établie le"),
        "extended_on": N_("Prolongation dite le"),
        "told_on": N_("Dit à la personne le"),
        "refusal": N_("Motif du refus"),
        "proof_id": N_("Preuve"),
        "erase_on": N_("Identité effacée après le"),
        "task": N_("Ce qui est demandé"),
        "with_identity": N_("Avec l'identité de la personne"),
        "outcome": N_("Ce qu'il en dit"),
        "done_on": N_("Fait le"),
        "files": N_("Fichiers"),
    },
    values={
        "state": {one.value: one.label for kind in (RequestState, TaskState) for one in kind},
        "request_kind": {one.value: SHORT_NAMES[one] for one in RequestKind},
        "refusal": {one.value: one.label for one in RefusalGround},
        "task": {one.value: one.label for one in TaskKind},
        "outcome": {one.value: one.label for one in TaskOutcome},
    },
)
