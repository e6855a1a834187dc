"""Facts: the register corrects the vendor, legal corrects the register, and nobody invents."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.audits.models import Answer
from portal.audits.rules import AuditState
from portal.contracts import facts_queries
from portal.contracts.fact_sources.gathered_facts import gather_facts
from portal.contracts.fact_sources.languages import FreeText, said_fact
from portal.core.language import Language
from portal.core.translation import translate
from portal.vendors.models import SubProcessor
from portal.vendors.rules.facts import Chain, CustomerRelation
from portal.vendors.rules.tier import Tier
from portal.vendors.services import keep_sub_processors
from tests.factories.desk import (
    ANSWERS,
    BRITAIN,
    FRANCE,
    GERMANY,
    INDIA,
    NORTHGATE,
    NUAGE,
    SENT,
    answered,
    entity_of,
    matter,
    party_of,
    service_of,
)
from tests.factories.questionnaires import published
from tests.factories.spaces import small

FR, EN = Language.FR, Language.EN


def gathered(ctx, subject, typed=(), language=FR):
    sources = facts_queries.sources_for(ctx, subject.vendor, subject.service, subject.entity, dict(typed))
    return gather_facts(sources, language)


def known(ctx, subject, typed=(), language=FR):
    return gathered(ctx, subject, typed, language).facts.values


def doubts(found, language=FR):
    return [(doubt.key, translate(doubt.sentence, language).replace("\u202f", " ")) for doubt in found.doubts]


def sent(session, **changed):
    """The matter's answers with some changed; None takes one away."""
    for row in session.query(Answer):
        if row.question_key in changed:
            value = changed[row.question_key]
            if value is None:
                session.delete(row)
            else:
                row.value = {"v": value}
    session.flush()
    session.expire_all()


@pytest.fixture
def subject(session):
    return matter(session)


def test_every_fact_of_a_full_matter_is_known_with_its_source(ctx, subject):
    facts = gathered(ctx, subject).facts
    assert facts.values.keys() == facts.sources.keys()
    from_answers = {source for source in facts.sources.values() if source.startswith("Réponses au questionnaire «")}
    assert len(from_answers) == 1
    assert from_answers.copy().pop().endswith("du 12 octobre 2026")
    assert set(facts.sources.values()) - from_answers == {
        "Fiche de l’entité du groupe",
        "Déduit du pays de l’entité du groupe",
        "Fiche du sous-traitant",
        "Déduit du pays du sous-traitant",
        "Fiche de la prestation",
    }
    assert facts.values["controller.authority"].endswith("(CNIL)")
    assert facts.values["controller.address"] == "14, quai des Chartrons, 33000 Bordeaux"
    assert facts.values["vendor.registration"] == "732 829 320 (SIREN)"
    assert facts.values["service.purpose"] == (
        "répondre aux demandes des clients",
        "suivre les commandes et les réclamations",
    )
    assert facts.values["service.description"].startswith("prise d'appels")
    assert facts.values["service.start"] == "1er janvier 2027"
    assert facts.values["data.categories"][0] == "état civil, identité, coordonnées"
    assert facts.values["data.special"] == ()
    assert facts.values["data.retention"] == ({"period": "six mois pour les enregistrements d'appels"},)
    assert facts.values["tier"] == "renforce"
    assert facts.values["vendor.dpo_contact"] == "Yann Le Goff, dpo@relation.example, 02 98 00 00 00"


def test_the_register_corrects_the_vendor_and_legal_corrects_the_register(ctx, subject):
    assert gathered(ctx, subject).facts.sources["vendor.dpo_contact"].startswith("Réponses")
    subject.vendor.dpo_contact = "dpo-du-registre@relation.example"
    found = gathered(ctx, subject).facts
    assert found.values["vendor.dpo_contact"] == "dpo-du-registre@relation.example"
    assert found.sources["vendor.dpo_contact"] == "Fiche du sous-traitant"
    found = gathered(ctx, subject, {"vendor.dpo_contact": "saisi"}).facts
    assert (found.values["vendor.dpo_contact"], found.sources["vendor.dpo_contact"]) == (
        "saisi",
        "Saisi pour ce contrat",
    )


