"""What is known of a service when its inherent risk is weighed; the words of its forms, in order of growing risk."""

from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import Self

from portal.core.dataclass import dataclass
from portal.core.language import N_


class Labelled(StrEnum):
    """A word stored by value and shown by its label (a French sentence to translate)."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Keep the label beside the value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class DataCategory(Labelled):
    """Personal data other than special categories, as CNIL's model record sorts them (RGPD art. 30(1)(c))."""

    IDENTITY = "identification", N_("État civil, identité, coordonnées")
    PROFESSIONAL = "vie_professionnelle", N_("Vie professionnelle")
    CONNECTION = "connexion", N_("Données de connexion et traces d'usage")
    PERSONAL_LIFE = "vie_personnelle", N_("Vie personnelle, habitudes, situation familiale")
    FINANCIAL = "economique", N_("Informations économiques et financières, moyens de paiement")
    LOCATION = "localisation", N_("Localisation des personnes")
    RECORDING = "enregistrements", N_("Correspondances, enregistrements de la voix ou de l'image")
    OTHER = "autres", N_("Autres données personnelles")


class SpecialCategory(Labelled):
    """Data that the law singles out: RGPD art. 9 and 10, and the national number (art. 87)."""

    NATIONAL_NUMBER = "nir", N_("Numéro de sécurité sociale (NIR)")
    UNSPECIFIED = "non_precisees", N_("Données sensibles, sans précision")
    ORIGIN = "origine", N_("Origine raciale ou ethnique")
    OPINIONS = "opinions", N_("Opinions politiques")
    BELIEFS = "convictions", N_("Convictions religieuses ou philosophiques")
    UNION = "syndicat", N_("Appartenance syndicale")
    SEX_LIFE = "vie_sexuelle", N_("Vie sexuelle ou orientation sexuelle")
    BIOMETRIC = "biometrie", N_("Données biométriques d'identification")
    GENETIC = "genetique", N_("Données génétiques")
    HEALTH = "sante", N_("Données de santé")
    CONVICTIONS = "condamnations", N_("Condamnations et infractions")


class DataSubject(Labelled):
    """Whose data they are; the vulnerable ones in the sense of the DPIA guidelines (WP 248 rev.01, criterion 7)."""

    PUBLIC = "public", N_("Visiteurs, prospects, grand public")
    CUSTOMERS = "clients", N_("Clients, usagers, adhérents")
    PARTNERS = "partenaires", N_("Contacts de partenaires et de fournisseurs")
    CANDIDATES = "candidats", N_("Candidats à un emploi")
    EMPLOYEES = "salaries", N_("Salariés et agents")
    VULNERABLE = "vulnerables", N_("Personnes vulnérables, sans précision")
    PATIENTS = "patients", N_("Patients, personnes âgées ou en situation de handicap")
    MINORS = "mineurs", N_("Mineurs")


VULNERABLE_SUBJECTS = frozenset(
    {DataSubject.EMPLOYEES, DataSubject.VULNERABLE, DataSubject.PATIENTS, DataSubject.MINORS}
)


class Volume(Labelled):
    """How many people's data the service touches."""

    UNKNOWN = "inconnu", N_("Nombre de personnes inconnu")
    UNDER_1K = "moins_1000", N_("Moins de 1 000 personnes")
    UNDER_10K = "moins_10000", N_("De 1 000 à 10 000 personnes")
    UNDER_100K = "moins_100000", N_("De 10 000 à 100 000 personnes")
    UNDER_1M = "moins_1000000", N_("De 100 000 à un million de personnes")
    OVER_1M = "plus_1000000", N_("Plus d'un million de personnes")


