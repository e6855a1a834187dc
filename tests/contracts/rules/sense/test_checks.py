"""Checks of sense: each has facts that fail it and near ones that pass; the old demonstration is refused."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from portal.contracts.language_data import language_words
from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.sense.checks import TESTS, failed_checks, read_checks
from portal.contracts.rules.sense.model import FactsScene
from portal.contracts.sense_checks import sense_checks
from portal.core.language import Language
from portal.vendors import reference

ON = date(2026, 11, 24)
SOUND = {
    "controller.name": "Mutuelle Horizon",
    "controller.address": "12 quai des Brumes, 44000 Nantes",
    "controller.representative": "Claire Morvan, directrice générale",
    "controller.contact": "donnees@horizon.example",
    "vendor.name": "Brume Logiciels",
    "vendor.address": "3 rue du Phare, 69001 Lyon",
    "vendor.country": "France",
    "vendor.established": "eea",
    "vendor.representative": "Anaïs Kerlo, présidente",
    "vendor.dpo_contact": "dpo@brume.example",
    "vendor.breach_contact": "astreinte, 02 98 00 00 01",
    "service.purpose": ("consultation des remboursements",),
    "service.start": "1er avril 2026",
    "service.duration": "trente-six mois",
    "data.categories": ("état civil", "coordonnées"),
    "data.special": (),
    "data.subjects": ("adhérents",),
    "data.retention": ({"category": "identité", "period": "cinq ans"},),
    "locations": ("France",),
    "access.mode": ("hebergement", "distance"),
    "transfers.mechanism": ("none",),
    "measures": ({"theme": "Chiffrement", "measure": "AES-256 au repos", "evidence": "rapport de 2026"},),
    "subprocessors": (),
}
NUAGE = {
    "name": "Nuage du Nord", "address": "1 rue Haute, 59000 Lille", "contact": "dpo@nuage.example",
    "service": "stockage", "country": "France",
}  # fmt: skip
ACME = {
    "importer": "Acme Inc.", "country": "États-Unis", "purpose": "assistance",
    "tool": "Décision d'adéquation (Data Privacy Framework)", "listing": "3 mars 2026",
}  # fmt: skip
KERALA = {
    "importer": "Kerala Desk", "country": "Inde", "purpose": "assistance",
    "tool": "clauses contractuelles types (UE) 2021/914, module 3", "assessment": "3 mars 2026",
}  # fmt: skip


def sub(**cells):
    return {"subprocessors": ({**NUAGE, **cells},)}


def to_america(*regimes, **cells):
    return {"transfers.mechanism": regimes or ("adequacy",), "transfers.rows": ({**ACME, **cells},)}


def to_india(*regimes, **cells):
    return {"transfers.mechanism": regimes or ("scc",), "transfers.rows": ({**KERALA, **cells},)}


BRUME = {
    "importer": "Brume Logiciels", "country": "Inde", "purpose": "hébergement",
    "tool": "clauses contractuelles types (UE) 2021/914, module 2", "assessment": "3 mars 2026",
}  # fmt: skip
INDIAN = {
    "vendor.country": "Inde", "vendor.established": "third_country", "transfers.mechanism": ("scc",),
    "transfers.rows": (BRUME, KERALA),
}  # fmt: skip


CASES = {
    "tool_within_eea": (sub(country="Espagne", transfer="Décision d'adéquation"), sub(country="Espagne")),
    "adequacy_without_decision": (
        to_india("adequacy", "scc", tool="Décision d'adéquation"),
        to_india("adequacy", "scc", country="Japon", tool="Décision d'adéquation"),
    ),
    "dpf_elsewhere": (to_america(country="Inde"), to_america()),
    "dpf_without_listing": (to_america(listing=""), to_america()),
    "dpf_listing_old": (to_america(listing="3 mars 2025"), to_america(listing="24 novembre 2025")),
    "dead_transfer_tool": (
        to_america(tool="Privacy Shield"),
        to_america(tool="Data Privacy Framework"),
    ),
    "scc_without_assessment": (to_india(assessment=None), to_india()),
    "scc_under_article_3_2": (to_india(article_3_2="Oui"), to_india(article_3_2="non")),
    "no_transfer_outside_eea": ({"locations": ("France", "États-Unis")}, {"locations": ("France", "Norvège")}),
    "regime_missing": (
        {"transfers.mechanism": None, "locations": ("États-Unis",)},
        {"transfers.mechanism": None, "locations": ("Islande",)},
    ),
    "regime_without_decision": (
        {"transfers.mechanism": ("adequacy",), "locations": ("Inde",)},
        {"transfers.mechanism": ("adequacy",), "locations": ("Suisse",)},
    ),
    "scc_outside_regime": (to_india("adequacy"), to_india("adequacy", "scc")),
    "adequacy_outside_regime": (to_america("scc"), to_america("adequacy", "scc")),
    "processor_unlisted": ({**INDIAN, "transfers.rows": (KERALA,)}, INDIAN),
    "place_without_country": ({"locations": ("dans le cloud",)}, {"locations": ("Lyon, France", "EEE")}),
    "establishment": ({"vendor.country": "Maroc"}, {"vendor.country": "Islande"}),
    "foreign_law": ({"law.governing": "laws of England"}, {"law.governing": "droit espagnol"}),
    "same_text_in_columns": (
        sub(name="Provence SAS", address="Provence SAS", contact="Provence SAS", service="Provence SAS"),
        sub(name="Jean Petit", contact="Jean Petit, 06 00 00 00 00"),
    ),
    "same_line_twice": (
        {"subprocessors": (NUAGE, {**NUAGE, "name": "NUAGE du Nord"})},
        {"subprocessors": (NUAGE, {**NUAGE, "service": "sauvegarde"})},
    ),
    "address_is_no_address": ({"vendor.address": "Brume Logiciels"}, {"vendor.address": "Le Bourg, Saint-Julien"}),
    "contact_out_of_reach": ({"vendor.breach_contact": "Jean Petit"}, {"vendor.breach_contact": "Jean, 0298000001"}),
    "signatory_is_the_company": (
        {"vendor.representative": "BRUME Logiciels"},
        {"vendor.representative": "M. Brume, gérant de Brume Logiciels"},
    ),
    "one_party": (sub(name="Brume logiciels"), sub(name="Brume Logiciels Export")),
    "date_is_no_date": ({"service.start": "31 février 2027"}, {"service.start": "à la signature du contrat"}),
    "special_data_left_out": (
        {"data.categories": ("données de santé",)},
        {"data.categories": ("données de santé",), "data.special": ("données de santé",)},
    ),
    "access_contradicts_itself": ({"access.mode": ("aucun", "distance")}, {"access.mode": ("aucun",)}),
    "endless_retention": (
        {"data.retention": ({"period": "aussi longtemps que nécessaire"},)},
        {"data.retention": ({"period": "la durée du contrat, puis cinq ans"},)},
    ),
    "open_purpose": (
        {"service.purpose": ("héberger", "amélioration de nos services")},
        {"service.purpose": ("améliorer l'accueil des clients du responsable",)},
    ),
    "open_categories": (
        {"data.categories": ("toutes données que le client choisit",)},
        {"data.categories": ("données de contact",)},
    ),
    "vague_measure": (
        {"measures": ({"theme": "Accès", "measure": "mesures appropriées"},)},
        {"measures": ({"theme": "Accès", "measure": "double authentification de tous les accès"},)},
    ),
    "file_name": (
        {"measures": ({"theme": "Accès", "measure": "revue des droits", "evidence": "contrat.mesures.pdf"},)},
        {"measures": ({"theme": "Accès", "measure": "revue des droits", "evidence": "politique de sécurité, v. 3"},)},
    ),
    "placeholder": ({"agreement.reference": "à compléter"}, {"agreement.reference": "contrat 2026-041"}),
    "other_language": ({"service.purpose": ("hosting of backups",)}, {"service.purpose": ("module CRM",)}),
}


def problems(changed, on=ON):
    values = {key: value for key, value in {**SOUND, **changed}.items() if value is not None}
    return failed_checks(
        sense_checks(), FactsScene(ContractFacts(values), reference.atlas(), on, Language.FR, language_words())
    )


def keys(changed, on=ON):
    return [problem.check.key for problem in problems(changed, on)]


def test_sound_facts_fail_nothing():
    assert keys({}) == []


def test_every_check_of_the_file_has_its_two_cases_and_every_rule_is_used():
    assert [check.key for check in sense_checks()] == list(CASES)
    assert {check.test for check in sense_checks()} == TESTS.keys()


@pytest.mark.parametrize("key", CASES)
def test_each_check_fails_on_nonsense_and_passes_what_is_near_it(key):
    fails, passes = CASES[key]
    [problem] = [one for one in problems(fails) if one.check.key == key]
    french, english = (problem.said_in(language) for language in Language)
    assert french != english
    assert "%" not in french + english
    assert "None" not in french + english
    assert keys(passes) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"locations": ("États-Unis",), "transfers.mechanism": ("adequacy",)}, ["dpf_without_listing"]),
        ({"locations": ("United States",), "transfers.mechanism": ("scc",)}, []),
        (sub(country="États-Unis", transfer="DPF") | to_america(importer="NUAGE du Nord"), []),
        (sub(country="États-Unis", transfer="DPF") | to_america(), ["dpf_without_listing"]),
        (to_america(listing="le printemps"), ["date_is_no_date"]),
        (to_america(listing="3 mars 2027"), ["dpf_listing_old"]),
        (sub(country="Allemagne", transfer="SCC, module 3"), ["tool_within_eea"]),
        (sub(country="le Nuage"), ["place_without_country"]),
        (sub(address="dpo@nuage.example"), ["address_is_no_address"]),
        (sub(address="Nuage du Nord"), ["address_is_no_address"]),
        ({"vendor.address": "Anaïs Kerlo, présidente"}, ["address_is_no_address"]),
        ({"service.start": "bientôt"}, ["date_is_no_date"]),
        ({"service.start": "2027-02-30"}, ["date_is_no_date"]),
        ({"service.start": "15/03/2027"}, []),
        ({"vendor.name": "Mutuelle HORIZON", "vendor.representative": "A. Kerlo"}, ["one_party"]),
        ({"service.duration": "TBD"}, ["placeholder"]),
        ({"vendor.legal_form": "Test"}, ["placeholder"]),
        ({"service.description": "tests de non-régression"}, []),
        (
            INDIAN | {"vendor.eu_representative": "Phare"},
            ["scc_under_article_3_2"],
        ),
        (
            INDIAN | {"vendor.article_3_2": "yes"},
            ["scc_under_article_3_2"],
        ),
        (
            INDIAN | {"vendor.article_3_2": "no", "vendor.eu_representative": "Phare"},
            [],
        ),
        (
            INDIAN | {"vendor.eu_representative": "sans objet"},
            [],
        ),
        (INDIAN | {"transfers.rows": ()}, []),
        (INDIAN | {"transfers.rows": None}, []),
        (INDIAN | {"transfers.rows": ({**BRUME, "importer": "BRUME Logiciels Pvt. Ltd"},)}, []),
    ],
)  # fmt: skip
def test_what_is_told_of_facts_near_the_border(changed, expected):
    assert keys(changed) == expected


@pytest.mark.parametrize(("said", "representative", "fact"), [
    ("yes", None, "vendor.article_3_2"), ("yes", "Phare", "vendor.article_3_2"), ("no", "Phare", None),
    (None, "Phare", "vendor.eu_representative"), (None, None, None),
])  # fmt: skip
def test_what_is_said_of_article_3_2_counts_before_the_representative(monkeypatch, said, representative, fact):
    yes_or_no = replace(FACTS["service.calls"], key="vendor.article_3_2")
    monkeypatch.setitem(FACTS, "vendor.article_3_2", yes_or_no)
    changed = {**INDIAN, "vendor.article_3_2": said, "vendor.eu_representative": representative}
    assert [problem.fact for problem in problems(changed)] == ([fact] if fact else [])


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"locations": ("Virginie, États-Unis",)}, "Virginie, États-Unis"),
        ({"vendor.country": "États-Unis", "vendor.established": "third_country"}, "Brume Logiciels"),
        ({"vendor.country": "États-Unis", "vendor.established": "third_country", "vendor.name": None}, "États-Unis"),
    ],
)
def test_the_listing_asked_for_is_of_whoever_is_in_the_united_states(changed, name):
    """A processor of Lyon whose data are in Virginia is not whom to look for in the Data Privacy Framework."""
    [problem] = problems({**changed, "transfers.mechanism": ("adequacy",)})
    assert problem.check.key == "dpf_without_listing"
    assert problem.values["name"] == name


def test_the_law_is_that_of_the_day():
    """The United Kingdom was in the Union's law until the end of 2020; its adequacy ends in 2031."""
    britain = {"transfers.mechanism": ("adequacy",), "locations": ("Royaume-Uni",)}
    assert keys(britain) == []
    assert keys(britain, date(2032, 1, 1)) == ["regime_without_decision"]