def test_a_legal_form_is_not_read_twice(ctx, subject):
    subject.vendor.legal_name, subject.vendor.legal_form = "Paie Facile SAS", "SAS"
    values = known(ctx, subject)
    assert (values["vendor.name"], values["vendor.legal_form"]) == ("Paie Facile", "SAS")


@pytest.mark.parametrize("blank", ["", "   ", "\n\t", "\u200b\x07"])
def test_blank_words_are_no_knowledge_and_never_hide_what_somebody_said(ctx, subject, blank):
    subject.vendor.dpo_contact = blank
    found = gathered(ctx, subject, {"vendor.representative": blank, "service.nature": [blank, blank]}).facts
    assert found.values["vendor.dpo_contact"].startswith("Yann")
    assert found.values["vendor.representative"] == "M. Erwan Kerlo, gérant"
    assert found.values["service.nature"] == ("consultation", "enregistrement", "modification")


def test_what_nobody_said_stays_out(ctx, session):
    vendor = party_of(
        session, legal_form="", siren="", address="", representative="", breach_contact="", country="", tier=None
    )
    service = service_of(
        session, vendor, name="Paie", description="", purpose="", nature="", retention="", categories=[], subjects=[],
        has_special=None, volume="inconnu", access="inconnu", locations=[], started_on=None, duration="", chain=None,
    )  # fmt: skip
    session.refresh(service)
    from_vendor = type("S", (), {"vendor": vendor, "service": service, "entity": None})
    assert known(ctx, from_vendor) == {"vendor.name": "Relation Atlantique SARL", "service.name": "Paie"}


def test_a_controller_outside_france_has_no_authority_guessed_for_it(ctx, session, subject):
    subject.entity.country = "DE"
    assert "controller.authority" not in known(ctx, subject)


@pytest.mark.parametrize(
    ("said", "named", "expected"),
    [
        (None, [], None),
        (False, [], ()),
        (True, [], None),
        (True, ["sante", "nir"], ("données de santé", "numéro de sécurité sociale (NIR)")),
        (False, ["sante"], ("données de santé",)),
        (True, ["non_precisees"], None),
        (True, ["non_precisees", "sante"], None),
    ],
)
def test_sensitive_data_nobody_has_listed_are_never_said_to_be_none(ctx, subject, said, named, expected):
    subject.service.has_special, subject.service.special_categories = said, named
    assert known(ctx, subject).get("data.special") == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"siren": "732829320", "vat": "FR44732829320"}, "732 829 320 (SIREN)"),
        ({"siret": "73282932000074"}, "732 829 320 (SIREN)"),
        ({"lei": "969500TJ5KRTCJQWXH05"}, "969500TJ5KRTCJQWXH05 (LEI)"),
        ({"vat": "DE136695976"}, "DE136695976 (TVA)"),
        ({}, None),
    ],
)
def test_a_number_is_given_with_its_kind(ctx, subject, numbers, expected):
    subject.vendor.siren = ""
    for name, value in numbers.items():
        setattr(subject.vendor, name, value)
    assert known(ctx, subject).get("vendor.registration") == expected


def test_labels_dates_and_countries_follow_the_language_of_the_contract(ctx, subject):
    values = known(ctx, subject, language=EN)
    assert values["service.start"] == "1 January 2027"
    assert values["vendor.country"] == "France"
    assert values["locations"] == ("France", "Germany")
    assert {row["theme"] for row in values["measures"]} == {"Encryption", "Access", "Backup and continuity"}
    subject.service.locations = ["EEA", "CH"]
    assert known(ctx, subject)["locations"] == ("Espace économique européen", "Suisse")


# --- answers ----------------------------------------------------------------------------------------------------------


def test_measures_come_with_their_theme_and_without_the_names_of_our_files(ctx, subject):
    assert known(ctx, subject)["measures"][0] == {
        "theme": "Chiffrement",
        "measure": "Chiffrement des échanges (TLS, VPN…)",
        "evidence": None,
    }
    assert len(known(ctx, subject)["measures"]) == 4


def test_a_vendor_without_any_measure_leaves_a_blank(ctx, session, subject):
    sent(session, **{"contrat.mesures": ["aucune"]})
    assert "measures" not in known(ctx, subject)


