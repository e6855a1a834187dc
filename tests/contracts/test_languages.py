"""Language of every printed fact: a contract in one language holds no text of the other, whoever gave the facts."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from portal.contracts import library
from portal.contracts.fact_sources.languages import FreeText, SaidFact, TextToTranslate, said_fact
from portal.contracts.language_data import coded_words, language_words
from portal.contracts.rules.assembly import assemble_contract
from portal.contracts.rules.fact_catalogue import FACTS, FactKind, FactNature
from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.text_language import TextLanguage
from portal.core.dates import written
from portal.core.documents.text import fold, tree_text
from portal.core.language import Language
from portal.core.translation import translate
from portal.questionnaires import catalogue
from portal.vendors.rules.facts import DataCategory, DataSubject, SpecialCategory, Volume

FR, EN = Language.FR, Language.EN
LIBRARY = library.cached()
COUNTRIES = [("Maroc", "Morocco"), ("Pays-Bas", "Netherlands")]
PAIRS = [
    ("enrichissement de fichiers", "data enrichment"),
    ("prise d'appels des clients en soirée", "call handling in the evening"),
    ("hébergement des sauvegardes", "hosting of backups"),
    ("paie des salariés", "payroll of employees"),
    ("envoi de lettres d'information", "delivery of newsletters"),
    ("double authentification des accès", "two-factor authentication of access"),
    ("trente-six mois, renouvelables", "thirty-six months, renewable"),
    ("revue trimestrielle des habilitations", "quarterly review of access rights"),
    ("effacement à la fin du contrat", "erasure at the end of the agreement"),
    ("contrat-cadre de prestations", "master services agreement"),
]
PLACES = [("Allemagne", "Germany"), ("États-Unis", "United States"), ("Inde", "India"), ("Espagne", "Spain")]
TITLES = [
    ("directrice générale", "Chief Executive Officer"),
    ("gérante", "Managing Director"),
    ("présidente", "President"),
]


class Draw:
    """One set of facts, and the phrases of each language that it used."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.used: dict[Language, set[str]] = {FR: set(), EN: set()}
        self.typed = {key: self.fact(key) for key in FACTS}

    def pair(self, pairs: list[tuple[str, str]]) -> tuple[str, str]:
        found = self.draw.choice(pairs)
        self.used[FR].add(found[0])
        self.used[EN].add(found[1])
        return found

    def text(self, nature: FactNature) -> Any:
        """A text of a nature: in either language, or in both, as somebody may have given it."""
        if nature is FactNature.NAME:
            return "Brume 12"
        if nature is FactNature.ADDRESS:
            return FreeText(f"3 rue Brume, {self.draw.choice(self.pair(COUNTRIES))}")
        if nature is FactNature.PLACE:
            return FreeText(self.draw.choice(self.pair(PLACES)))
        if nature is FactNature.DATE:
            day = date(2027, 1, 1) + timedelta(days=self.draw.randrange(700))
            self.used[FR].add(written(day, FR))
            self.used[EN].add(written(day, EN))
            return FreeText(written(day, self.draw.choice((FR, EN))))
        if nature is FactNature.PERSON:
            french, english = self.pair(TITLES)
            return FreeText(self.draw.choice((f"Mme Anaïs Kerlo, {french}", f"Ms Anaïs Kerlo, {english}")))
        french, english = self.pair(PAIRS)
        return self.draw.choice(
            ({"fr": french, "en": english}, {"fr": french, "en": english}, {"fr": french}, {"en": english},
             FreeText(french), FreeText(english))
        )  # fmt: skip

    def fact(self, key: str) -> Any:
        fact = FACTS[key]
        if fact.kind is FactKind.CODES:
            return (self.draw.choice(list(fact.choices)),)
        if fact.kind is FactKind.ROWS:
            return tuple(
                {column.key: self.text(column.nature) for column in fact.columns}
                for _ in range(self.draw.randrange(1, 4))
            )
        return self.text(fact.nature)


def said(typed: dict[str, Any], language: Language) -> dict[str, SaidFact]:
    return {key: said_fact(key, _listed(key, value), language) for key, value in typed.items()}


