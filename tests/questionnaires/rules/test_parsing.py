"""Reading a raw document: every class of defect is named, with the question it belongs to."""

import copy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.findings.rules import Severity
from portal.questionnaires.definition import Bilingual, EvidenceDemand
from portal.questionnaires.rules.parsing import defined_questions, parse_questionnaire, questionnaire_defects
from portal.questionnaires.rules.snapshot import read_snapshot, snapshot_of
from portal.questionnaires.toml_fields import UnsoundQuestionnaire
from portal.questionnaires.toml_reading import read_toml
from tests.factories.questionnaires import both, junk, raw_document, raw_question, sound_documents

SOCLE = read_toml((Path(__file__).parents[3] / "questionnaires" / "socle-rgpd.toml").read_bytes())

FINDING = {"on": {"non": "major"}, "action": both("Corriger."), "proof": both("La preuve.")}


def defects(*questions, **fields):
    return [
        (p.where, p.message.text % p.message.values) for p in questionnaire_defects(raw_document(*questions, **fields))
    ]


def choice(value, **fields):
    return {"value": value, "label": both(value), **fields}


# Each line: a question spoiled in one way, and the words that must be said of it.
SPOILED = [
    (raw_question(poids=3), "Champ inconnu : « poids »"),
    (raw_question(weigth=3), "vouliez-vous dire « weight »"),
    (raw_question(kind="oui_non"), "« oui_non » n'est pas admis pour « kind »"),
    (raw_question(kind=None), "« kind » manque"),
    (raw_question(text={"fr": "Quoi ?"}), "« text.en » manque"),
    (raw_question(text={"en": "What?"}), "« text.fr » manque"),
    (raw_question(text={"fr": "Quoi ?", "en": "  "}), "« text.en » doit être un texte non vide"),
    (raw_question(text=both("Quoi ?") | {"de": "Was?"}), "Champ inconnu : « text.de »"),
    (raw_question(text="Quoi ?"), "« text » doit être une table"),
    (raw_question(why=None), "« why » manque"),
    (raw_question(help={"fr": "Aide."}), "« help.en » manque"),
    (raw_question(text=both("Quoi\x00 ?")), "caractère invisible"),
    (raw_question(weight=0), "« weight » doit être un nombre entier de 1 à 5"),
    (raw_question(weight=6), "« weight » doit être un nombre entier de 1 à 5"),
    (raw_question(weight=2.5), "« weight » doit être un nombre entier"),
    (raw_question(weight=True), "« weight » doit être un nombre entier"),
    (raw_question(kind="text", weight=3), "« weight » n'a pas d'effet"),
    (raw_question(kind="text", critical=True), "« critical » n'a pas d'effet"),
    (raw_question(critical="oui"), "« critical » doit être true ou false"),
    (raw_question(required=False), "ne peut pas être facultative"),
    (raw_question(articles=["28.3.h"]), "L'article « 28.3.h » n'est ni dans le RGPD"),
    (raw_question(articles=["100"]), "L'article « 100 » n'est ni dans le RGPD"),
    (raw_question(articles="28"), "« articles » doit être une liste de textes"),
    (raw_question(articles=["28", "28"]), "« articles » contient deux fois"),
    (raw_question(obligations=["CL18"]), "« CL18 » n'est pas un numéro d'obligation"),
    (raw_question(clauses=["C18"]), "« C18 » n'est pas un numéro de clause"),
    (raw_question(evidence="oui"), "« oui » n'est pas admis pour « evidence »"),
    (raw_question(evidence="required"), "sans dire laquelle"),
    (raw_question(evidence_max_age_months=12), "« evidence_max_age_months » n'a pas d'effet"),
    (raw_question(evidence_label=both("Quoi.")), "« evidence_label » n'a pas d'effet"),
    (raw_question(evidence_kinds=["pentest"]), "« evidence_kinds » n'a pas d'effet"),
    (
        raw_question(evidence="optional", evidence_label=both("Quoi."), no_evidence=both("Rien à lire.")),
        "« no_evidence » dit pourquoi aucune preuve n'est demandée, alors qu'une l'est",
    ),
    (raw_question(evidence_on=["oui"]), "« evidence_on » n'a pas d'effet"),
    (
        raw_question(evidence="required", evidence_label=both("Quoi."), evidence_max_age_months=0),
        "« evidence_max_age_months » doit être un nombre entier de 1 à 120",
    ),
    (
        raw_question(evidence="required", evidence_label=both("Quoi."), evidence_on=["peut-etre"]),
        "« peut-etre », qui n'est pas une réponse proposée",
    ),
    (raw_question(answers=["oui"]), "« answers » contient « oui » et « non »"),
    (raw_question(answers=["oui", "non", "bof"]), "« answers » contient « oui » et « non »"),
    (raw_question(marks={"oui": 1.5}), "« marks.oui » doit être un nombre de 0 à 1"),
    (raw_question(marks={"oui": float("nan")}), "« marks.oui » doit être un nombre de 0 à 1"),
    (raw_question(marks={"ouais": 1}), "Champ inconnu : « marks.ouais »"),
    (raw_question(marks={"oui": 0.5, "non": 0}), "Aucune réponse ne permet d'atteindre la note 1"),
    (raw_question(justify=["jamais"]), "« jamais », dans « justify »"),
    (raw_question(choices=[choice("a"), choice("b")]), "« choices » n'a pas de sens pour ce type"),
    (raw_question(columns=[]), "« columns » n'a pas de sens pour ce type"),
    (raw_question(kind="single", choices=None), "« choices » manque"),
    (raw_question(kind="single", choices=[]), "« choices » doit être une liste de tables, non vide"),
    (raw_question(kind="single", choices=["a", "b"]), "« choices » doit être une liste de tables"),
    (raw_question(kind="single", choices=[choice("a")]), "au moins deux"),
    (raw_question(kind="single", choices=[choice("a"), choice("a")]), "Deux choix portent la valeur « a »"),
    (raw_question(kind="single", choices=[choice("A"), choice("b")]), "« choices[1].value » n'admet que minuscules"),
    (raw_question(kind="single", choices=[choice("a", mark=1), choice("b", mark=-1)]), "« choices[2].mark » doit être"),
    (
        raw_question(kind="single", choices=[choice("a"), choice("b", exclusive=True)]),
        "« choices[2].exclusive » n'a pas de sens",
    ),
    (
        raw_question(kind="single", choices=[choice("a"), choice("b", group=both("B"))]),
        "« choices[2].group » n'a pas de sens",
    ),
    (raw_question(kind="multiple", choices=[choice("a"), choice("b", group="B")]), "« choices[2].group » doit être"),
    (
        raw_question(kind="multiple", choices=[choice("a", mark=0.4), choice("b", mark=0.4)]),
        "Aucune réponse ne permet d'atteindre la note 1",
    ),
    (raw_question(kind="table", columns=None), "« columns » manque"),
    (raw_question(kind="table", columns=[]), "« columns » doit être une liste de tables, non vide"),
    (raw_question(kind="table", columns=[choice("a")]), "« columns[1].key » manque"),
    (
        raw_question(kind="table", columns=[{"key": "a", "label": both("A")}, {"key": "a", "label": both("A")}]),
        "Deux colonnes portent la clé « a »",
    ),
    (
        raw_question(kind="table", columns=[{"key": "a", "label": both("A"), "kind": "ville"}]),
        "« ville » n'est pas admis pour « columns[1].kind »",
    ),
    (
        raw_question(kind="table", columns=[{"key": "a", "label": both("A"), "kind": "single"}]),
        "« columns[1].choices » manque",
    ),
    (
        raw_question(kind="table", columns=[{"key": "a", "label": both("A"), "choices": []}]),
        "« columns[1].choices » n'a pas de sens",
    ),
    (
        raw_question(
            kind="table", columns=[{"key": "a", "label": both("A"), "kind": "single", "choices": [choice("x")]}]
        ),
        "La colonne « a » propose un seul choix",
    ),
    (raw_question(kind="number", minimum=5, maximum=5), "Le minimum doit être inférieur au maximum"),
    (raw_question(kind="number", minimum="zéro"), "« minimum » doit être un nombre"),
    (raw_question(kind="number", maximum=float("inf")), "« maximum » doit être un nombre"),
    (raw_question(kind="text", max_length=0), "« max_length » doit être un nombre entier de 10 à 20000"),
    (raw_question(kind="file", evidence="required"), "Champ inconnu : « evidence »"),
    (raw_question(kind="file", evidence_label=None), "sans dire laquelle"),
    (raw_question(opens_finding=FINDING | {"on": {"bof": "major"}}), "s'ouvre sur « bof »"),
    (
        raw_question(opens_finding=FINDING | {"on": {"non": "grave"}}),
        "« grave » n'est pas admis pour « opens_finding.on.non »",
    ),
    (raw_question(opens_finding=FINDING | {"on": {}}), "ne dit pas sur quelles réponses"),
    (raw_question(opens_finding={"on": {"non": "major"}, "proof": both("P.")}), "« opens_finding.action » manque"),
    (raw_question(opens_finding="oui"), "« opens_finding » doit être une table"),
    (raw_question(visible_if={"question": "a.trois", "in": ["oui"]}), "« a.trois », qui n'existe pas"),
    (raw_question(visible_if={"question": "a.un", "in": ["oui"]}), "« a.un », posée plus loin"),
    (raw_question(visible_if={"question": "a.deux", "in": ["oui"]}), "« a.deux », posée plus loin"),
    (raw_question(visible_if={"question": "a.zero", "in": ["bof"]}), "attend « bof », que « a.zero » ne propose pas"),
    (raw_question(visible_if={"question": "a.zero"}), "ne dit pas pour quelles réponses"),
    (raw_question(visible_if={"in": ["oui"]}), "« visible_if.question » manque"),
    (raw_question(visible_if={"question": "a.texte", "in": ["oui"]}), "n'est pas une question à choix"),
    (raw_question(visible_if={"all": []}), "« visible_if.all » doit être une liste de tables, non vide"),
    (raw_question(visible_if={"not": {}}), "Champ inconnu : « visible_if.not »"),
    (
        raw_question(visible_if={"any": [{"all": [{"question": "a.zero", "in": ["bof"]}]}]}),
        "attend « bof », que « a.zero » ne propose pas",
    ),
    (
        raw_question(visible_if={"all": [{"all": [{"all": [{"all": [{"question": "a.zero", "in": ["oui"]}]}]}]}]}),
        "est trop imbriquée",
    ),
]