@pytest.mark.parametrize(
    "state", [AuditState.OPENED, AuditState.IN_PROGRESS, AuditState.RETURNED, AuditState.CANCELLED]
)
def test_answers_that_are_not_sent_are_never_used(ctx, session, state):
    entity, vendor = entity_of(session), party_of(session)
    service = service_of(session, vendor, entity)
    answered(session, vendor, state=state)
    values = known(ctx, type("S", (), {"vendor": vendor, "service": service, "entity": entity}))
    assert not {"measures", "subprocessors", "transfers.mechanism", "vendor.dpo_contact"} & values.keys()


def test_the_answers_sent_last_are_used_whether_accepted_or_under_review(ctx, session, subject):
    later = {**ANSWERS, "chaine.liste": [NUAGE, {**NUAGE, "nom": "Clairdit"}]}
    answered(session, subject.vendor, later, submitted_at=SENT + timedelta(days=9), proof="", state=AuditState.ACCEPTED)
    found = gathered(ctx, subject).facts
    assert [row["name"] for row in found.values["subprocessors"]] == ["Nuage Rhénan", "Clairdit"]
    assert "21 octobre 2026" in found.sources["subprocessors"]


def test_another_questionnaire_sent_later_hides_nothing(ctx, session, subject):
    other = published(session, small())
    answered(
        session, subject.vendor, {"a.qui": "nous"}, proof="", submitted_at=SENT + timedelta(days=30),
        questionnaire_version_id=other.id,
    )  # fmt: skip
    assert len(known(ctx, subject)["measures"]) == 4


def test_answers_of_another_vendor_are_never_used(ctx, session, subject):
    other = party_of(session, key="autre", name="Autre", siren="")
    service = service_of(session, other)
    values = known(ctx, type("S", (), {"vendor": other, "service": service, "entity": None}))
    assert "measures" not in values


def test_an_answer_under_a_question_that_is_hidden_since_counts_for_nothing(ctx, session, subject):
    sent(session, **{"gouvernance.dpo-designe": "non"})
    assert "vendor.dpo_contact" not in known(ctx, subject)


# --- sub-processors ---------------------------------------------------------------------------------------------------


def test_the_chain_is_listed_with_the_tool_of_each_transfer(ctx, session, subject):
    sent(session, **{"chaine.liste": [NUAGE, NORTHGATE], "transferts.lieux": [FRANCE, BRITAIN]})
    assert [(row["name"], row["country"], row["transfer"]) for row in known(ctx, subject)["subprocessors"]] == [
        ("Nuage Rhénan", "Allemagne", None),
        ("Northgate Cables", "Royaume-Uni", "Décision d’adéquation"),
    ]


@pytest.mark.parametrize(
    ("chain", "answers", "expected"),
    [
        (None, {"chaine.recours": "non"}, ()),
        (Chain.NONE, {"chaine.recours": "non"}, ()),
        (Chain.NONE, {"chaine.recours": None}, ()),
        (None, {"chaine.recours": None}, None),
        (None, {"chaine.liste": []}, None),
        (None, {"chaine.liste": None}, None),
    ],
)
def test_no_sub_processor_is_only_said_when_somebody_said_so(ctx, session, subject, chain, answers, expected):
    subject.service.chain = chain
    session.flush()
    sent(session, **answers)
    assert known(ctx, subject).get("subprocessors") == expected


@pytest.mark.parametrize(("chain", "recours"), [(Chain.NONE, "oui"), (Chain.DEEP, "non")])
def test_a_register_and_a_vendor_that_contradict_each_other_settle_nothing(ctx, session, subject, chain, recours):
    subject.service.chain = chain
    session.flush()
    sent(session, **{"chaine.recours": recours})
    found = gathered(ctx, subject)
    assert "subprocessors" not in found.facts.values
    assert [key for key, _ in doubts(found)] == ["subprocessors"]
    assert "se contredisent sur les sous-traitants ultérieurs" in doubts(found)[0][1]


