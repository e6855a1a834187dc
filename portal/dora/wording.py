"""How pages and the journal say the facts that only the register of information asks."""

from collections.abc import Mapping
from functools import partial

from portal.core.language import N_, Language
from portal.dora.reference import structure
from portal.dora.rules.defects import DoraRule
from portal.dora.services import JOURNAL_MARK
from portal.journal.wording import name_words
from portal.vendors.place_names import place_name

FACT_NAMES: Mapping[str, str] = {
    "authority": N_("Autorité compétente"),
    "entity_type": N_("Type d'entité"),
    "hierarchy": N_("Place dans le groupe"),
    "parent_lei": N_("LEI de la société mère directe"),
    "currency": N_("Monnaie"),
    "total_assets": N_("Total des actifs, sans les centimes"),
    "integrated_on": N_("Entrée au registre le"),
    "keeps_register": N_("Elle tient le registre pour toutes"),
    "has_branches": N_("A-t-elle des succursales à l'étranger ?"),
    "branches": N_("Ses succursales"),
    "name": N_("Nom de la fonction"),
    "activity": N_("Activité agréée"),
    "criticality": N_("Est-elle critique ou importante ?"),
    "reasons": N_("Pourquoi"),
    "assessed_on": N_("Évaluée le"),
    "rto_hours": N_("Durée d'interruption admise, en heures (RTO)"),
    "rpo_hours": N_("Perte de données admise, en heures (RPO)"),
    "impact": N_("Effet d'un arrêt"),
    "latin_name": N_("Nom en alphabet latin"),
    "code_type": N_("Type d'identifiant"),
    "code": N_("Identifiant"),
    "person": N_("Personne morale ou physique"),
    "is_own_parent": N_("Est-elle sa propre mère ultime ?"),
    "parent_name": N_("Mère ultime"),
    "parent_code_type": N_("Type de son identifiant"),
    "parent_code": N_("Son identifiant"),
    "parent_country": N_("Son pays"),
    "reference": N_("Référence du contrat"),
    "arrangement": N_("Type de contrat"),
    "overarching_id": N_("Contrat-cadre"),
    "answers_to_id": N_("Contrat externe sur lequel il repose"),
    "annual_cost": N_("Coût annuel, sans les centimes"),
    "has_no_end": N_("Le contrat est-il sans terme ?"),
    "notice_days": N_("Préavis que nous devons, en jours"),
    "provider_notice_days": N_("Préavis que le prestataire doit, en jours"),
    "governing_law": N_("Droit applicable"),
    "is_ict": N_("Est-ce un service TIC ?"),
    "not_ict_why": N_("Sinon, pourquoi"),
    "ict_type": N_("Type de service TIC"),
    "functions": N_("Fonctions soutenues"),
    "branch_codes": N_("Succursales qui s'en servent"),
    "provision_country": N_("Pays d'où le service est rendu"),
    "stores_data": N_("Le prestataire stocke-t-il des données ?"),
    "rest_countries": N_("Pays de stockage"),
    "processing_countries": N_("Pays de traitement"),
    "sensitivity": N_("Sensibilité des données"),
    "reliance": N_("Dépendance à ce service"),
    "substitutability": N_("Ce prestataire est-il remplaçable ?"),
    "hard_reason": N_("Pourquoi difficilement"),
    "audited_on": N_("Dernier audit mené hors du portail"),
    "never_audited": N_("Aucun audit n'a jamais eu lieu"),
    "has_exit_plan": N_("Existe-t-il un plan de sortie ?"),
    "reintegration": N_("Le service peut-il revenir en interne ?"),
    "alternatives": N_("Un autre prestataire est-il identifié ?"),
    "alternative_names": N_("Lequel"),
    "underpins": N_("Concourt au service"),
    "company": N_("Société"),
}
FACT_LISTS: Mapping[str, str] = {
    "entity_type": "entity_type", "hierarchy": "hierarchy", "activity": "activity", "criticality": "assessment",
    "impact": "impact", "code_type": "code_type", "person": "person", "parent_code_type": "code_type",
    "arrangement": "arrangement", "ict_type": "ict_service",
    "sensitivity": "sensitivity", "reliance": "reliance", "substitutability": "substitutability",
    "hard_reason": "hard_reason", "reintegration": "reintegration", "alternatives": "assessment",
}  # fmt: skip
"""The list of coded answers that a fact is one of."""
_PLACES = (
    "parent_country", "governing_law", "provision_country", "rest_countries", "processing_countries"
)  # fmt: skip
DEFINED = tuple(f"c{number:04}" for number in range(10, 200, 10))
"""The columns of the table of definitions (B_99.01), by which an entity's definitions are kept."""
RULE_NAMES: Mapping[DoraRule, str] = {
    DoraRule.KEY_MISSING: N_("Identifiant de ligne absent"),
    DoraRule.KEY_TWICE: N_("Ligne en double"),
    DoraRule.NOT_FOUND: N_("Renvoi sans objet"),
    DoraRule.CELL_MISSING: N_("Case à remplir"),
    DoraRule.CODE_UNKNOWN: N_("Code inconnu"),
    DoraRule.COUNTRY_UNKNOWN: N_("Pays inconnu"),
    DoraRule.CURRENCY_UNKNOWN: N_("Monnaie inconnue"),
    DoraRule.LEI_WRONG: N_("LEI faux"),
    DoraRule.EUID_WRONG: N_("EUID faux"),
    DoraRule.TYPE_DIFFERS: N_("Type d'identifiant contredit"),
    DoraRule.LEGAL_PERSON: N_("Ni LEI ni EUID"),
    DoraRule.DATE_WRONG: N_("Date illisible"),
    DoraRule.DATE_AHEAD: N_("Date à venir"),
    DoraRule.DATE_ORDER: N_("Dates inversées"),
    DoraRule.NUMBER_WRONG: N_("Nombre illisible"),
    DoraRule.FUNCTION_WRONG: N_("Identifiant de fonction faux"),
    DoraRule.LINK_WRONG: N_("Lien faux"),
    DoraRule.NOT_LATIN: N_("Autre alphabet"),
    DoraRule.RANK_WRONG: N_("Rang illisible"),
    DoraRule.RANK_FIRST: N_("Rang 1 absent"),
    DoraRule.RANK_ITSELF: N_("Chaîne qui tourne sur elle-même"),
    DoraRule.RANK_GAP: N_("Rang qui manque"),
    DoraRule.ONE_ROW: N_("Une ligne et une seule"),
    DoraRule.SOME_ROWS: N_("Tableau vide"),
    DoraRule.NOTHING_UNDER: N_("Contrat sans service"),
    DoraRule.NOBODY_SIGNS: N_("Contrat sans signataire"),
    DoraRule.NO_CHAIN: N_("Service sans chaîne"),
    DoraRule.NOT_ASSESSED: N_("Service non évalué"),
    DoraRule.ASSESSED_ALONE: N_("Évaluation sans service"),
    DoraRule.NOT_DEFINED: N_("Réponse non définie"),
    DoraRule.FILE_MISSING: N_("Fichier absent"),
    DoraRule.FILE_UNREAD: N_("Fichier illisible"),
    DoraRule.COLUMNS_WRONG: N_("Colonnes fausses"),
    DoraRule.PACKAGE_WRONG: N_("Paquet mal formé"),
    DoraRule.NOT_WRITTEN: N_("Ligne non écrite"),
    DoraRule.SAYS_TWO_THINGS: N_("Sources contradictoires"),
    DoraRule.NOT_SORTED: N_("Prestation à classer"),
    DoraRule.NO_ENTITY: N_("Entité inconnue"),
    DoraRule.NO_CONTRACT: N_("Sans contrat en vigueur"),
    DoraRule.BRANCHES_UNSAID: N_("Succursales inconnues"),
    DoraRule.CHAIN_UNSAID: N_("Chaîne inconnue"),
    DoraRule.NOT_JUDGED: N_("Sous-traitant à juger"),
}