@pytest.mark.parametrize(("question", "words"), SPOILED, ids=[words for _, words in SPOILED])
def test_each_defect_is_reported_at_its_question(question, words):
    before, after = (raw_question("a.zero"), raw_question("a.texte", "text")), raw_question("a.deux")
    found = defects(*before, question, after)
    assert any(where == "a.un" and words in message for where, message in found), found
    assert {where for where, _ in found} == {"a.un"}


def test_the_sound_document_these_defects_are_planted_in_has_none():
    assert defects(raw_question("a.zero"), raw_question("a.texte", "text"), raw_question()) == []


def test_all_the_defects_of_a_document_are_reported_together():
    found = defects(raw_question("a.un", weight=9, poids=1, articles=["0"]), raw_question("a.deux", kind="?", why=None))
    assert [where for where, _ in found].count("a.un") == 3
    assert [where for where, _ in found].count("a.deux") == 2


def test_a_kind_that_is_unknown_is_not_blamed_on_the_fields_that_depend_on_it():
    assert len(defects(raw_question(kind="choix", choices=[], weight=3, evidence="required"))) == 1


def test_two_questions_with_one_key_are_reported_even_in_different_sections():
    document = raw_document()
    document["sections"].append(copy.deepcopy(document["sections"][0]))
    found = [(p.where, str(p.message.text)) for p in questionnaire_defects(document)]
    assert ("a", "Deux sections portent cette clé.") in found
    assert ("a.un", "Deux questions portent cette clé.") in found


