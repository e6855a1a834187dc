"""How forms and the journal say what stands in the register."""

from portal.core.language import N_, Language
from portal.journal.wording import name_words
from portal.vendors import rules
from portal.vendors.models import ContactRole
from portal.vendors.rules.facts import Labelled
from portal.vendors.services import MECHANISMS


def labels(kind: type[Labelled]) -> dict[Labelled, str]:
    """The members of an enumeration with their labels, as forms ask for them."""
    return {member: member.label for member in kind}


LANGUAGES = {Language.FR: N_("Français"), Language.EN: N_("Anglais")}
CONTACT_ROLES = {
    ContactRole.PRIVACY: N_("Protection des données"),
    ContactRole.SECURITY: N_("Sécurité"),
    ContactRole.LEGAL: N_("Juridique"),
    ContactRole.COMMERCIAL: N_("Commercial"),
    ContactRole.SUPPORT: N_("Assistance"),
}

name_words(
    actions={
        "vendor.created": N_("Sous-traitant entré dans le registre"),
        "vendor.imported": N_("Sous-traitant importé d'une liste"),
        "vendor.completed": N_("Sous-traitant complété par une liste"),
        "vendor.described": N_("Fiche corrigée"),
        "vendor.moved": N_("Statut changé"),
        "vendor.assigned": N_("Responsable désigné"),
        "vendor.reclassified": N_("Criticité recalculée"),
        "vendor.expert_granted": N_("Accès donné à un expert"),
        "vendor.expert_withdrawn": N_("Accès retiré à un expert"),
        "service.added": N_("Prestation ajoutée"),
        "service.revised": N_("Prestation corrigée"),
        "service.ended": N_("Fin de prestation"),
        "contact.added": N_("Contact ajouté"),
        "contact.revised": N_("Contact corrigé"),
        "contact.removed": N_("Contact retiré"),
        "contact.account_opened": N_("Compte ouvert pour un contact"),
        "contact.account_closed": N_("Compte d'un contact fermé"),
        "entity.created": N_("Entité du groupe créée"),
        "entity.described": N_("Entité du groupe corrigée"),
        "import.started": N_("Liste déposée"),
        "import.replaced": N_("Liste corrigée déposée"),
        "import.done": N_("Liste importée"),
        "import.abandoned": N_("Import abandonné"),
    },
    objects={
        "Vendor": N_("Sous-traitant"),
        "Service": N_("Prestation"),
        "Contact": N_("Contact"),
        "LegalEntity": N_("Entité du groupe"),
        "VendorImport": N_("Import"),
    },
    families={
        "vendor": N_("Sous-traitants"),
        "service": N_("Prestations"),
        "contact": N_("Contacts"),
        "entity": N_("Entités du groupe"),
        "import": N_("Imports"),
    },
    fields={
        "legal_name": N_("Raison sociale"),
        "legal_form": N_("Forme juridique"),
        "country": N_("Pays"),
        "siren": N_("SIREN"),
        "siret": N_("SIRET"),
        "vat": N_("Numéro de TVA"),
        "lei": N_("LEI"),
        "registration": N_("Immatriculation"),
        "address": N_("Adresse"),
        "website": N_("Site web"),
        "representative": N_("Signataire"),
        "eu_representative": N_("Représentant dans l'Union"),
        "dpo_contact": N_("Délégué à la protection des données"),
        "privacy_contact": N_("Interlocuteur"),
        "breach_contact": N_("Contact en cas de violation"),
        "parent": N_("Société mère"),
        "owner": N_("Responsable"),
        "status": N_("Statut"),
        "tier": N_("Criticité"),
        "tier_ceiling": N_("Criticité au pire"),
        "inherent": N_("Risque inhérent"),
        "expert": N_("Expert"),
        "until": N_("Jusqu'au"),
        "user": N_("Compte"),
        "by": N_("Par"),
        "phone": N_("Téléphone"),
        "description": N_("Description"),
        "purpose": N_("Finalités"),
        "nature": N_("Opérations"),
        "categories": N_("Catégories de données"),
        "has_special": N_("Données sensibles"),
        "special_categories": N_("Catégories de données sensibles"),
        "data_details": N_("Précisions sur les données"),
        "subjects": N_("Personnes concernées"),
        "has_vulnerable": N_("Personnes vulnérables"),
        "volume": N_("Volume"),
        "locations": N_("Localisation"),
        "access": N_("Accès aux données"),
        "criticality": N_("Criticité du service"),
        "customer_relation": N_("Relation avec les personnes"),
        "chain": N_("Sous-traitance ultérieure"),
        "transfer_mechanism": N_("Transferts"),
        "retention": N_("Conservation"),
        "started_on": N_("Début"),
        "duration": N_("Durée"),
        "ended_on": N_("Fin"),
        "legal_entity": N_("Entité du groupe"),
        "contact_role": N_("Rôle du contact"),
        "file": N_("Fichier"),
        "lines": N_("Lignes"),
        "created": N_("Sous-traitants créés"),
        "completed": N_("Sous-traitants complétés"),
        "services": N_("Prestations"),
    },
    values={
        "status": {member.value: member.label for member in rules.Status},
        "tier": {member.value: member.label for member in rules.Tier},
        "tier_ceiling": {member.value: member.label for member in rules.Tier},
        "categories": {member.value: member.label for member in rules.DataCategory},
        "special_categories": {member.value: member.label for member in rules.SpecialCategory},
        "subjects": {member.value: member.label for member in rules.Subject},
        "volume": {member.value: member.label for member in rules.Volume},
        "access": {member.value: member.label for member in rules.Access},
        "customer_relation": {member.value: member.label for member in rules.CustomerRelation},
        "chain": {member.value: member.label for member in rules.Chain},
        "transfer_mechanism": MECHANISMS,
        "contact_role": {member.value: name for member, name in CONTACT_ROLES.items()},
    },
)