def test_a_sub_processor_that_was_replaced_is_not_authorised_again_by_older_answers(ctx, session, subject):
    """The vendor announced that it goes, and we accepted: the answers of last year still name it."""
    keep_sub_processors(ctx, subject.vendor, [{"name": "Nuage Rhénan", "service": "Sauvegardes", "country": "DE"}])
    assert known(ctx, subject)["subprocessors"]
    row = session.query(SubProcessor).one()
    row.valid_until = ctx.today + timedelta(days=1)
    session.flush()
    assert known(ctx, subject)["subprocessors"], "it stands until that day"
    row.valid_until = ctx.today
    session.flush()
    found = gathered(ctx, subject)
    assert "subprocessors" not in found.facts.values
    assert [text for key, text in doubts(found) if key == "subprocessors"] == [
        "Le registre ne tient plus pour sous-traitants ultérieurs, et les réponses nomment encore : Nuage Rhénan."
    ]
    typed = ({"name": "Autre SAS"},)
    assert gathered(ctx, subject, {"subprocessors": typed}).facts.values["subprocessors"]


# --- transfers --------------------------------------------------------------------------------------------------------


def regime(ctx, subject, typed=()):
    found = gathered(ctx, subject, typed)
    value = found.facts.values.get("transfers.mechanism")
    return value, [text for key, text in doubts(found) if key == "transfers.mechanism"]


def test_no_transfer_when_every_place_known_is_in_the_eea(ctx, subject):
    assert regime(ctx, subject) == (("none",), [])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([FRANCE, BRITAIN], ("adequacy",)),
        ([FRANCE, INDIA], ("scc",)),
        ([FRANCE, BRITAIN, INDIA], ("adequacy", "scc")),
        ([{**INDIA, "pays": "US", "mecanisme": "dpf"}], ("adequacy",)),
        ([{**FRANCE, "mecanisme": "inconnu"}, GERMANY], ("none",)),
    ],
)
def test_each_place_outside_brings_its_regime(ctx, session, subject, rows, expected):
    sent(session, **{"transferts.lieux": rows, "transferts.hors-eee": "oui" if expected != ("none",) else "non"})
    assert regime(ctx, subject) == (expected, [])


@pytest.mark.parametrize(
    "row",
    [
        {**INDIA, "mecanisme": "inconnu"},
        {**INDIA, "mecanisme": "eee"},
        {**INDIA, "mecanisme": "bcr"},
        {**INDIA, "mecanisme": "derogation"},
        {**INDIA, "mecanisme": "adequation"},
        {**INDIA, "mecanisme": "dpf"},
        {**INDIA, "mecanisme": None},
    ],
)
def test_a_place_outside_without_a_valid_tool_leaves_the_regime_undecided(ctx, session, subject, row):
    sent(session, **{"transferts.lieux": [FRANCE, BRITAIN, row]})
    value, why = regime(ctx, subject)
    assert value is None
    assert len(why) == 1
    assert "Inde (Réponses" in why[0]
    assert "Royaume-Uni" not in why[0]


def test_a_tool_nobody_knows_is_a_blank_cell_and_never_a_sentence_of_the_questionnaire(ctx, session, subject):
    sent(session, **{"transferts.lieux": [FRANCE, {**INDIA, "mecanisme": "inconnu"}, {**INDIA, "mecanisme": "bcr"}]})
    assert [row["tool"] for row in known(ctx, subject)["transfers.rows"]] == [None, None]


def test_rows_of_transfers_are_those_outside_the_eea_with_dates_in_letters(ctx, session, subject):
    sent(session, **{"transferts.lieux": [FRANCE, {**GERMANY, "mecanisme": "cct"}, INDIA]})
    assert known(ctx, subject)["transfers.rows"] == (
        {
            "importer": "Kerala Desk",
            "country": "Inde",
            "purpose": "Accès à distance (support, maintenance)",
            "tool": "Clauses contractuelles types (2021/914)",
            "assessment": "2 mars 2026",
            "measures": None,
        },
    )
    assert known(ctx, subject, language=EN)["transfers.rows"][0]["assessment"] == "2 March 2026"


@pytest.mark.parametrize("places", [["FR", "IN"], ["WORLD"]])
def test_a_place_of_the_register_that_the_vendor_does_not_frame_leaves_it_undecided(ctx, session, subject, places):
    subject.service.locations = places
    value, why = regime(ctx, subject)
    assert value is None
    assert "(Fiche de la prestation)" in why[0]


def test_places_of_the_register_alone_decide_nothing(ctx, session, subject):
    sent(session, **{"transferts.lieux": None, "transferts.hors-eee": None})
    assert regime(ctx, subject) == (None, [])


