"""How pages and the journal say what moved in published terms."""

from portal.core.language import N_, Language, Sentence, say
from portal.core.translation import translate
from portal.journal.wording import name_words
from portal.published_terms.rules.comparing import TermChange, TermEffect
from portal.published_terms.rules.contract_words import ContractStanding
from portal.published_terms.rules.stated_facts import UNDATED, UNLIMITED, StatedFact, TermClass
from portal.published_terms.rules.watching import DriftVerdict, PageKind, ReadingMeans
from portal.vendors.place_names import place_name

EFFECT_TONES = {TermEffect.HARSHER: "danger", TermEffect.KINDER: "ok", TermEffect.OPEN: "warning"}
VERDICT_TONES = {
    DriftVerdict.NO_EFFECT: "neutral",
    DriftVerdict.TO_NEGOTIATE: "warning",
    DriftVerdict.FALSE_ALARM: "neutral",
}
STANDINGS = {
    ContractStanding.SAYS: N_("Votre contrat dit :"),
    ContractStanding.SILENT: N_("Votre contrat n'en dit rien."),
    ContractStanding.UNKNOWN: N_(
        "On ne sait pas ce que dit votre contrat : son texte n'a pas été lu, ou en dit plusieurs chiffres."
    ),
    ContractStanding.NONE: N_("Aucun contrat en vigueur n'est au registre."),
}
_UNITS = {
    "h": ("%(number)s h", "%(number)s h"),
    "d": (N_("1 jour"), N_("%(number)s jours")),
    "wd": (N_("1 jour ouvré"), N_("%(number)s jours ouvrés")),
    "m": (N_("1 mois de redevances"), N_("%(number)s mois de redevances")),
    "€": ("%(number)s €", "%(number)s €"),
}
_VALUES = {
    UNDATED: N_("sans délai chiffré"),
    UNLIMITED: N_("sans plafond"),
    "right": N_("droit d'auditer"),
    "on_site": N_("visites sur place"),
    "reports_only": N_("rapports en lieu et place d'audits"),
    "no_visit": N_("pas de visite"),
    "once_a_year": N_("une fois par an au plus"),
    "our_cost": N_("à nos frais"),
    "publication": N_("par simple mise en ligne"),
    "agreement": N_("avec notre accord"),
    "eea_only": N_("dans l'Espace économique européen seulement"),
    "own_use": N_("pour son propre compte"),
    "ai_training": N_("entraînement de modèles"),
    "promise": N_("engagement de s'en tenir à nos finalités"),
    "encryption_in_transit": N_("chiffrement des échanges"),
    "encryption_at_rest": N_("chiffrement des données conservées"),
    "mfa": N_("authentification à plusieurs facteurs"),
    "hsm": N_("module matériel de sécurité"),
    "penetration_test": N_("tests d'intrusion"),
    "bug_bounty": N_("recherche de vulnérabilités rémunérée"),
    "backups": N_("sauvegardes"),
    "pseudonymisation": N_("pseudonymisation"),
}
_STANDARDS = {
    "iso_27001": "ISO 27001", "iso_27017": "ISO 27017", "iso_27018": "ISO 27018", "iso_27701": "ISO 27701",
    "iso_22301": "ISO 22301", "iso_9001": "ISO 9001", "soc_1": "SOC 1", "soc_2": "SOC 2", "hds": "HDS",
    "secnumcloud": "SecNumCloud", "c5": "C5", "pci_dss": "PCI DSS", "cyber_essentials": "Cyber Essentials",
    "tisax": "TISAX", "hitrust": "HITRUST", "nf_345": "NF 345",
}  # fmt: skip


def value_words(fact: StatedFact, language: Language) -> str:
    """The value of a fact, as a reader says it.

    >>> value_words(StatedFact(TermClass.BREACH_DELAY, "48 h", ""), Language.FR)
    '48 h'
    >>> value_words(StatedFact(TermClass.AUDIT_NOTICE, "10 wd", ""), Language.FR)
    '10 jours ouvrés'
    """
    return raw_value_words(fact.kind, fact.value, fact.aspect, language)


def raw_value_words(kind: TermClass, value: str, aspect: str, language: Language) -> str:
    """The same of a value alone."""
    if value in _VALUES:
        return translate(Sentence(_VALUES[value]), language)
    if value in _STANDARDS:
        return _STANDARDS[value]
    if kind is TermClass.PLACE or (kind is TermClass.LAW and aspect == "law"):
        return place_name(value, language)
    number, _, unit = value.rpartition(" ")
    if unit in _UNITS and kind not in (TermClass.SUBPROCESSOR, TermClass.LAW):
        one, several = _UNITS[unit]
        return translate(Sentence(one if number == "1" else several, {"number": number}), language)
    return value


def change_words(change: TermChange, language: Language) -> str:
    """A change in a few words: « 48 h → 72 h », « ajouté : Quillback Analytics Inc. »."""
    before, after = change.before, change.after
    if before is not None and after is not None:
        return f"{value_words(before, language)} → {value_words(after, language)}"
    if after is not None:
        sentence = say("apparaît : %(what)s", what=value_words(after, language))
    elif before is not None:
        sentence = say("n'est plus dit : %(what)s", what=value_words(before, language))
    else:
        return ""
    return translate(sentence, language)


name_words(
    actions={
        "published.watched": N_("Page publiée mise sous surveillance"),
        "published.corrected": N_("Page surveillée corrigée"),
        "published.received": N_("Texte publié reçu"),
        "published.asked": N_("Page publiée demandée"),
        "published.read": N_("Page publiée lue"),
        "published.failed": N_("Page publiée non lue"),
        "published.drifted": N_("Écart entre un texte publié et le précédent, ou le contrat"),
        "published.examined": N_("Écart d'un texte publié examiné"),
    },
    objects={"PublishedPage": N_("Page surveillée"), "TermDrift": N_("Écart d'un texte publié")},
    families={"published": N_("Textes publiés")},
    fields={
        "is_fetched": N_("Lue à son adresse"),
        "means": N_("Par quel moyen"),
        "page_kind": N_("Ce qui y est publié"),
        "changes": N_("Changements"),
        "harsher": N_("Moins favorables"),
        "digest": N_("Empreinte"),
        "drift_verdict": N_("Suite donnée"),
    },
    values={
        "drift_verdict": {one.value: one.label for one in DriftVerdict},
        "page_kind": {one.value: one.label for one in PageKind},
        "means": {one.value: one.label for one in ReadingMeans},
    },
)