@pytest.mark.parametrize("key", ["un", "b.un", "a.Un", "a.", "a.é", "a.un.deux"])
def test_a_question_key_starts_with_the_key_of_its_section(key):
    assert [message for where, message in defects(raw_question(key)) if "La clé doit s'écrire « a. »" in message]


def test_a_question_without_a_key_is_designated_by_its_place():
    question = raw_question(weight=9)
    del question["key"]
    assert {where for where, _ in defects(raw_question(), question)} == {"a", "a questions[2]"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"key": "Essai 1"}, "« key » n'admet que minuscules"),
        ({"version": "v1"}, "La version s'écrit en chiffres"),
        ({"version": 1.0}, "« version » doit être un texte"),
        ({"minutes": 0}, "« minutes » doit être un nombre entier de 1 à 600"),
        ({"sections": []}, "« sections » doit être une liste de tables, non vide"),
        ({"titre": "Essai"}, "Champ inconnu : « titre »"),
    ],
)
def test_defects_of_the_questionnaire_itself_are_reported(fields, words):
    assert any(words in message for _, message in defects(**fields))


@pytest.mark.parametrize("raw", [None, [], "socle", 3, {}, {"sections": {}}, {"sections": [[]]}, {1: 2}])
def test_what_is_not_a_questionnaire_at_all_is_a_defect_and_never_a_crash(raw):
    assert list(questionnaire_defects(raw))
    with pytest.raises(UnsoundQuestionnaire):
        parse_questionnaire(raw)