class Access(Labelled):
    """How the vendor reaches the data."""

    UNKNOWN = "inconnu", N_("Mode d'accès inconnu")
    NONE = "aucun", N_("Aucun accès aux données")
    OCCASIONAL = "ponctuel", N_("Accès ponctuel et accompagné")
    ON_SITE = "sur_site", N_("Intervention dans nos locaux")
    REMOTE = "distance", N_("Accès à distance à nos systèmes")
    HOSTING = "hebergement", N_("Hébergement ou conservation chez le sous-traitant")


class Exposure(Labelled):
    """Where the data go, as chapter V of the RGPD sees it, before any transfer mechanism."""

    EEA = "eee", N_("Données dans l'Espace économique européen")
    ADEQUATE = "adequation", N_("Pays tiers couvert par une décision d'adéquation (RGPD art. 45)")
    CONDITIONAL = "adequation_partielle", N_("Pays tiers dont l'adéquation ne vaut que pour certains organismes")
    THIRD_COUNTRY = "pays_tiers", N_("Pays tiers sans décision d'adéquation")


class Criticality(IntEnum):
    """How much we depend on the service, 1–4."""

    ACCESSORY = 1
    USEFUL = 2
    IMPORTANT = 3
    ESSENTIAL = 4

    @property
    def label(self) -> str:
        """The level in words, a French sentence to translate."""
        return _CRITICALITY[self]


_CRITICALITY = {
    Criticality.ACCESSORY: N_("Service accessoire : son arrêt ne gêne personne"),
    Criticality.USEFUL: N_("Service utile : son arrêt se supporte quelques jours"),
    Criticality.IMPORTANT: N_("Service important : son arrêt désorganise une activité"),
    Criticality.ESSENTIAL: N_("Service essentiel : son arrêt arrête l'activité"),
}


class CustomerRelation(Labelled):
    """Whether the vendor speaks to people in our name."""

    NONE = "aucune", N_("Aucun contact avec les personnes en notre nom")
    INBOUND = "reception", N_("Répond aux personnes en notre nom")
    OUTBOUND = "emission", N_("Démarche ou relance les personnes en notre nom")


class Chain(Labelled):
    """Whether the vendor passes the data on to other processors (RGPD art. 28(2) and (4))."""

    NONE = "aucune", N_("Aucun sous-traitant ultérieur")
    DIRECT = "un_rang", N_("Des sous-traitants ultérieurs, sur un rang")
    DEEP = "plusieurs_rangs", N_("Des sous-traitants ultérieurs sur plusieurs rangs")


@dataclass(frozen=True)
class ServiceFacts:
    """What is known of one service; None means that nobody has said, an empty set that there is none."""

    special: frozenset[SpecialCategory] | None = None
    data: frozenset[DataCategory] | None = None
    subjects: frozenset[DataSubject] | None = None
    volume: Volume | None = None
    access: Access | None = None
    exposure: Exposure | None = None
    criticality: Criticality | None = None
    customer_relation: CustomerRelation | None = None
    chain: Chain | None = None


def special_of(said: bool | None, named: Iterable[str]) -> frozenset[SpecialCategory] | None:
    """The special categories behind a yes/no answer and a list; ValueError if a name is not one of them.

    >>> special_of(None, []) is None, special_of(False, [])
    (True, frozenset())
    >>> [member.value for member in special_of(True, [])]
    ['non_precisees']
    """
    members = frozenset(map(SpecialCategory, named))
    if members or said is False:
        return members
    return None if said is None else frozenset({SpecialCategory.UNSPECIFIED})


def subjects_of(vulnerable: bool | None, named: Iterable[str]) -> frozenset[DataSubject] | None:
    """The people behind « are some vulnerable? » and a list; ValueError if a name is not one of them.

    >>> sorted(member.value for member in subjects_of(True, ["clients"]))
    ['clients', 'vulnerables']
    >>> subjects_of(None, []) is None
    True
    """
    members = frozenset(map(DataSubject, named))
    if vulnerable and not members & VULNERABLE_SUBJECTS:
        members |= {DataSubject.VULNERABLE}
    return None if vulnerable is None and not members else members
