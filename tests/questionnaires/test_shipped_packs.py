"""All the shipped questionnaires together: their sizes, what each question must carry, and that none is another one."""

import re
import tomllib
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from itertools import combinations

import pytest

from portal.contracts import library
from portal.questionnaires import catalogue
from portal.questionnaires.definition import Bilingual, EvidenceDemand, GivenAnswer
from portal.questionnaires.rules.completing import declared_mark, missing_items, severity_opened, visible_questions

PACKS = catalogue.load()
QUESTIONS = {question.key: question for pack in PACKS.values() for question in pack.questions}
"""Every question once, by key: a question that two packs ask is one."""
EACH = pytest.mark.parametrize("pack", PACKS.values(), ids=list(PACKS))

SIZES = {
    "socle-rgpd": 40,
    "securite-art32": 58,
    "sous-traitance-ulterieure": 20,
    "transferts-hors-eee": 20,
    "relation-client-retractation": 24,
    "droits-personnes": 14,
    "violations": 16,
    "revue-annuelle": 10,
    "intelligence-artificielle": 12,
    "dora": 24,
    "nis2": 18,
    "hds": 14,
    "nuage": 12,
    "mineurs": 8,
}
ALIKE = 0.65
"""Share of words in common, in the same order, from which two questions are taken for the same one."""


def words_of(text):
    plain = unicodedata.normalize("NFKD", text.lower().replace("'", " "))
    return re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))


def likeness(one, other):
    """0 to 1: twice the words in common, in the same order, over all the words.

    >>> likeness(words_of("Avez-vous un plan ?"), words_of("Avez-vous un coffre ?"))
    0.75
    """
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def alike(texts):
    """The pairs of keys whose texts are nearly the same, the closest first, with how close they are."""
    words = {key: words_of(text) for key, text in texts.items()}
    counted = {key: Counter(found) for key, found in words.items()}
    pairs = [
        (round(likeness(words[one], words[other]), 2), one, other)
        for one, other in combinations(words, 2)
        # Words in common whatever their order: never less than in the same order, and far quicker to count.
        if 2 * (counted[one] & counted[other]).total() >= ALIKE * (len(words[one]) + len(words[other]))
    ]
    return sorted((pair for pair in pairs if pair[0] >= ALIKE), reverse=True)


def test_each_pack_asks_as_many_questions_as_announced():
    assert {key: len(pack.questions) for key, pack in PACKS.items()} == SIZES


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_question_differs_from_another_only_by_a_noun(language):
    assert alike({key: getattr(question.text, language) for key, question in QUESTIONS.items()}) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Avez-vous une politique de sauvegarde ?", "Avez-vous une politique de chiffrement ?"),
        ("Is there a written procedure for backups?", "Is there a written procedure for patches?"),
        ("Tenez-vous un registre des incidents ?", "Tenez-vous un registre à jour des transferts ?"),
    ],
)
def test_a_question_that_changes_one_noun_is_noticed(one, other):
    assert [pair[1:] for pair in alike({"un": one, "deux": other, "trois": "Qui répond de la sécurité ?"})] == [
        ("un", "deux")
    ]


@EACH
def test_each_question_asks_for_a_proof_or_says_why_not(pack):
    for question in pack.questions:
        assert question.takes_files != bool(question.no_evidence), question.key
        assert question.evidence is EvidenceDemand.NONE or question.evidence_label, question.key


def test_going_without_a_proof_is_the_lesser_case_and_is_reasoned_one_by_one():
    reasons = Counter(question.no_evidence.fr for question in QUESTIONS.values() if question.no_evidence)
    assert reasons.total() < len(QUESTIONS) / 2
    assert [(reason, times) for reason, times in reasons.most_common() if times > 8] == []


@EACH
def test_each_question_carries_its_reason_its_article_and_what_the_reviewer_looks_for(pack):
    for question in pack.questions:
        assert question.articles, question.key
        for text in (question.text, question.why, question.reviewer_note):
            assert text.fr, question.key
            assert text.en not in {"", text.fr}, question.key
        assert question.reviewer_note.fr not in {question.why.fr, question.help.fr}, question.key