def test_a_sub_processor_abroad_is_a_place_too(ctx, session, subject):
    sent(session, **{"chaine.liste": [NUAGE, {**NUAGE, "nom": "Kerala Desk", "pays": "IN"}]})
    found = gathered(ctx, subject)
    assert "transfers.mechanism" not in found.facts.values
    assert [key for key, _ in doubts(found)] == ["transfers.mechanism", "subprocessors"]
    assert "sans outil de transfert : Kerala Desk" in doubts(found)[1][1]


def test_a_processor_established_abroad_receives_the_data_wherever_its_servers_are(ctx, session, subject):
    subject.vendor.country = "CH"
    value, why = regime(ctx, subject)
    assert value is None
    assert "Suisse (Fiche du sous-traitant)" in why[0]


@pytest.mark.parametrize("answer", ["oui", "inconnu"])
def test_a_vendor_that_speaks_of_a_transfer_without_naming_it_leaves_it_undecided(ctx, session, subject, answer):
    sent(session, **{"transferts.hors-eee": answer})
    value, why = regime(ctx, subject)
    assert value is None
    assert "ne dit pas quel lieu" in why[0]


def test_the_register_says_the_regime_when_nothing_contradicts_it(ctx, subject):
    subject.service.transfer_mechanism = "scc"
    assert regime(ctx, subject) == (("scc",), [])
    assert gathered(ctx, subject).facts.sources["transfers.mechanism"] == "Fiche de la prestation"


@pytest.mark.parametrize(("stated", "rows"), [("none", [FRANCE, BRITAIN]), ("adequacy", [FRANCE, INDIA])])
def test_a_regime_of_the_register_that_a_place_contradicts_is_not_written(ctx, session, subject, stated, rows):
    subject.service.transfer_mechanism = stated
    session.flush()
    sent(session, **{"transferts.lieux": rows})
    value, why = regime(ctx, subject)
    assert value is None
    assert "ne convient pas à" in why[0]


def test_what_legal_types_stands_but_the_doubt_is_still_said(ctx, session, subject):
    sent(session, **{"transferts.lieux": [FRANCE, INDIA]})
    value, why = regime(ctx, subject, {"transfers.mechanism": ["none"]})
    assert value == ("none",)
    assert "Inde" in why[0]
    assert regime(ctx, subject, {"transfers.mechanism": ["scc"]}) == (("scc",), [])


def test_an_adequacy_decision_counts_only_while_it_is_in_force(ctx, session, subject):
    sent(session, **{"transferts.lieux": [FRANCE, BRITAIN], "transferts.hors-eee": "oui"})
    sources = facts_queries.sources_for(ctx, subject.vendor, subject.service, subject.entity, {})
    assert gather_facts(sources, FR).facts.values["transfers.mechanism"] == ("adequacy",)
    between = replace(sources, on=date(2021, 3, 1))  # out of the Union, and no decision yet
    assert "transfers.mechanism" not in gather_facts(between, FR).facts.values


# --- remarks ----------------------------------------------------------------------------------------------------------


def test_places_that_the_register_lacks_are_pointed_out(ctx, session, subject):
    subject.service.locations = ["FR"]
    assert doubts(gathered(ctx, subject)) == [
        ("locations", "Lieux déclarés par le sous-traitant et absents de la fiche de la prestation : Allemagne.")
    ]
    subject.service.locations = ["EU"]
    assert doubts(gathered(ctx, subject)) == []


def test_a_level_that_missing_facts_could_raise_is_pointed_out(ctx, subject):
    subject.vendor.tier, subject.vendor.tier_floor, subject.vendor.tier_ceiling = None, Tier.LOW, Tier.CRITICAL
    found = gathered(ctx, subject)
    assert "tier" not in found.facts.values, "what is not known is not written in a contract"
    assert ("tier", "Des faits manquent à la fiche : le niveau de criticité pourrait monter à « critique ».") in doubts(
        found
    )


def test_a_level_is_known_when_every_tier_it_may_be_asks_for_the_same(ctx, subject):
    subject.vendor.tier, subject.vendor.tier_floor, subject.vendor.tier_ceiling = None, Tier.LOW, Tier.MEDIUM
    assert gathered(ctx, subject).facts.values["tier"] == "standard"