def code_words(listed: str, code: str, language: Language) -> str:
    """A coded answer in words; one that the list does not hold is its own name."""
    return next((one.words.read(language) for one in structure().lists[listed].codes if one.code == code), code)


def defined_words(column: str, language: Language) -> str:
    """The answer that a column of the table of definitions is about."""
    found = next(one for one in structure().tables["B_99.01"].columns if one.code == column)
    return found.words.read(language)


name_words(
    actions={
        "dora.entity": N_("Registre DORA : entité décrite"),
        "dora.definitions": N_("Registre DORA : réponses définies"),
        "dora.function": N_("Registre DORA : fonction décrite"),
        "dora.function_removed": N_("Registre DORA : fonction retirée"),
        "dora.provider": N_("Registre DORA : prestataire décrit"),
        "dora.contract": N_("Registre DORA : contrat décrit"),
        "dora.service": N_("Registre DORA : prestation décrite"),
        "dora.subcontractor": N_("Registre DORA : sous-traitant jugé"),
    },
    objects={"DoraFunction": N_("Fonction (DORA)")},
    families={"dora": N_("Registre DORA")},
    fields={
        **{f"{JOURNAL_MARK}{name}": words for name, words in FACT_NAMES.items()},
        # The names of a data file, which is read when an entry is.
        **{f"{JOURNAL_MARK}{column}": partial(defined_words, column) for column in DEFINED},
    },
    read={
        **{f"{JOURNAL_MARK}{name}": partial(code_words, listed) for name, listed in FACT_LISTS.items()},
        **{f"{JOURNAL_MARK}{name}": place_name for name in _PLACES},
    },
)
