"""What is remarked of answers, and of which nothing is: measured on answers written in both languages."""

import time
import tomllib
from pathlib import Path

import pytest

from portal.questionnaires import catalogue
from portal.questionnaires.definition import GivenAnswer
from portal.questionnaires.rules.coherence import (
    AnswerFact,
    Coherence,
    Contradiction,
    ReadAnswers,
    RemarkKind,
    answer_remarks,
    unknown_facts,
)
from tests.factories.review import examined
from tests.factories.spaces import small

CORPUS = tomllib.loads((Path(__file__).parent / "answers_to_remark_upon.toml").read_text(encoding="utf-8"))
LAW = {RemarkKind.LAW, RemarkKind.FORMULA}
SHIPPED = catalogue.coherence_rules()


def remarks(rules=SHIPPED, *, questionnaire=None, outside=lambda country: country == "US", **given):
    asked = questionnaire or examined()
    answers = {key.replace("_", ".", 1): value for key, value in given.items()}
    shown = {question.key for question in asked.questions}
    return answer_remarks(ReadAnswers(asked, answers, shown, outside), rules)


def kinds(**given):
    return {key: [remark.kind for remark in found] for key, found in remarks(**given).items()}


def is_remarked(text):
    found = remarks(b_texte=GivenAnswer(text)).get("b.texte", [])
    return any(remark.kind in LAW for remark in found)


@pytest.mark.parametrize(("suffix", "hollow", "telling", "found"), [("", 22, 35, 22), ("_apart", 10, 10, 8)])
def test_answers_that_say_nothing_are_told_from_those_that_do(suffix, hollow, telling, found):
    """A false alarm costs more than a miss: there is none. Nothing was changed for those set apart."""
    said, told = CORPUS[f"hollow{suffix}"], CORPUS[f"telling{suffix}"]
    assert (len(said), len(told)) == (hollow, telling)
    assert [text for text in told if is_remarked(text)] == []
    assert sum(map(is_remarked, said)) == found, [text for text in said if not is_remarked(text)]


def test_a_comment_is_read_as_an_answer_is():
    assert kinds(a_contrat=GivenAnswer("oui", CORPUS["hollow"][0])) == {"a.contrat": [RemarkKind.LAW]}


def test_the_same_text_under_two_questions_is_remarked_on_the_later_with_the_number_of_the_first():
    text = "Le directeur technique en répond devant le comité de direction."
    found = remarks(a_contrat=GivenAnswer("oui", text), b_texte=GivenAnswer(text.upper().replace(".", " !")))
    assert [(key, one.kind, one.said.values) for key, all_of in found.items() for one in all_of] == [
        ("b.texte", RemarkKind.SAME_TEXT, {"number": "1.1"})
    ]


@pytest.mark.parametrize("text", ["Oui, chaque année.", "Voir la politique jointe, chapitre 4 de l'annexe."])
def test_a_short_text_or_a_pointer_may_be_written_twice(text):
    assert kinds(a_contrat=GivenAnswer("oui", text), b_texte=GivenAnswer(text)) == {}


@pytest.mark.parametrize("row", CORPUS["reason"], ids=lambda row: row["text"][:20])
def test_not_applicable_needs_words_that_say_why(row):
    found = kinds(questionnaire=small(), a_choix=GivenAnswer("autre", row["text"]))
    assert found == ({"a.choix": [RemarkKind.NO_REASON]} if row["gives_none"] else {})


def test_an_answer_that_asks_for_no_reason_may_have_a_short_comment():
    assert kinds(questionnaire=small(), a_choix=GivenAnswer("nous", "N/A")) == {}


def rule(first, second):
    return Coherence((Contradiction(first, second, examined().title),))


def test_two_answers_that_cannot_both_be_right_are_remarked_under_the_later():
    rules = rule(AnswerFact("b.mesures", ("aucune",)), AnswerFact("a.chiffre", ("oui",)))
    both = {"a_chiffre": GivenAnswer("oui"), "b_mesures": GivenAnswer(("aucune",))}
    found = remarks(rules, **both)
    assert [(key, one.kind, one.said.values["number"]) for key, all_of in found.items() for one in all_of] == [
        ("b.mesures", RemarkKind.CONTRADICTION, "1.2")
    ]
    assert remarks(rules, **{**both, "b_mesures": GivenAnswer(("mfa",))}) == {}
    assert remarks(rules, b_mesures=GivenAnswer(("aucune",))) == {}


def test_a_question_that_is_not_asked_contradicts_nothing():
    rules = rule(AnswerFact("b.mesures", ("aucune",)), AnswerFact("a.chiffre", ("oui",)))
    answers = {"a.chiffre": GivenAnswer("oui"), "b.mesures": GivenAnswer(("aucune",))}
    assert answer_remarks(ReadAnswers(examined(), answers, {"b.mesures"}), rules) == {}


def test_a_place_outside_the_eea_contradicts_a_no():
    rules = rule(AnswerFact("b.liste", outside_eea="pays"), AnswerFact("a.contrat", ("non",)))
    rows = [{"nom": "Hôte", "pays": "DE"}, {"nom": "Aide"}]
    assert remarks(rules, a_contrat=GivenAnswer("non"), b_liste=GivenAnswer(tuple(rows))) == {}
    rows.append({"nom": "Far", "pays": "US"})
    assert list(remarks(rules, a_contrat=GivenAnswer("non"), b_liste=GivenAnswer(tuple(rows)))) == ["b.liste"]


def test_what_a_contradiction_names_must_be_asked_somewhere():
    asked = {question.key: question for question in examined().questions}
    known = AnswerFact("a.chiffre", ("oui",))
    for fact in (AnswerFact("absente", ("oui",)), AnswerFact("a.chiffre", ("peut-etre",)),
                 AnswerFact("b.liste", outside_eea="lieu")):  # fmt: skip
        assert [where for where, _ in unknown_facts(rule(known, fact), asked)] == [fact.question]
    assert not list(unknown_facts(SHIPPED, _all_asked()))


def _all_asked():
    return {q.key: q for questionnaire in catalogue.load().values() for q in questionnaire.questions}


def test_a_defect_of_the_file_is_reported_where_it_is(tmp_path):
    path = tmp_path / catalogue.COHERENCE
    path.write_text('[[contradiction]]\nfirst = { question = "a.b" }\n', encoding="utf-8")
    (tmp_path / "essai.toml").write_text("", encoding="utf-8")
    told = [str(defect.message) for found, defect in catalogue.read(tmp_path)[1] if found == path]
    assert any("donner «" in message for message in told)
    assert any("passage" in message for message in told)


def test_a_text_made_to_hurt_is_read_in_proportion_to_its_length():
    unit = "mettent en œuvre les mesures techniques et organisationnelles appropriées " * 20
    texts = [GivenAnswer("oui", (unit + str(place)) * 4) for place in range(8)]

    def cost(count):
        asked = examined()
        answers = {question.key: texts[n % 8] for n, question in enumerate(asked.questions[:count])}
        start = time.process_time()
        for _ in range(3):
            answer_remarks(ReadAnswers(asked, answers, set(answers)), SHIPPED)
        return time.process_time() - start

    cost(8)
    assert cost(8) < 40 * max(cost(1), 1e-4)


def test_an_answer_kept_from_another_kind_of_question_is_no_error():
    assert remarks(b_liste=GivenAnswer("texte"), b_mesures=GivenAnswer(({"nom": "x"},)), a_role=GivenAnswer(None)) == {}