@given(junk)
def test_any_document_either_parses_or_has_defects(raw):
    assert list(questionnaire_defects(raw))


@given(sound_documents)
def test_a_sound_document_parses_without_defect(raw):
    assert list(questionnaire_defects(raw)) == []
    assert [q.key for q in parse_questionnaire(raw).questions] == [
        q["key"] for s in raw["sections"] for q in s["questions"]
    ]


def _places(node, path=()):
    yield path
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in items:
        yield from _places(inner, (*path, key))


PLACES = [place for place in _places(SOCLE) if place]


@given(st.sampled_from(PLACES), junk | st.just("__delete__"))
def test_the_shipped_file_spoiled_anywhere_never_crashes_the_reader(place, replacement):
    document = copy.deepcopy(SOCLE)
    node = document
    for step in place[:-1]:
        node = node[step]
    if replacement == "__delete__":
        del node[place[-1]]
    else:
        node[place[-1]] = replacement
    found = list(questionnaire_defects(document))
    if not found:
        assert read_snapshot(snapshot_of(parse_questionnaire(document))).key
    assert all(isinstance(str(problem.message), str) for problem in found)


def test_a_yes_no_question_offers_four_answers_and_asks_why_it_does_not_apply():
    question = parse_questionnaire(raw_document()).questions[0]
    assert [(c.value, c.mark, c.justify) for c in question.choices] == [
        ("oui", 1.0, False),
        ("partiel", 0.5, False),
        ("non", 0.0, False),
        ("na", None, True),
    ]


def test_marks_may_be_turned_round_when_yes_is_the_bad_answer():
    question = parse_questionnaire(raw_document(raw_question(marks={"oui": 0, "partiel": 0.5, "non": 1}))).questions[0]
    assert {c.value: c.mark for c in question.choices} == {"oui": 0, "partiel": 0.5, "non": 1, "na": None}