def test_no_two_questions_share_a_reason_or_a_note():
    for name in ("why", "reviewer_note", "help"):
        said = Counter(text.fr for question in QUESTIONS.values() if (text := getattr(question, name)))
        assert [text for text, times in said.items() if times > 1] == [], name


@EACH
def test_each_question_fits_a_phone(pack):
    for question in pack.questions:
        assert max(len(question.text.fr), len(question.text.en)) <= 160, question.key
        assert max(len(text) for text in (question.help.fr, question.help.en)) <= 330, question.key


@EACH
def test_texts_are_written_plainly_in_each_language(pack):
    for question in pack.questions:
        for text in _texts(question):
            assert not re.search("[’“”\u00a0\u202f]|  |\\s$|TODO|XXX", text.fr), (question.key, text.fr)
            assert not re.search("[«»’\u00a0\u202f]|  |\\s$|\\bRGPD\\b|\\bAIPD\\b|TODO", text.en), (
                question.key,
                text.en,
            )
        assert question.text.fr.endswith(("?", ".")), question.key
        assert question.text.en.endswith(question.text.fr[-1]), question.key


def _texts(question):
    yield from (getattr(question, name) for name in question.__dataclass_fields__ if _is_text(question, name))
    for choice in question.choices:
        yield from (choice.label, choice.group)
    for column in question.columns:
        yield from (column.label, *(choice.label for choice in column.choices))
    if question.opens_finding:
        yield from (question.opens_finding.gap, question.opens_finding.action, question.opens_finding.proof)


def _is_text(question, name):
    return isinstance(getattr(question, name), Bilingual)


@EACH
def test_a_weak_answer_opens_a_finding_named_after_the_fault(pack):
    for question in pack.questions:
        rule = question.opens_finding
        if rule:
            assert all(10 <= len(text) <= 70 and "?" not in text for text in (rule.gap.fr, rule.gap.en)), question.key
        for choice in question.choices if question.kind.name != "multiple" else ():
            if choice.mark is not None:
                opened = severity_opened(question, GivenAnswer(choice.value))
                assert (opened is not None) == (choice.mark <= 0.5), (question.key, choice.value)


CELLS = {"text": "Acme", "number": "4", "date": "2026-01-01", "email": "contact@example.org", "country": "FR"}


def best(question):
    """The answer worth most, with all that must go with it."""
    value = {"text": "Oui.", "number": str(question.minimum or 4), "date": "2026-11-01"}.get(question.kind.name)
    if question.columns:
        value = ({c.key: CELLS.get(c.kind.name) or c.choices[0].value for c in question.columns},)
    elif question.kind.name == "multiple":
        alone = max(question.choices, key=lambda choice: (choice.exclusive, choice.mark or 0))
        together = [choice for choice in question.choices if not choice.exclusive]
        worth = sum(choice.mark or 0 for choice in together)
        taken = together if worth else together[:1]
        value = tuple(choice.value for choice in (taken if worth >= (alone.mark or 0) else [alone]))
    elif question.choices:
        value = max(question.choices, key=lambda choice: choice.mark or 0).value
    return GivenAnswer(value, "Voir la preuve.", 1)


@EACH
def test_a_vendor_that_does_all_of_it_can_finish_and_earns_every_mark(pack):
    answers = {question.key: best(question) for question in pack.questions}
    assert missing_items(pack, answers) == ()
    asked = visible_questions(pack, answers)
    assert {question.key: declared_mark(question, answers[question.key]) for question in asked} == {
        question.key: 1.0 if question.scored else None for question in asked
    }


def test_every_clause_and_obligation_named_is_in_the_library():
    # The names alone: reading the whole library costs two seconds.
    clauses = {path.name.split("-")[0] for path in (library.FOLDER / "clauses").glob("CL*.md")}
    rows = tomllib.loads((library.FOLDER / "obligations.toml").read_text(encoding="utf-8"))["obligation"]
    obligations = {row["id"] for row in rows}
    for question in QUESTIONS.values():
        assert set(question.clauses) <= clauses, question.key
        assert set(question.obligations) <= obligations, question.key