def test_hostile_words_are_kept_as_words_and_control_characters_are_not_kept(ctx, subject):
    subject.vendor.legal_name = "<script>alert(1)</script> {{ 7*7 }} %(x)s"
    subject.service.name = "Paie\x07\x1b[31m\u202e"
    values = known(ctx, subject, {"agreement.reference": "a\x00\x07b\ud800"})
    assert values["vendor.name"] == "<script>alert(1)</script> {{ 7*7 }} %(x)s"
    assert values["service.name"] == "Paie[31m"
    assert values["agreement.reference"] == "ab"


@pytest.mark.parametrize(("told", "code"), [(True, "yes"), (False, "no"), (None, None)])
def test_what_the_sheet_says_of_consumers_brings_the_clauses_in_and_silence_says_nothing(ctx, session, told, code):
    subject = matter(session)
    subject.service.handles_withdrawals = subject.service.calls_consumers = told
    values = known(ctx, subject)
    assert (values.get("service.withdrawals"), values.get("service.calls")) == (code, code)


def test_silence_on_consumers_is_remarked_when_the_vendor_speaks_to_people(ctx, session):
    subject = matter(session)
    subject.service.customer_relation = CustomerRelation.INBOUND
    asked = {"service.withdrawals", "service.calls"}
    assert {key for key, _ in doubts(gathered(ctx, subject))} & asked == asked
    subject.service.handles_withdrawals = False
    assert {key for key, _ in doubts(gathered(ctx, subject))} & asked == {"service.calls"}
    assert not {key for key, _ in doubts(gathered(ctx, subject, {"service.calls": "no"}))} & asked
    subject.service.customer_relation = CustomerRelation.NONE
    assert not {key for key, _ in doubts(gathered(ctx, subject))} & asked


# --- what chooses a clause --------------------------------------------------------------------------------------------


def test_the_law_and_the_courts_of_a_french_entity_are_known_in_each_language(ctx, subject):
    assert known(ctx, subject)["law.governing"] == "droit français"
    assert known(ctx, subject, language=EN)["law.governing"] == "French law"
    assert known(ctx, subject, language=EN)["law.courts"].startswith("French courts with jurisdiction")
    assert known(ctx, subject, {"law.governing": "droit belge"})["law.governing"] == "droit belge"


@pytest.mark.parametrize(
    ("country", "representative", "expected"),
    [("FR", "", "no"), ("US", "", None), ("US", "Phare Conseil, Brest", "yes")],
)
def test_article_3_2_is_never_presumed_of_a_vendor_outside_the_union(
    ctx, session, subject, country, representative, expected
):
    subject.vendor.country, subject.vendor.eu_representative = country, representative
    session.flush()
    assert known(ctx, subject).get("vendor.article_3_2") == expected


@pytest.mark.parametrize(
    ("tier", "asked"), [(Tier.CRITICAL, "specific"), (Tier.HIGH, "general"), (Tier.LOW, "general"), (None, None)]
)
def test_the_tier_says_how_sub_processors_are_authorised(ctx, session, subject, tier, asked):
    subject.vendor.tier = tier
    session.flush()
    assert known(ctx, subject).get("chain.authorisation") == asked


def test_minors_and_collection_are_said_by_the_register_and_their_silence_is_no_no(ctx, session, subject):
    subject.service.subjects, subject.service.customer_relation = ["mineurs"], CustomerRelation.INBOUND
    session.flush()
    assert (known(ctx, subject)["data.minors"], known(ctx, subject)["service.collects"]) == ("yes", "yes")
    subject.service.subjects, subject.service.customer_relation = ["clients"], None
    session.flush()
    assert {"data.minors", "service.collects"}.isdisjoint(known(ctx, subject))


def test_the_form_of_a_company_is_said_without_a_nationality_that_nobody_gave():
    form = FreeText("société à responsabilité limitée")
    said = said_fact("vendor.legal_form", form, Language.EN).value
    assert said == "limited liability company (SARL)"


def test_a_tool_given_by_its_code_is_printed_in_words():
    rows = ({"tool": FreeText("scc"), "importer": "Atlas"}, {"tool": FreeText("adequacy"), "importer": "Atlas"})
    for language, words in ((Language.FR, "clauses contractuelles types"), (Language.EN, "adequacy decision")):
        found = [row["tool"] for row in said_fact("transfers.rows", rows, language).value]
        assert words in found
        assert "scc" not in found
