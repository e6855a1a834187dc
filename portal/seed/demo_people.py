"""Who and what the demonstration is made of; every person and company is invented."""

from dataclasses import field
from datetime import date

from portal.authz.policy import Role
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.vendors.models import ContactRole
from portal.vendors.rules.facts import (
    Access,
    Chain,
    Criticality,
    CustomerRelation,
    DataCategory,
    DataSubject,
    SpecialCategory,
    Volume,
)
from portal.vendors.rules.status import VendorStatus
from portal.vendors.services import ContactSheet, EntitySheet, ServiceSheet, VendorSheet

ORGANISATION = "Maison Verdelet"
STAFF = (
    ("dpo@verdelet.example", "Claire Dumas", Role.DPO),
    ("juriste@verdelet.example", "Karim Benali", Role.LEGAL),
    ("acheteuse@verdelet.example", "Sophie Laurent", Role.BUYER),
    ("direction@verdelet.example", "Hélène Roux", Role.MANAGEMENT),
    ("admin@verdelet.example", "Paul Martin", Role.ADMIN),
)

ENTITIES = (
    EntitySheet(
        "Maison Verdelet SAS",
        "999100035",
        "",
        "12 quai des Tanneurs, 69002 Lyon",
        "FR",
        "Hélène Roux, présidente",
        "Claire Dumas, dpo@verdelet.example",
        "donnees@verdelet.example, +33 4 00 00 00 00",
        is_financial=False,
        is_nis2=False,
    ),
    EntitySheet(
        "Verdelet Belgique SA",
        "0999100123",
        "",
        "8 rue des Drapiers, 1000 Bruxelles",
        "BE",
        "Luc Peeters, administrateur délégué",
        "Claire Dumas, dpo@verdelet.example",
        "donnees@verdelet.example",
        is_financial=False,
        is_nis2=False,
    ),
)


@dataclass(frozen=True)
class DemoVendor:
    """A vendor of the demonstration: its sheet, its people, what it does, and how it answers."""

    sheet: VendorSheet
    contact: ContactSheet
    service: ServiceSheet
    path: tuple[VendorStatus, ...] = (VendorStatus.ONBOARDING, VendorStatus.ACTIVE)
    quality: tuple[float, ...] = ()
    """The quality of each yearly set of answers, 0–1, oldest first; empty: never audited."""
    state: str = "accepted"
    """Where its latest audit stands: accepted, submitted, answering, late, returned."""
    owned: bool = False
    contract: bool = True
    extra: dict[str, str] = field(default_factory=dict)


ID, CONN, FIN, REC = DataCategory.IDENTITY, DataCategory.CONNECTION, DataCategory.FINANCIAL, DataCategory.RECORDING
START = date(2024, 3, 1)