def shown(pack, **answers):
    given = {key.replace("__", ".").replace("_", "-"): GivenAnswer(value) for key, value in answers.items()}
    return {question.key for question in visible_questions(PACKS[pack], given)}


@pytest.mark.parametrize(
    ("pack", "nothing_concerned", "left"),
    [
        (
            "intelligence-artificielle",
            {"usage__ia": "aucune"},
            {"usage.ia", "droits-operations.decision", "equipes.ia"},
        ),
        ("sous-traitance-ulterieure", {"chaine__recours": "non"}, {"chaine.recours", "maillons.recensement"}),
        (
            "transferts-hors-eee",
            {"transferts__hors_eee": "non", "carte__controle": "non"},
            {"gouvernance.etablissement", "transferts.lieux", "transferts.hors-eee", "carte.controle"}
            | {"instructions.exigence-legale"},
        ),
        ("nuage", {"nuage_contrat__modele": "aucun"}, {"nuage-contrat.modele", "fin.effacement"}),
        (
            "mineurs",
            {"mineurs_entree__presence": ("aucun",)},
            {"mineurs-entree.presence"}
            | {f"mineurs-protection.{name}" for name in ("interdits", "danger", "effacement")},
        ),
    ],
)
def test_whom_a_pack_does_not_concern_is_asked_little(pack, nothing_concerned, left):
    assert shown(pack, **nothing_concerned) == left


TOOLS = {
    "adequation": set(),
    "dpf": {"outils.dpf", "outils.repli"},
    "cct": {
        "outils.module",
        "outils.annexes",
        "outils.destinataire-soumis",
        "droit-local.analyse",
        "droit-local.mesures",
    },
    "bcr": {"droit-local.analyse", "droit-local.mesures"},
}
"""What is asked of each tool alone: no analysis of local law is owed where the country is adequate."""


def test_each_transfer_tool_opens_its_own_questions():
    asked = {tool: shown("transferts-hors-eee", transferts__hors_eee="oui", outils__employes=(tool,)) for tool in TOOLS}
    for tool, own in TOOLS.items():
        others = set().union(*(found for other, found in TOOLS.items() if other != tool)) - own
        assert own <= asked[tool]
        assert not others & asked[tool]


def test_what_binds_only_critical_functions_is_asked_only_of_those_or_of_whoever_was_not_told():
    always = shown("dora", dora_registre__fonction="non", chaine__recours="oui")
    for told in ("oui", "inconnu"):
        more = shown("dora", dora_registre__fonction=told, chaine__recours="oui") - always
        assert {"dora-incidents.continuite", "dora-controle.restrictions", "dora-sortie.transition"} <= more
    assert "dora-contrat.defaillance" in always


def test_the_yearly_review_is_mostly_what_was_already_answered():
    own = [question.key for question in PACKS["revue-annuelle"].questions if question.key.startswith("revue-annuelle.")]
    assert own == ["revue-annuelle.changements", "revue-annuelle.assurance", "revue-annuelle.corrections"]


def test_what_could_not_be_verified_is_said_to_the_reviewer_and_never_to_the_vendor():
    dated = [key for key, question in QUESTIONS.items() if "Non vérifié" in question.reviewer_note.fr]
    assert {"ia-outils.niveau", "nis2-pilotage.statut", "hds-contrat.mentions", "dora-incidents.elements"} <= set(dated)
    for question in QUESTIONS.values():
        assert not re.search("non vérifié", question.text.fr + question.help.fr + question.why.fr, re.IGNORECASE)


def test_a_vendor_reads_neither_our_clauses_nor_the_names_of_our_questionnaires_nor_how_it_is_marked():
    ours = re.compile(r"\bCL\d|\bsocle\b|\bbaseline\b|\bvotre note\b|\byour (?:grade|score)\b", re.IGNORECASE)
    for question in QUESTIONS.values():
        read = [question.text, question.help, question.why, question.evidence_label]
        read += [one.label for one in (*question.choices, *question.columns)]
        assert not [text for text in read if ours.search(text.fr) or ours.search(text.en)], question.key
