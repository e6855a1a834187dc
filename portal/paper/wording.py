"""How the pages and the journal speak of contracts received."""

from collections.abc import Mapping
from typing import NamedTuple

from portal.contracts.rules.model import ObligationClass
from portal.core.language import N_, Language
from portal.journal.wording import name_words
from portal.paper.models import PrintKind
from portal.paper.rules.check_result import (
    ContractVerdict,
    RequirementResult,
    RequirementStatus,
    TermJudgement,
)
from portal.paper.rules.contract_delays import DelayKind, DelayUnit
from portal.paper.rules.naming import REQUIREMENTS


class StatusLook(NamedTuple):
    """A tone and an icon; the word beside them comes from `rules.naming`."""

    tone: str
    icon: str


STATUS_LOOKS: Mapping[RequirementStatus, StatusLook] = {
    RequirementStatus.SATISFIED: StatusLook("ok", "check-circle"),
    RequirementStatus.WEAK: StatusLook("warning", "warning"),
    RequirementStatus.MISSING: StatusLook("danger", "cross-circle"),
    RequirementStatus.CONTRADICTED: StatusLook("danger", "octagon"),
    RequirementStatus.TO_COMPLETE: StatusLook("warning", "pencil"),
    RequirementStatus.DEFERRED: StatusLook("info", "link"),
    RequirementStatus.NOT_APPLICABLE: StatusLook("neutral", "minus"),
}
VERDICT_LOOKS: Mapping[ContractVerdict, StatusLook] = {
    ContractVerdict.COMPLETE: StatusLook("ok", "check-circle"),
    ContractVerdict.TO_REVIEW: StatusLook("warning", "warning"),
    ContractVerdict.INCOMPLETE: StatusLook("danger", "octagon"),
    ContractVerdict.NOT_A_CONTRACT: StatusLook("neutral", "question"),
}
JUDGEMENT_LOOKS: Mapping[TermJudgement, StatusLook] = {
    TermJudgement.GOOD: StatusLook("ok", "check-circle"),
    TermJudgement.ACCEPTABLE: StatusLook("neutral", "circle"),
    TermJudgement.BAD: StatusLook("danger", "octagon"),
}
GRAVEST = (
    RequirementStatus.CONTRADICTED,
    RequirementStatus.MISSING,
    RequirementStatus.TO_COMPLETE,
    RequirementStatus.WEAK,
    RequirementStatus.DEFERRED,
    RequirementStatus.SATISFIED,
    RequirementStatus.NOT_APPLICABLE,
)
"""Statuses from the one to look at first."""

LANGUAGES: Mapping[Language, str] = {Language.FR: N_("en français"), Language.EN: N_("en anglais")}
PRINTS: Mapping[PrintKind, str] = {
    PrintKind.REPORT: N_("Rapport de lecture"),
    PrintKind.LETTER: N_("Lettre au sous-traitant"),
    PrintKind.AMENDMENT: N_("Avenant"),
}
KIND_LABELS: Mapping[ObligationClass, str] = {
    ObligationClass.CONTRACT: "",
    ObligationClass.STATUTE: N_("imposé par la loi, contrat muet ou non"),
    ObligationClass.PRACTICE: N_("bonne pratique"),
}
"""What is said beside the article of an obligation that the contract itself need not say."""
_FORM = N_("Forme et parties")
_DESCRIPTION = N_("Description du traitement")
_INSTRUCTIONS = N_("Instructions")
_PEOPLE = N_("Personnes et sécurité")
_CHAIN = N_("Sous-traitance ultérieure")
_HELP = N_("Assistance")
_END = N_("Fin du contrat")
_PROOF = N_("Preuve et audit")
_RELATED = N_("Points liés")
GROUPS = (_DESCRIPTION, _INSTRUCTIONS, _PEOPLE, _CHAIN, _HELP, _END, _PROOF, _FORM, _RELATED)
"""The parts of the list of obligations, in the order of RGPD art. 28(3)."""
_TENS = {0: _FORM, 1: _DESCRIPTION, 2: _INSTRUCTIONS, 3: _CHAIN, 4: _HELP, 5: _END, 6: _PROOF}
_FIRST_OF_PEOPLE = 25