VENDORS = (
    DemoVendor(
        VendorSheet(
            "Hébergeur Provence",
            "Hébergeur Provence SAS",
            "SAS",
            "FR",
            siren="999101330",
            address="4 chemin des Oliviers, 13100 Aix-en-Provence",
            representative="Nadia Ferrand, directrice générale",
            dpo_contact="dpo@hebergeur-provence.example",
            breach_contact="astreinte@hebergeur-provence.example, 24 h/24",
        ),
        ContactSheet("Nadia Ferrand", "nadia@hebergeur-provence.example"),
        ServiceSheet(
            "Hébergement du site marchand",
            is_cloud=True,
            uses_ai=False,
            hosts_health_data=False,
            concerns_minors=False,
            description="Hébergement infogéré du site et de ses sauvegardes",
            purpose="Mettre à disposition le site marchand et ses données",
            nature="Hébergement\nSauvegarde\nSupervision",
            categories=(ID, CONN),
            has_special=False,
            subjects=(DataSubject.CUSTOMERS, DataSubject.PUBLIC),
            volume=Volume.UNDER_1M,
            locations=("FR",),
            access=Access.HOSTING,
            criticality=Criticality.ESSENTIAL,
            customer_relation=CustomerRelation.NONE,
            chain=Chain.DIRECT,
            transfer_mechanism="none",
            started_on=START,
            duration="celle du contrat principal",
        ),
        quality=(0.62, 0.8, 0.97),
    ),
    DemoVendor(
        VendorSheet(
            "Paie Facile",
            "Paie Facile SAS",
            "SAS",
            "FR",
            siren="999102338",
            address="31 rue du Lavoir, 44000 Nantes",
            representative="Marc Le Goff, président",
            dpo_contact="dpo@paie-facile.example",
        ),
        ContactSheet("Marc Le Goff", "marc@paie-facile.example"),
        ServiceSheet(
            "Paie et bulletins",
            is_cloud=True,
            uses_ai=False,
            hosts_health_data=False,
            concerns_minors=False,
            description="Calcul de la paie et remise des bulletins",
            purpose="Établir la paie et les déclarations sociales",
            nature="Collecte\nCalcul\nConservation",
            categories=(ID, DataCategory.PROFESSIONAL, FIN),
            has_special=True,
            special_categories=(SpecialCategory.NATIONAL_NUMBER, SpecialCategory.HEALTH),
            subjects=(DataSubject.EMPLOYEES,),
            volume=Volume.UNDER_10K,
            locations=("FR", "MA"),
            access=Access.HOSTING,
            criticality=Criticality.ESSENTIAL,
            customer_relation=CustomerRelation.NONE,
            chain=Chain.DIRECT,
            started_on=START,
            duration="trois ans renouvelables",
        ),
        quality=(0.7, 0.55, 0.4),
        owned=True,
    ),
    DemoVendor(
        VendorSheet(
            "Beacon Analytics",
            "Beacon Analytics Ltd",
            "Ltd",
            "IE",
            address="7 Harbour Row, Dublin 2",
            language=Language.EN,
            representative="Aoife Byrne, CEO",
            dpo_contact="privacy@beacon-analytics.example",
        ),
        ContactSheet("Aoife Byrne", "aoife@beacon-analytics.example", language=Language.EN),
        ServiceSheet(
            "Mesure d'audience",
            is_cloud=True,
            uses_ai=True,
            hosts_health_data=False,
            concerns_minors=False,
            purpose="Mesurer la fréquentation du site",
            nature="Collecte\nAgrégation",
            categories=(CONN,),
            has_special=False,
            subjects=(DataSubject.PUBLIC,),
            volume=Volume.OVER_1M,
            locations=("IE", "US"),
            access=Access.HOSTING,
            criticality=Criticality.USEFUL,
            customer_relation=CustomerRelation.NONE,
            chain=Chain.DEEP,
            transfer_mechanism="adequacy",
            started_on=START,
            duration="celle du contrat principal",
        ),
        quality=(0.75,),
        state="returned",
    ),
    DemoVendor(
        VendorSheet(
            "Callisto Relation Client",
            "Callisto Relation Client SARL",
            "SARL",
            "MA",
            address="22 avenue des Orangers, Rabat",
            representative="Samira El Idrissi, gérante",
        ),
        ContactSheet("Samira El Idrissi", "samira@callisto.example"),
        ServiceSheet(
            "Centre d'appels",
            description="Réponse téléphonique, rétractations et retours, démarchage de clients consentants",
            purpose="Répondre aux clients, traiter réclamations et rétractations\nAppeler ceux qui y ont consenti",
            nature="Consultation\nSaisie\nEnregistrement des appels",
            categories=(ID, REC),
            has_special=False,
            subjects=(DataSubject.CUSTOMERS,),
            volume=Volume.UNDER_1M,
            locations=("MA",),
            access=Access.REMOTE,
            criticality=Criticality.IMPORTANT,
            customer_relation=CustomerRelation.OUTBOUND,
            handles_withdrawals=True,
            calls_consumers=True,
            chain=Chain.NONE,
            transfer_mechanism="scc",
            started_on=START,
            duration="deux ans",
        ),
        quality=(0.5,),
        state="late",
        owned=True,
    ),
    DemoVendor(
        VendorSheet(
            "Atelier du Rhône",
            "Atelier du Rhône SARL",
            "SARL",
            "FR",
            siren="999103500",
            address="5 impasse Gutenberg, 69100 Villeurbanne",
        ),
        ContactSheet("Julien Mercier", "julien@atelier-rhone.example"),
        ServiceSheet(
            "Impression de courriers",
            purpose="Imprimer et expédier les courriers aux clients",
            nature="Impression\nExpédition",
            categories=(ID,),
            has_special=False,
            subjects=(DataSubject.CUSTOMERS,),
            volume=Volume.UNDER_100K,
            locations=("FR",),
            access=Access.OCCASIONAL,
            criticality=Criticality.USEFUL,
            customer_relation=CustomerRelation.NONE,
            chain=Chain.NONE,
            transfer_mechanism="none",
        ),
        quality=(0.7, 0.72),
        state="submitted",
    ),
    DemoVendor(
        VendorSheet(
            "Nordlys Cloud", "Nordlys Cloud AS", "AS", "NO", address="Fjordgata 9, 7010 Trondheim", language=Language.EN
        ),
        ContactSheet("Ingrid Solheim", "ingrid@nordlys.example", language=Language.EN),
        ServiceSheet(
            "Sauvegarde externalisée",
            purpose="Conserver une copie de secours hors site",
            nature="Conservation\nRestauration",
            categories=(ID, CONN, FIN),
            has_special=False,
            subjects=(DataSubject.CUSTOMERS, DataSubject.EMPLOYEES),
            volume=Volume.UNDER_1M,
            locations=("NO",),
            access=Access.HOSTING,
            criticality=Criticality.IMPORTANT,
            customer_relation=CustomerRelation.NONE,
            chain=Chain.NONE,
            transfer_mechanism="none",
        ),
        quality=(0.92,),
    ),
    DemoVendor(
        VendorSheet(
            "SecureSign", "SecureSign GmbH", "GmbH", "DE", address="Ufergasse 3, 10115 Berlin", language=Language.EN
        ),
        ContactSheet("Jonas Keller", "jonas@securesign.example", language=Language.EN),
        ServiceSheet(
            "Signature électronique",
            purpose="Faire signer contrats et avenants",
            nature="Collecte\nHorodatage\nArchivage",
            categories=(ID,),
            has_special=False,
            subjects=(DataSubject.EMPLOYEES, DataSubject.PARTNERS),
            volume=Volume.UNDER_10K,
            locations=("DE",),
            access=Access.HOSTING,
            criticality=Criticality.USEFUL,
            customer_relation=CustomerRelation.NONE,
            chain=Chain.DIRECT,
            transfer_mechanism="none",
        ),
        quality=(0.85,),
        state="answering",
    ),
    DemoVendor(
        VendorSheet(
            "MedArchiv", "MedArchiv SA", "SA", "FR", siren="999104508", address="18 rue Ambroise-Paré, 35000 Rennes"
        ),
        ContactSheet("Dr Anne Kervella", "anne@medarchiv.example", role=ContactRole.SECURITY),
        ServiceSheet(
            "Archivage de la médecine du travail",
            is_cloud=False,
            uses_ai=False,
            hosts_health_data=True,
            concerns_minors=False,
            purpose="Conserver les dossiers médicaux en santé au travail",
            nature="Conservation\nCommunication sur demande",
            categories=(ID,),
            has_special=True,
            special_categories=(SpecialCategory.HEALTH,),
            subjects=(DataSubject.EMPLOYEES,),
            volume=Volume.UNDER_10K,
            locations=("FR",),
            access=Access.HOSTING,
            criticality=Criticality.IMPORTANT,
            customer_relation=CustomerRelation.NONE,
            chain=Chain.NONE,
            transfer_mechanism="none",
        ),
        contract=False,
    ),
    DemoVendor(
        VendorSheet(
            "DataLark", "DataLark Inc.", "Inc.", "US", address="410 Mission Pier, Oakland", language=Language.EN
        ),
        ContactSheet("Dana Whitfield", "dana@datalark.example", language=Language.EN),
        ServiceSheet(
            "Enrichissement de fichiers",
            purpose="Compléter les fiches de prospects",
            nature="Rapprochement\nEnrichissement",
            categories=(ID, DataCategory.PERSONAL_LIFE),
            subjects=(DataSubject.PUBLIC,),
            volume=Volume.UNDER_1M,
            locations=("US",),
            access=Access.HOSTING,
            criticality=Criticality.ACCESSORY,
            customer_relation=CustomerRelation.NONE,
            chain=Chain.DEEP,
        ),
        path=(VendorStatus.ONBOARDING,),
        contract=False,
        owned=True,
    ),
    DemoVendor(
        VendorSheet(
            "Logis Express",
            "Logis Express SA",
            "SA",
            "FR",
            siren="999105810",
            address="Zone de fret, 60 rue des Transitaires, 69330 Jonage",
        ),
        ContactSheet("Thomas Girard", "thomas@logis-express.example", role=ContactRole.COMMERCIAL),
        ServiceSheet(
            "Livraison à domicile",
            is_cloud=False,
            uses_ai=False,
            hosts_health_data=False,
            concerns_minors=False,
            purpose="Livrer les commandes",
            nature="Consultation\nTransmission aux livreurs",
            categories=(ID, DataCategory.LOCATION),
            has_special=False,
            subjects=(DataSubject.CUSTOMERS,),
            volume=Volume.UNDER_1M,
            locations=("FR",),
            access=Access.REMOTE,
            criticality=Criticality.IMPORTANT,
            customer_relation=CustomerRelation.INBOUND,
            handles_withdrawals=False,
            calls_consumers=False,
            chain=Chain.DIRECT,
            transfer_mechanism="none",
        ),
        quality=(0.7, 0.65),
    ),
    DemoVendor(
        VendorSheet("Studio Pixel", "Studio Pixel EURL", "EURL", "FR", siren="999106818"),
        ContactSheet("Lina Moreau", "lina@studio-pixel.example"),
        ServiceSheet(
            "Maintenance du site vitrine",
            purpose="Corriger et faire évoluer le site",
            nature="Accès ponctuel à la base",
            categories=(ID,),
            has_special=False,
            subjects=(DataSubject.PUBLIC,),
            volume=Volume.UNDER_1K,
            locations=("FR",),
            access=Access.OCCASIONAL,
            criticality=Criticality.ACCESSORY,
            customer_relation=CustomerRelation.NONE,
            chain=Chain.NONE,
            transfer_mechanism="none",
        ),
        quality=(0.58,),
        contract=False,
    ),
)
