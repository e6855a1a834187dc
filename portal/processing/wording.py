"""How pages, files and the journal say what stands in the register of processing."""

from collections.abc import Mapping
from functools import partial

from portal.core.language import N_
from portal.journal.wording import name_words
from portal.processing.cells import JOURNAL_MARK, TRANSLATED, journal_words
from portal.processing.queries import RegisterView
from portal.processing.rules.impact import ImpactNeed
from portal.processing.rules.sheets import ActivityRole

FIELD_NAMES: Mapping[str, str] = {
    "name": N_("Nom du traitement"),
    "reference": N_("Référence interne"),
    "in_charge": N_("Service qui le met en œuvre"),
    "started_on": N_("Mis en œuvre depuis"),
    "technical_measures": N_("Mesures de sécurité techniques"),
    "organisational_measures": N_("Mesures de sécurité organisationnelles"),
    "transfers": N_("Transferts hors de l'Espace économique européen"),
    "joint_controllers": N_("Responsables conjoints"),
    "purpose": N_("Finalité principale"),
    "other_purposes": N_("Autres finalités"),
    "legal_basis": N_("Base légale"),
    "basis_details": N_("Ce qui la fonde"),
    "subjects": N_("Personnes concernées"),
    "subjects_details": N_("Précisions sur ces personnes"),
    "volume": N_("Nombre de personnes"),
    "data": N_("Données"),
    "internal_recipients": N_("Destinataires dans la maison"),
    "processor_recipients": N_("Sous-traitants qui ne sont pas au portail"),
    "partner_recipients": N_("Partenaires destinataires"),
    "public_recipients": N_("Administrations et autorités destinataires"),
    "criteria": N_("Critères de l'analyse d'impact (AIPD)"),
    "listed": N_("Cas de la liste de la CNIL"),
    "criteria_seen": N_("Les neuf critères et la liste de la CNIL ont été passés en revue"),
    "assessed_on": N_("Analyse d'impact faite le"),
    "assessment": N_("Où elle est, ou ce qui a été décidé"),
    "controllers": N_("Responsables de traitement servis"),
    "operations": N_("Traitements faits pour eux"),
    "further_processors": N_("Sous-traitants ultérieurs qui ne sont pas au portail"),
    "services": N_("Prestations liées"),
}
VIEW_NAMES: Mapping[RegisterView, str] = {
    RegisterView.ALL: N_("Toutes"),
    RegisterView.TO_CONFIRM: N_("À confirmer"),
    RegisterView.TO_COMPLETE: N_("À compléter"),
    RegisterView.IMPACT: N_("AIPD à faire"),
    RegisterView.ENDED: N_("Terminées"),
}
NEED_TONES: Mapping[ImpactNeed, str] = {
    ImpactNeed.UNKNOWN: "warning",
    ImpactNeed.NOT_REQUIRED: "neutral",
    ImpactNeed.REQUIRED: "danger",
    ImpactNeed.DONE: "ok",
}
ROLE_ARTICLES: Mapping[ActivityRole, str] = {
    ActivityRole.CONTROLLER: N_("Ce que l'entité décide (art. 30-1)"),
    ActivityRole.PROCESSOR: N_("Ce qu'elle fait pour d'autres (art. 30-2)"),
}


name_words(
    actions={
        "activity.created": N_("Traitement entré au registre"),
        "activity.amended": N_("Traitement modifié"),
        "activity.linked": N_("Prestations liées à un traitement"),
        "activity.confirmed": N_("Traitement confirmé"),
        "activity.ended": N_("Traitement terminé"),
        "activity.assigned": N_("Revue d'un traitement réglée : par qui, tous les combien"),
        "activity.proposal_accepted": N_("Proposition d'un sous-traitant acceptée au registre"),
        "activity.proposal_dismissed": N_("Proposition d'un sous-traitant écartée du registre"),
        "activity.proposal_again": N_("Proposition écartée, reprise"),
    },
    objects={"ProcessingActivity": N_("Traitement")},
    families={"activity": N_("Registre des traitements")},
    fields={
        **{f"{JOURNAL_MARK}{name}": words for name, words in FIELD_NAMES.items()},
        f"{JOURNAL_MARK}role": N_("L'entité agit comme"),
        f"{JOURNAL_MARK}entity": N_("Entité"),
        f"{JOURNAL_MARK}version": N_("Version"),
        f"{JOURNAL_MARK}note": N_("Remarque"),
        f"{JOURNAL_MARK}ended_on": N_("Terminé le"),
        f"{JOURNAL_MARK}owner": N_("Qui confirme"),
        f"{JOURNAL_MARK}review_months": N_("Mois entre deux revues"),
        f"{JOURNAL_MARK}review_month": N_("Mois de la revue"),
        f"{JOURNAL_MARK}review_by": N_("À confirmer d'ici le"),
        f"{JOURNAL_MARK}proposal": N_("Ce qui est proposé"),
    },
    values={f"{JOURNAL_MARK}role": {role.value: role.label for role in ActivityRole}},
    read={f"{JOURNAL_MARK}{name}": partial(journal_words, name) for name in TRANSLATED},
)