def requirement_group(result: RequirementResult) -> str:
    """The part under which a requirement is listed, by its first obligation.

    >>> from portal.contracts.rules.model import BilingualWords
    >>> weak = RequirementResult("confidentiality_persons", ("C25",), RequirementStatus.WEAK, BilingualWords("", ""))
    >>> requirement_group(weak)
    'Personnes et sécurité'
    """
    digits = result.obligations[0][1:] if result.obligations else ""
    if not digits.isdecimal():
        return _RELATED
    number = int(digits)
    if _FIRST_OF_PEOPLE <= number < 30:
        return _PEOPLE
    return _TENS.get(number // 10, _RELATED)


TERM_OF: Mapping[str, str] = {
    "breach_notice": "breach_notification",
    "objection_period": "subprocessor_change_notice_objection",
    "audit_notice": "audits_inspections",
    "audit_frequency": "audits_inspections",
    "audit_cost": "audits_inspections",
    "deletion_delay": "deletion_or_return",
    "retention": "deletion_or_return",
    "assistance_cost": "data_subject_assistance",
    "liability_cap": "C74",
}
"""Under which requirement a delay, an amount or a cost rule is shown."""


def _requirement_name(key: str, language: Language) -> str:
    return REQUIREMENTS[key].said_in(language) if key in REQUIREMENTS else key


name_words(
    actions={
        "paper.received": N_("Contrat reçu"),
        "paper.batch_received": N_("Lot de contrats reçu"),
        "paper.described": N_("Contrat reçu modifié"),
        "paper.check_asked": N_("Nouvelle lecture d'un contrat demandée"),
        "paper.checked": N_("Contrat reçu lu"),
        "paper.refused": N_("Contrat reçu illisible"),
        "paper.ruled": N_("Avis donné sur un contrat reçu"),
        "paper.print_asked": N_("Document tiré d'un contrat reçu"),
        "paper.printing_retried": N_("Impression d'un document relancée"),
        "contract.delay_confirmed": N_("Délai d'un contrat confirmé"),
    },
    objects={"PaperReview": N_("Contrat reçu"), "PaperBatch": N_("Lot de contrats")},
    families={"paper": N_("Contrats reçus")},
    fields={
        "files": N_("Fichiers"),
        "refused": N_("Refusés"),
        "requirement": N_("Obligation"),
        "ruled_as": N_("Avis"),
        "ruling_note": N_("Note"),
        "reading_verdict": N_("Conclusion de la lecture"),
        "document": N_("Document"),
        "rulebook": N_("Empreinte des lectures"),
        "delay_kind": N_("Quel délai"),
        "number": N_("Nombre"),
        "unit": N_("Compté en"),
        "quote": N_("Passage"),
    },
    values={
        "delay_kind": {kind.value: kind.label for kind in DelayKind},
        "unit": {unit.value: unit.label for unit in DelayUnit},
        "ruled_as": {
            RequirementStatus.SATISFIED.value: N_("Satisfait"),
            RequirementStatus.WEAK.value: N_("À revoir"),
            RequirementStatus.MISSING.value: N_("Absent"),
            RequirementStatus.CONTRADICTED.value: N_("Contredit"),
            RequirementStatus.TO_COMPLETE.value: N_("À compléter"),
            RequirementStatus.DEFERRED.value: N_("Renvoyé à un document non fourni"),
            RequirementStatus.NOT_APPLICABLE.value: N_("Sans objet"),
        },
        "reading_verdict": {
            ContractVerdict.NOT_A_CONTRACT.value: N_("Pas un contrat de sous-traitance"),
            ContractVerdict.INCOMPLETE.value: N_("Paraît incomplet"),
            ContractVerdict.TO_REVIEW.value: N_("À revoir"),
            ContractVerdict.COMPLETE.value: N_("Paraît complet"),
        },
        "document": {kind.value: name for kind, name in PRINTS.items()},
    },
    read={"requirement": _requirement_name},
)