def _listed(key: str, value: Any) -> Any:
    if FACTS[key].kind is not FactKind.LIST or isinstance(value, tuple):
        return value
    return {code: (text,) for code, text in value.items()} if isinstance(value, dict) else (value,)


def holds(phrase: str, text: str) -> bool:
    return fold(phrase) in text


@pytest.mark.parametrize("template", LIBRARY.templates, ids=lambda one: one.key)
@pytest.mark.parametrize("seeds", [range(4), range(4, 40)], ids=["few", "40"])
def test_no_printed_fact_is_in_the_other_language(template, seeds):
    printed = 0
    for seed in seeds:
        drawn = Draw(seed)
        for language, other in ((EN, FR), (FR, EN)):
            found = said(drawn.typed, language)
            facts = ContractFacts({key: one.value for key, one in found.items() if one.value is not None})
            text = fold(tree_text(assemble_contract(LIBRARY, template, facts, language).document))
            strange = [phrase for phrase in drawn.used[other] if holds(phrase, text)]
            assert strange == [], (seed, language)
            printed += sum(holds(phrase, text) for phrase in drawn.used[language])
            lacking = {gap.fact for one in found.values() for gap in one.lacking}
            alone = {key for key, value in drawn.typed.items() if _is_alone(key, value, language)}
            assert lacking == alone, (seed, language)
    assert printed > 10 * len(seeds)


def _is_alone(key: str, value: Any, language: Language) -> bool:
    """Whether some free words of a fact were given in the other language and not in this one."""
    fact = FACTS[key]
    if fact.kind is FactKind.ROWS:
        cells = [(column, cell) for row in value for column, cell in row.items()]
        return any(_text_is_alone(fact.nature_of(column), cell, language) for column, cell in cells)
    return fact.kind is not FactKind.CODES and _text_is_alone(fact.nature, value, language)


def _text_is_alone(nature: FactNature, value: Any, language: Language) -> bool:
    if nature is not FactNature.WORDS:
        return False
    if isinstance(value, dict):
        return language.value not in value
    return value not in {pair[0 if language is FR else 1] for pair in PAIRS}


@pytest.mark.parametrize(("french", "english"), PAIRS)
def test_free_words_are_told_apart(french, english):
    words = language_words()
    assert (words.language_of(french), words.language_of(english)) == (TextLanguage.FR, TextLanguage.EN)


@pytest.mark.parametrize("language", Language)
def test_what_translates_itself_is_never_taken_for_the_other_language(language):
    """Labels of the register and choices of the questionnaires, as a contract prints them."""
    kinds = (DataCategory, DataSubject, SpecialCategory, Volume)
    labels = [translate(one.label, language) for kind in kinds for one in kind]
    for questionnaire in catalogue.load().values():
        asked = [one for one in questionnaire.questions if one.key in {"contrat.mesures", "transferts.lieux"}]
        choices = [choice for one in asked for choice in one.choices]
        choices += [choice for one in asked for column in one.columns for choice in column.choices]
        labels += [choice.label.read(language) for choice in choices]
    other = FR if language is EN else EN
    assert labels
    assert [label for label in labels if language_words().language_of(label).value == other.value] == []


def test_no_word_is_of_one_language_and_of_the_other():
    words = language_words()
    assert not (words.french & words.english | words.french & words.shared | words.english & words.shared)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Mme Claire Aubanel, directrice générale", EN, ("Ms Claire Aubanel, Chief Executive Officer", "")),
        ("Ms Jane Roe, President", FR, ("Mme Jane Roe, présidente", "")),
        ("Jane Roe, President", FR, ("Jane Roe, President", "President")),
        ("Claire Martin (présidente)", EN, ("Claire Martin (President)", "")),
        ("Claire Martin, cheffe de gare", EN, ("Claire Martin, cheffe de gare", "cheffe de gare")),
    ],
)
def test_a_capacity_is_written_in_the_contracts_language_and_its_gender_is_never_guessed(text, language, expected):
    assert coded_words().person(text, language) == expected


def test_a_capacity_that_nobody_can_translate_is_lacking():
    found = said_fact("vendor.representative", FreeText("Jane Roe, President"), FR)
    assert found == SaidFact(None, (TextToTranslate("vendor.representative", "Jane Roe, President"),))
