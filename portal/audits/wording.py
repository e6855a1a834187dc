"""The words for what an audit goes through, and how the journal says it."""

from collections.abc import Mapping
from typing import Any

from portal.audits.rules import FINDING_SOURCE, AuditState, ReadReason, ReviewVerdict
from portal.core import process
from portal.core.language import N_, Language, colon, semicolon
from portal.journal.wording import name_words
from portal.questionnaires import catalogue
from portal.questionnaires.answer_text import answer_text
from portal.questionnaires.definition import GivenAnswer
from portal.questionnaires.kinds.posted_text import UnacceptableAnswer
from portal.web.text import said

STATE_NAMES: Mapping[AuditState, str] = {
    AuditState.OPENED: N_("Envoyé au prestataire"),
    AuditState.IN_PROGRESS: N_("En cours de réponse"),
    AuditState.RETURNED: N_("À compléter"),
    AuditState.SUBMITTED: N_("À examiner"),
    AuditState.ACCEPTED: N_("Accepté"),
    AuditState.CANCELLED: N_("Annulé"),
}
STATE_TONES: Mapping[AuditState, str] = {
    AuditState.OPENED: "neutral",
    AuditState.IN_PROGRESS: "neutral",
    AuditState.RETURNED: "warning",
    AuditState.SUBMITTED: "info",
    AuditState.ACCEPTED: "ok",
    AuditState.CANCELLED: "neutral",
}
VERDICT_NAMES: Mapping[ReviewVerdict, str] = {
    ReviewVerdict.ACCEPTABLE: N_("Acceptable"),
    ReviewVerdict.IMPROVABLE: N_("Améliorable"),
    ReviewVerdict.TO_CORRECT: N_("À corriger"),
}
VERDICT_TONES: Mapping[ReviewVerdict, str] = {
    ReviewVerdict.ACCEPTABLE: "ok",
    ReviewVerdict.IMPROVABLE: "warning",
    ReviewVerdict.TO_CORRECT: "danger",
}
CARRIED_NAMES: Mapping[str, str] = {
    "confirmed": N_("Confirmée telle quelle"),
    "edited": N_("Modifiée"),
    "new": N_("Nouvelle"),
}
"""What became of the answer of an earlier audit."""

READ_REASONS: Mapping[ReadReason, str] = {
    ReadReason.FINDING: N_("Constat ouvert"),
    ReadReason.CONTESTED: N_("Contestée la dernière fois"),
    ReadReason.EXPIRED: N_("Preuve qui ne vaut plus"),
    ReadReason.UNPROVEN: N_("Sans la preuve demandée"),
    ReadReason.CHANGED: N_("Modifiée"),
    ReadReason.FILES: N_("Fichiers changés"),
    ReadReason.REWORDED: N_("Question reformulée"),
    ReadReason.NEW: N_("Nouvelle"),
}
"""Why an answer is to be read."""
READ_TONES: Mapping[ReadReason, str] = {
    ReadReason.FINDING: "danger",
    ReadReason.CONTESTED: "warning",
    ReadReason.EXPIRED: "danger",
    ReadReason.UNPROVEN: "warning",
    ReadReason.CHANGED: "info",
    ReadReason.FILES: "info",
    ReadReason.REWORDED: "info",
    ReadReason.NEW: "info",
}

_OTHER_LANGUAGE: Mapping[Language, str] = {
    Language.FR: N_("Ce message ne semble pas être en français, la langue de ce prestataire."),
    Language.EN: N_("Ce message ne semble pas être en anglais, la langue de ce prestataire."),
}


def other_language_words(wanted: Language) -> str:
    """That a message is not in the vendor's language, in the reader's own."""
    return said(_OTHER_LANGUAGE[wanted])


def _answer_words(value: Any, entry: Mapping[str, Any], language: Language) -> str:
    """A stored answer as pages say it; empty when its question is in no file, or no longer takes such an answer."""
    shipped, _defects = catalogue.read(process.settings().questionnaires_dir)
    key = entry.get("question", "")
    question = next((asked for one in shipped.values() for asked in one.questions if asked.key == key), None)
    if question is None:
        return ""
    try:
        answer = GivenAnswer(question.kind.stored_value(question, value))
    except UnacceptableAnswer:
        return ""
    words = answer_text(question, answer, language)
    if words.is_missing:
        return ""
    parted = semicolon(language)
    rows = [
        ", ".join(
            f"{head}{colon(language)}{cell}" for head, cell in zip(words.header, row, strict=True) if cell
        )
        for row in words.rows
    ]  # fmt: skip
    return parted.join([*words.lines, *rows])