def test_a_proof_is_expected_by_default_for_the_answers_that_claim_something():
    asked = {"evidence": "required", "evidence_label": both("La preuve.")}
    questionnaire = parse_questionnaire(
        raw_document(
            raw_question("a.un", **asked),
            raw_question("a.deux", marks={"oui": 0, "non": 1}, answers=["oui", "non"], **asked),
            raw_question("a.trois", evidence_on=["non"], **asked),
        )
    )
    assert [q.evidence_on for q in questionnaire.questions] == [("oui", "partiel"), ("non",), ("non",)]


def test_a_proof_asked_of_an_unscored_choice_is_not_expected_from_who_chooses_none_of_them():
    choices = [choice("iso"), choice("aucune", exclusive=True)]
    asked = raw_question(kind="multiple", choices=choices, evidence="required", evidence_label=both("Le certificat."))
    assert parse_questionnaire(raw_document(asked)).questions[0].evidence_on == ("iso",)


def test_a_file_question_is_its_own_proof():
    required, optional = parse_questionnaire(
        raw_document(raw_question("a.un", "file"), raw_question("a.deux", "file", required=False))
    ).questions
    assert (required.evidence, optional.evidence) == (EvidenceDemand.REQUIRED, EvidenceDemand.OPTIONAL)


def test_a_finding_keeps_its_severities_in_the_order_of_the_file():
    rule = FINDING | {"on": {"non": "critical", "partiel": "minor"}}
    question = parse_questionnaire(raw_document(raw_question(opens_finding=rule))).questions[0]
    assert question.opens_finding.on == (("non", Severity.CRITICAL), ("partiel", Severity.MINOR))


def staged(stage, *questions):
    document = raw_document(*questions)
    document["sections"][0]["stage"] = stage
    return document


def test_a_question_has_the_stage_of_its_section_unless_it_names_its_own():
    document = staged("apres", raw_question("a.un"), raw_question("a.deux", stage="avant"))
    assert [question.stage for question in parse_questionnaire(document).questions] == ["apres", "avant"]
    assert parse_questionnaire(raw_document(raw_question())).questions[0].stage is None


def test_a_question_shared_by_another_questionnaire_keeps_the_stage_it_was_defined_with():
    defined = defined_questions(staged("apres", raw_question("a.un")))
    asked = staged("avant", {"same_as": "a.un"})
    assert parse_questionnaire(asked, defined).questions[0].stage == "apres"


@pytest.mark.parametrize("document", [staged("ensuite", raw_question()), raw_document(raw_question(stage="ensuite"))])
def test_a_stage_that_does_not_exist_is_refused_with_those_that_do(document):
    (defect,) = questionnaire_defects(document)
    assert defect.message.values["offered"] == "avant, pendant, apres"


def test_the_stage_is_frozen_and_none_changes_no_older_digest():
    plain, tagged = (parse_questionnaire(raw_document(raw_question(stage=stage))) for stage in (None, "pendant"))
    assert read_snapshot(snapshot_of(tagged)) == tagged
    assert plain.sha256 != tagged.sha256
    assert "stage" not in snapshot_of(plain)["questionnaire"]["sections"][0]["questions"][0]


DRAFT = {"text": {"fr": "Quoi ?"}, "why": None, "articles": []}


def test_a_draft_may_lack_a_language_a_reason_and_an_article():
    raw = raw_document(raw_question(**DRAFT), title={"en": "Try"})
    assert list(questionnaire_defects(raw, draft=True)) == []
    assert parse_questionnaire(raw, draft=True).questions[0].text == Bilingual("Quoi ?")


@pytest.mark.parametrize("missing", sorted(DRAFT))
def test_each_of_these_stops_publication(missing):
    raw = raw_document(raw_question(**{missing: DRAFT[missing]}))
    assert len(list(questionnaire_defects(raw))) == 1
    assert list(questionnaire_defects(raw, draft=True)) == []


@pytest.mark.parametrize("spoilt", [{"text": {}}, {"text": {"fr": ""}}, {"text": {"de": "Was?"}}, {"kind": "autre"}])
def test_a_draft_lacks_nothing_else(spoilt):
    assert list(questionnaire_defects(raw_document(raw_question(**spoilt)), draft=True))