# --- the demonstration as it was --------------------------------------------------------------------------------------

ARC = {
    "name": "Arc Support SL", "address": "Arc Support SL", "contact": "Arc Support SL", "service": "Arc Support SL",
    "country": "Espagne", "transfer": "Décision d’adéquation",
}  # fmt: skip
THIRTEEN = tuple(
    {"theme": "Sécurité", "measure": f"mesure déclarée n° {number}", "evidence": "contrat.mesures.pdf"}
    for number in range(13)
)


def test_the_old_annex_of_sub_processors_is_refused():
    assert set(keys({"subprocessors": (ARC,)})) == {
        "tool_within_eea", "same_text_in_columns", "address_is_no_address", "contact_out_of_reach",
    }  # fmt: skip


def test_the_old_annex_of_measures_is_refused_once_for_its_thirteen_file_names():
    assert keys({"measures": THIRTEEN}) == ["file_name"]


def test_only_in_the_area_namely_in_the_united_states_is_refused():
    american = {"vendor.country": "États-Unis", "vendor.established": "third_country", "locations": ("États-Unis",)}
    assert keys(american) == ["no_transfer_outside_eea"]
    assert keys({**american, "transfers.mechanism": None}) == ["regime_missing"]


# --- the file ---------------------------------------------------------------------------------------------------------

ENTRY = {"key": "a", "test": "words", "basis": "RGPD art. 28", "fr": "« %(found)s »", "en": "%(found)s", "at": ["*"]}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"test": "rien"}, "n'existe pas"),
        ({"en": "%(name)s"}, "variables"),
        ({"at": ["vendor.nickname"]}, "ni un fait ni une colonne"),
        ({"at": ["subprocessors.siret"]}, "ni un fait ni une colonne"),
    ],
)
def test_a_check_that_cannot_be_run_is_named_when_it_is_read(changed, told):
    assert len(read_checks({"check": [ENTRY]})) == 1
    with pytest.raises(ValueError, match=told):
        read_checks({"check": [{**ENTRY, **changed}]})


def test_keys_are_not_repeated_and_each_check_names_its_source():
    found = sorted(check.key for check in sense_checks())
    assert all(one != other for one, other in pairwise(found))
    assert all(any(mark in check.basis for mark in ("RGPD", "CEPD", "C. civ.", "(UE)")) for check in sense_checks())
