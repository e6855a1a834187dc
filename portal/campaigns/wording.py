"""The words for campaigns and waves, and how the journal says them."""

from collections.abc import Mapping

from portal.campaigns.models import CampaignState
from portal.campaigns.rules import UNCLASSIFIED, Every, LetterKind
from portal.core.language import N_
from portal.journal.wording import name_words
from portal.vendors.place_names import place_name
from portal.vendors.rules.status import VendorStatus
from portal.vendors.rules.tier import Tier

STATE_NAMES: Mapping[CampaignState, str] = {
    CampaignState.DRAFT: N_("Brouillon"),
    CampaignState.ACTIVE: N_("Active"),
    CampaignState.PAUSED: N_("Suspendue"),
    CampaignState.ENDED: N_("Terminée"),
}
STATE_TONES: Mapping[CampaignState, str] = {
    CampaignState.DRAFT: "neutral",
    CampaignState.ACTIVE: "ok",
    CampaignState.PAUSED: "warning",
    CampaignState.ENDED: "neutral",
}

TIER_NAMES: Mapping[str, str] = {
    Tier.CRITICAL.value: N_("critique"),
    Tier.HIGH.value: N_("élevée"),
    Tier.MEDIUM.value: N_("moyenne"),
    Tier.LOW.value: N_("faible"),
    UNCLASSIFIED: N_("inconnue"),
}
"""Agrees with « criticité »."""
STATUS_NAMES: Mapping[str, str] = {
    VendorStatus.PROSPECT.value: N_("prospect"),
    VendorStatus.ONBOARDING.value: N_("en intégration"),
    VendorStatus.ACTIVE.value: N_("actif"),
    VendorStatus.SUSPENDED.value: N_("suspendu"),
    VendorStatus.OFFBOARDING.value: N_("en sortie"),
    VendorStatus.OFFBOARDED.value: N_("sorti"),
}
LETTER_KINDS: Mapping[LetterKind, str] = {
    LetterKind.INVITATION: N_("Invitation"),
    LetterKind.REMINDER: N_("Rappel avant l'échéance"),
    LetterKind.LATE: N_("Relance après l'échéance"),
    LetterKind.EXTENDED: N_("Nouvelle échéance"),
}
EVERY_NAMES: Mapping[Every, str] = {
    Every.ONCE: N_("Une seule fois"),
    Every.WEEKS: N_("Toutes les N semaines"),
    Every.MONTHS: N_("Tous les N mois"),
    Every.YEARS: N_("Tous les N ans"),
}

name_words(
    actions={
        "campaign.created": N_("Campagne créée"),
        "campaign.revised": N_("Campagne modifiée"),
        "campaign.activated": N_("Campagne activée"),
        "campaign.paused": N_("Campagne suspendue"),
        "campaign.ended": N_("Campagne terminée"),
        "campaign.resumed": N_("Campagne reprise après des dates manquées"),
        "campaign.tried": N_("Message essayé sur soi"),
        "audience.saved": N_("Filtre enregistré"),
        "audience.revised": N_("Filtre changé"),
        "audience.removed": N_("Filtre retiré"),
        "letter.written": N_("Message réécrit"),
        "letter.restored": N_("Message rendu à son texte d'origine"),
        "schedule.ticked": N_("Échéancier joué par commande"),
        "wave.started": N_("Vague lancée"),
        "wave.empty": N_("Vague non lancée : personne à interroger"),
        "wave.launched": N_("Sous-traitants de la vague choisis"),
        "wave.audits_opened": N_("Audits de la vague ouverts"),
        "wave.vendors_skipped": N_("Sous-traitants déjà sollicités laissés de côté"),
        "wave.invited_late": N_("Invitations de la vague envoyées après coup"),
        "wave.reminded": N_("Relances envoyées"),
        "wave.invited_again": N_("Invitations renvoyées"),
        "wave.extended": N_("Échéances reportées"),
        "wave.recipient_changed": N_("Destinataire changé"),
        "wave.audits_cancelled": N_("Audits de la vague annulés"),
        "wave.escalated": N_("Retards signalés au contact d'escalade"),
    },
    objects={
        "Campaign": N_("Campagne"),
        "SavedAudience": N_("Filtre de campagnes"),
        "LetterText": N_("Message de campagne"),
        "TypedInstant": N_("Instant demandé"),
    },
    families={
        "campaign": N_("Campagnes"),
        "audience": N_("Filtres des campagnes"),
        "letter": N_("Messages des campagnes"),
        "wave": N_("Vagues"),
        "schedule": N_("Échéancier"),
    },
    fields={
        "questionnaire_key": N_("Questionnaire"),
        "audience": N_("Sous-traitants visés"),
        "saved_audience_id": N_("Filtre enregistré n°"),
        "saved_audience": N_("Filtre enregistré"),
        "recurrence": N_("Rythme"),
        "delay_days": N_("Délai de réponse (jours)"),
        "reminders": N_("Relances (jours)"),
        "escalation_email": N_("Contact d'escalade"),
        "escalation_after_days": N_("Escalade après (jours)"),
        "subject_fr": N_("Objet en français"),
        "body_fr": N_("Message en français"),
        "subject_en": N_("Objet en anglais"),
        "body_en": N_("Message en anglais"),
        "message": N_("Message"),
        "next_run_at": N_("Prochaine vague"),
        "wave": N_("Vague"),
        "period": N_("Période"),
        "due_on": N_("Échéance"),
        "vendors": N_("Sous-traitants"),
        "audits": N_("Audits"),
        "invited": N_("Personnes invitées"),
        "unreached": N_("Sous-traitants sans destinataire"),
        "letters": N_("Messages"),
        "skipped": N_("Vagues manquées regroupées"),
        "day": N_("Jour"),
        "to": N_("Destinataire"),
        "tiers": N_("Criticité"),
        "statuses": N_("Statut"),
        "countries": N_("Pays"),
        "vendor_ids": N_("Choisis un par un"),
        "not_audited_months": N_("Sans audit depuis (mois)"),
        "every": N_("Répétition"),
        "step": N_("Intervalle"),
        "start": N_("Premier jour"),
        "until": N_("Dernier jour"),
        "at": N_("Heure"),
        "zone": N_("Fuseau horaire"),
    },
    values={"tiers": TIER_NAMES, "statuses": STATUS_NAMES, "every": {one.value: EVERY_NAMES[one] for one in Every}},
    read={"countries": place_name},
)