name_words(
    actions={
        "audit.opened": N_("Audit ouvert"),
        "audit.asked_again": N_("Questions redemandées avant leur jour"),
        "audit.submitted": N_("Réponses envoyées"),
        "audit.reminded": N_("Relance envoyée"),
        "audit.returned": N_("Questions renvoyées au prestataire"),
        "audit.accepted": N_("Audit accepté"),
        "audit.cancelled": N_("Audit annulé"),
        "answer.saved": N_("Réponse enregistrée"),
        "answer.workbook": N_("Classeur de réponses repris"),
        "answer.file_attached": N_("Fichier joint à une réponse"),
        "answer.file_detached": N_("Fichier retiré d'une réponse"),
        "answer.file_renewed": N_("Fichier d'une réponse remplacé par sa nouvelle version"),
        "answer.reviewed": N_("Réponse examinée"),
        "answers.accepted_together": N_("Réponses acceptées ensemble"),
        "answers.carried_over": N_("Réponses reprises sans changement"),
        "answers.judged_together": N_("Réponses jugées ensemble"),
        "answers.confirmed": N_("Réponses confirmées par le prestataire"),
        "exchange.asked": N_("Question posée par le prestataire"),
        "exchange.answered": N_("Réponse à une question du prestataire"),
        "exchange.closed": N_("Échange clos sans réponse"),
        "delegation.given": N_("Partie confiée à un collègue"),
        "delegation.nudged": N_("Collègue relancé"),
        "delegation.taken_back": N_("Partie reprise"),
        "delegation.done": N_("Partie dite terminée"),
        "delay.asked": N_("Délai demandé"),
        "delay.granted": N_("Délai accordé"),
        "delay.refused": N_("Délai refusé"),
    },
    objects={
        "Audit": N_("Audit"),
        "Delegation": N_("Partie confiée"),
    },
    families={
        "audit": N_("Audits"),
        "answer": N_("Réponses aux audits"),
        "answers": N_("Réponses acceptées ensemble"),
        "exchange": N_("Échanges sous une question"),
        "delegation": N_("Parties confiées"),
        "delay": N_("Délais"),
    },
    fields={
        "question": N_("Question"),
        "questions": N_("Questions"),
        "questionnaire": N_("Empreinte du questionnaire"),
        "packs": N_("Questionnaires réunis"),
        "added": N_("Ajoutés"),
        "taken_off": N_("Retirés"),
        "value": N_("Réponse"),
        "comment": N_("Commentaire"),
        "note": N_("Note interne"),
        "verdict": N_("Avis"),
        "to_return": N_("À renvoyer"),
        "round": N_("Tour"),
        "state": N_("État"),
        "due_on": N_("Échéance"),
        "findings": N_("Constats ouverts"),
        "accepted_until": N_("Accepté jusqu'au"),
        "standing": N_("Réponses gardées pour le prochain audit"),
        "reason": N_("Motif"),
        "evidence": N_("Preuve n°"),
        "attested_by": N_("Attesté par"),
        "attested_as": N_("En qualité de"),
        "saved": N_("Réponses reprises"),
        "cells_refused": N_("Cellules refusées"),
        "to_choose": N_("Réponses à choisir"),
        "section": N_("Section"),
        "nudges": N_("Relances"),
        "wanted_on": N_("Demandé jusqu'au"),
        "address_left_aside": N_("Adresse dite, non reprise dans la fiche"),
        "optional": N_("Questions facultatives laissées sans réponse"),
    },
    tell={"value": _answer_words},
    values={
        "origin": {FINDING_SOURCE: N_("Audit")},
        "verdict": {verdict.value: name for verdict, name in VERDICT_NAMES.items()},
        "state": {
            **{state.value: name for state, name in STATE_NAMES.items()},
            AuditState.OPENED.value: N_("Ouvert"),
        },
    },
)
