"""How the pages and the journal name what happens to contracts."""

from collections.abc import Mapping
from typing import NamedTuple

from portal.contracts.rules.coverage import CoverageStatus
from portal.contracts.rules.deadline_choices import DeadlineChoice
from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.exits import CertificateReading, ExitChoice
from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.rules.life import ContractAct, ContractOrigin, ContractState, CopyReading
from portal.contracts.rules.model import Approver, ObligationClass
from portal.contracts.rules.operative_words import Position
from portal.contracts.rules.paragraphs import ParagraphWording
from portal.contracts.rules.proposals import ProposalState
from portal.contracts.rules.signing_order import SignatoryState, SigningState
from portal.core.language import N_, Sentence
from portal.core.seal import SealState
from portal.journal.wording import name_words


class StatusBadge(NamedTuple):
    """A status as a badge: a word and a tone (the tone brings its icon)."""

    label: str
    tone: str


DOCUMENT_KINDS: Mapping[DocumentKind, str] = {
    DocumentKind.PROCESSING: N_("Le prestataire traite des données pour vous"),
    DocumentKind.ARRANGEMENT: N_("Vous décidez ensemble, ou le document complète un contrat"),
    DocumentKind.LETTER: N_("Écrire au sous-traitant sur un contrat"),
    DocumentKind.ASSESSMENT: N_("Évaluer un transfert"),
}
"""The headings under which documents are offered."""
DONE: Mapping[ContractAct, str] = {
    ContractAct.SUBMIT: N_("Le texte est en relecture."),
    ContractAct.SEND: N_("L'envoi au sous-traitant est noté."),
    ContractAct.TAKE_BACK: N_("La rédaction reprend."),
    ContractAct.AGREE: N_("L'accord sur le texte est noté."),
    ContractAct.REFUSE: N_("Le refus de signer est noté."),
    ContractAct.WITHDRAW: N_("Le contrat est retiré du registre."),
    ContractAct.VOUCH: N_("Ce que porte la copie est noté."),
    ContractAct.TERMINATE: N_("La résiliation est notée."),
    ContractAct.REPLACE: N_("Le remplacement est noté."),
    ContractAct.DISCARD: N_("Le projet est écarté."),
    ContractAct.REMOVE: N_("Le contrat est retiré, sa conservation finie."),
}
"""What is said once an act of the page of a contract's life is done."""
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
APPROVER_NAMES: Mapping[str, str] = {
    Approver.LEGAL.value: N_("Juriste"),
    Approver.OFFICER.value: N_("DPO"),
    Approver.MANAGEMENT.value: N_("Direction"),
}
WORDING_NAMES: Mapping[str, str] = {
    Position.PREFERRED.value: N_("Position préférée"),
    Position.FALLBACK.value: N_("Repli"),
}
APPROVAL_AWAITED: Mapping[str, str] = {
    Approver.LEGAL.value: N_("Attend l'accord d'un juriste"),
    Approver.OFFICER.value: N_("Attend l'accord du DPO"),
    Approver.MANAGEMENT.value: N_("Attend l'accord de la direction"),
}
WORDINGS: Mapping[str, StatusBadge] = {
    ParagraphWording.LIBRARY.value: StatusBadge(N_("Position préférée"), "neutral"),
    ParagraphWording.FALLBACK.value: StatusBadge(N_("Repli"), "info"),
    ParagraphWording.FREE.value: StatusBadge(N_("Texte libre"), "info"),
    ParagraphWording.STRUCK.value: StatusBadge(N_("Rayé"), "info"),
    ParagraphWording.SPECIAL.value: StatusBadge(N_("Condition particulière"), "info"),
}
SIGNING_BADGES: Mapping[str, StatusBadge] = {
    SigningState.OPEN.value: StatusBadge(SigningState.OPEN.label, "info"),
    SigningState.COMPLETE.value: StatusBadge(SigningState.COMPLETE.label, "info"),
    SigningState.SEALED.value: StatusBadge(SigningState.SEALED.label, "ok"),
    SigningState.REFUSED.value: StatusBadge(SigningState.REFUSED.label, "danger"),
    SigningState.WITHDRAWN.value: StatusBadge(SigningState.WITHDRAWN.label, "neutral"),
    SigningState.EXPIRED.value: StatusBadge(SigningState.EXPIRED.label, "warning"),
}
SIGNATORY_BADGES: Mapping[str, StatusBadge] = {
    SignatoryState.WAITING.value: StatusBadge(SignatoryState.WAITING.label, "neutral"),
    SignatoryState.ASKED.value: StatusBadge(SignatoryState.ASKED.label, "info"),
    SignatoryState.SIGNED.value: StatusBadge(SignatoryState.SIGNED.label, "ok"),
    SignatoryState.REFUSED.value: StatusBadge(SignatoryState.REFUSED.label, "danger"),
}
SEAL_BADGES: Mapping[str, StatusBadge] = {
    SealState.WHOLE.value: StatusBadge(N_("Intact"), "ok"),
    SealState.CONTINUED.value: StatusBadge(N_("Complété ensuite"), "warning"),
    SealState.ALTERED.value: StatusBadge(N_("Fichier modifié"), "danger"),
}
SEAL_REASONS: Mapping[str, str] = {
    SealState.WHOLE.value: N_("Pas un octet n'a changé depuis."),
    SealState.CONTINUED.value: N_(
        "Ce qu'il couvre n'a pas changé, mais le fichier a été complété ensuite : comparez-le à celui d'avant."
    ),
    SealState.ALTERED.value: N_("Ce qu'il couvre a été modifié, ou il n'en couvre qu'une partie : il ne prouve rien."),
}
PROPOSALS: Mapping[str, StatusBadge] = {
    ProposalState.OPEN.value: StatusBadge(ProposalState.OPEN.label, "warning"),
    ProposalState.APPROVED.value: StatusBadge(ProposalState.APPROVED.label, "ok"),
    ProposalState.REFUSED.value: StatusBadge(ProposalState.REFUSED.label, "danger"),
    ProposalState.WITHDRAWN.value: StatusBadge(ProposalState.WITHDRAWN.label, "neutral"),
}
CLAUSE_FIELDS: Mapping[str, str] = {
    "text_fr": N_("Texte préféré, en français"),
    "text_en": N_("Texte préféré, en anglais"),
    "fallback_fr": N_("Repli, en français"),
    "fallback_en": N_("Repli, en anglais"),
    "red_line_fr": N_("Ligne rouge, en français"),
    "red_line_en": N_("Ligne rouge, en anglais"),
    "approver": N_("Qui accorde le repli"),
    "figures": N_("Chiffres de ces positions"),
    "operative": N_("Mots opérants"),
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
        "contract.facts_asked": N_("Informations demandées au sous-traitant pour un contrat"),
        "contract.facts_proposed": N_("Informations proposées par le sous-traitant pour un contrat"),
        "contract.facts_settled": N_("Proposition du sous-traitant réglée"),
        "contract.drafted": N_("Version d'un contrat rédigée"),
        "contract.printing_retried": N_("Impression d'un contrat relancée"),
        "contract.registered": N_("Contrat entré au registre"),
        "contract.submitted": N_("Contrat mis en relecture"),
        "contract.sent": N_("Contrat envoyé au sous-traitant"),
        "contract.taken_back": N_("Rédaction d'un contrat reprise"),
        "contract.agreed": N_("Texte d'un contrat convenu"),
        "contract.signing_opened": N_("Signature d'un contrat ouverte"),
        "contract.signing_read": N_("Contrat ouvert par un signataire"),
        "contract.signing_code_sent": N_("Code de signature envoyé"),
        "contract.signing_code_wrong": N_("Code de signature faux"),
        "contract.signatory_signed": N_("Contrat signé par un signataire"),
        "contract.signatory_changed": N_("Signataire changé"),
        "contract.signatory_reminded": N_("Signataire relancé"),
        "contract.signature_refused": N_("Signature d'un contrat refusée"),
        "contract.signing_withdrawn": N_("Signature d'un contrat retirée"),
        "contract.signing_expired": N_("Signature d'un contrat hors délai"),
        "contract.sealed": N_("Copie signée d'un contrat scellée"),
        "contract.sealing_retried": N_("Cachet d'un contrat relancé"),
        "contract.amended": N_("Avenant signé"),
        "contract.message": N_("Message sur un contrat"),
        "contract.signed": N_("Contrat signé"),
        "contract.unsigned": N_("Contrat qui n'est plus signé"),
        "contract.withdrawn": N_("Contrat retiré du registre"),
        "contract.vouched": N_("Copie d'un contrat lue par une personne"),
        "contract.copy_read": N_("Copie d'un contrat lue"),
        "contract.dated": N_("Dates d'un contrat modifiées"),
        "contract.in_force": N_("Contrat entré en vigueur"),
        "contract.deferred": N_("Entrée en vigueur d'un contrat reportée"),
        "contract.expired": N_("Contrat expiré"),
        "contract.finished": N_("Contrat fini après préavis"),
        "contract.deadline_decided": N_("Décision sur l'échéance d'un contrat"),
        "contract.amendment_opened": N_("Projet d'avenant ouvert"),
        "contract.exit_opened": N_("Fin de contrat à prouver"),
        "contract.exit_withdrawn": N_("Fin de contrat sans objet : il n'est pas fini"),
        "contract.exit_chosen": N_("Sort des données choisi"),
        "contract.exit_holder_added": N_("Certificat attendu d'une société"),
        "contract.exit_no_subprocessor": N_("Aucun sous-traitant ultérieur à la fin d'un contrat"),
        "contract.certificate_received": N_("Certificat de fin de contrat reçu"),
        "contract.certificate_read": N_("Certificat de fin de contrat lu"),
        "contract.certificate_vouched": N_("Certificat de fin de contrat lu par une personne"),
        "contract.exit_checked": N_("Contrôle que les données ne sont plus là"),
        "contract.exit_exempted": N_("Données gardées parce que la loi l'impose"),
        "contract.exit_closed": N_("Fin de contrat prouvée et close"),
        "contract.terminated": N_("Contrat résilié"),
        "contract.replaced": N_("Contrat remplacé"),
        "contract.discarded": N_("Projet de contrat écarté"),
        "contract.removed": N_("Contrat retiré après conservation"),
        "contract.files_destroyed": N_("Fichiers d'un contrat retiré : détruits dans le coffre"),
        "contract.assigned": N_("Responsable ou contrat modifié désignés"),
        "contract.moved": N_("Contrat attribué à un autre sous-traitant"),
        "contract.paragraph_written": N_("Paragraphe d'un contrat modifié"),
        "contract.paragraph_given_back": N_("Paragraphe d'un contrat rendu à la bibliothèque"),
        "contract.position_agreed": N_("Position d'un contrat accordée"),
        "contract.version_restored": N_("Modifications d'une version reprises"),
        "contract.version_labelled": N_("Version d'un contrat nommée"),
        "contract.commented": N_("Remarque sur un contrat"),
        "contract.comment_settled": N_("Remarque réglée"),
        "contract.comment_reopened": N_("Remarque rouverte"),
        "contract.library_taken": N_("Bibliothèque d'aujourd'hui reprise dans un projet"),
        "clause.written": N_("Changement d'une clause proposé"),
        "clause.retirement_proposed": N_("Retrait d'une clause proposé"),
        "clause.approved": N_("Changement d'une clause approuvé"),
        "clause.retired": N_("Clause retirée de la bibliothèque"),
        "clause.refused": N_("Changement d'une clause refusé"),
        "clause.withdrawn": N_("Proposition sur une clause retirée"),
    },
    objects={
        "ClauseProposal": N_("Clause"),
        "Contract": N_("Contrat"),
        "ContractEdit": N_("Paragraphe d'un contrat"),
        "ContractSignatory": N_("Signataire d'un contrat"),
        "ContractVersion": N_("Version d'un contrat"),
    },
    families={"contract": N_("Contrats"), "clause": N_("Bibliothèque de clauses")},
    fields={
        "title": N_("Titre"),
        "template": N_("Modèle"),
        "service": N_("Prestation"),
        "entity": N_("Entité"),
        "version": N_("Version"),
        "covered": N_("Obligations couvertes"),
        "required": N_("Obligations demandées"),
        "sha256": N_("Empreinte SHA-256"),
        "paragraph": N_("Paragraphe"),
        "wording": N_("Position"),
        "texts": N_("Texte"),
        "after": N_("Placé après"),
        "clause_key": N_("Clause"),
        "approver": N_("Au titre de"),
        "label": N_("Nom de la version"),
        "library_edition": N_("Édition de la bibliothèque"),
        "written_by": N_("Écrit par"),
        "decision": N_("Motif de la décision"),
        **CLAUSE_FIELDS,
        "edits": N_("Modifications"),
        "despite": N_("Rédigée malgré des contrôles en échec, parce que"),
        "failed_checks": N_("Contrôles en échec"),
        "contract_state": N_("État du contrat"),
        "contract_origin": N_("Origine du contrat"),
        "effective_on": N_("Date d'effet"),
        "expires_on": N_("Dernier jour"),
        "term_months": N_("Durée, en mois"),
        "renewal_months": N_("Reconduction, en mois"),
        "notice": N_("Préavis"),
        "deadline_choice": N_("Décision"),
        "period_end": N_("Fin de la période"),
        "letter_on": N_("Date de la lettre"),
        "exit_choice": N_("Sort des données"),
        "holder": N_("Société"),
        "holders": N_("Sociétés"),
        "certified_on": N_("Date du certificat"),
        "certificate_reading": N_("Certificat"),
        "checked_on": N_("Contrôlé le"),
        "how": N_("Comment"),
        "basis": N_("Texte qui l'impose"),
        "until": N_("Gardées jusqu'au"),
        "kept_under": N_("Données gardées sous"),
        "months": N_("Durée ajoutée, en mois"),
        "copy_reading": N_("Copie signée"),
        "why": N_("Pourquoi"),
        "signatories": N_("Signataires"),
        "capacity": N_("Qualité"),
        "reminders_sent": N_("Relances envoyées"),
        "amends": N_("Avenant à"),
        "follows": N_("Suit le contrat"),
        "asked": N_("Informations demandées"),
        "accepted": N_("Informations reprises"),
        "overridden_because": N_("Écarté du registre, parce que"),
        **{key: Sentence("%(fact)s", {"fact": fact.label}) for key, fact in FACTS.items()},
    },
    values={
        "contract_state": {state.value: state.label for state in ContractState},
        "exit_choice": {choice.value: choice.label for choice in ExitChoice},
        "certificate_reading": {reading.value: reading.label for reading in CertificateReading},
        "deadline_choice": {choice.value: choice.label for choice in DeadlineChoice},
        "contract_origin": {origin.value: origin.label for origin in ContractOrigin},
        "copy_reading": {reading.value: reading.label for reading in CopyReading},
    },
)

_COLUMNS = [column for fact in reversed(list(FACTS.values())) for column in fact.columns]
# Apart: what a table calls a column (« Document », « Durée de conservation ») is another thing in other entries.
name_words(
    actions={"contract.facts_typed": N_("Informations saisies pour un contrat")},
    fields={
        **{column.key: Sentence("%(column)s", {"column": column.label}) for column in _COLUMNS},
        **{key: Sentence("%(fact)s", {"fact": fact.label}) for key, fact in FACTS.items()},
        "overridden_because": N_("Écarté du registre, parce que"),
    },
)
