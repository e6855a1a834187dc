"""The clause library as a person reads it: each clause with our other positions, each requirement with its proof."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from portal.contracts import paper
from portal.contracts.rules import (
    FACTS,
    Clause,
    Facts,
    Library,
    NegotiationPoint,
    Requirement,
    RequirementTable,
    borne,
)
from portal.contracts.rules.model import Condition, Passage, words
from portal.contracts.rules.writing import Blanks, Target, Writer
from portal.core.language import Language
from portal.questionnaires.definition import Question, Questionnaire

_OR = words(" ou ", " or ")
_IF, _UNLESS = words("{fact} : {named}", "{fact}: {named}"), words("{fact} : sauf {named}", "{fact}: except {named}")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a clause, blanks and references open, with what else we may accept."""

    number: int
    body: Markup
    marks: tuple[str, ...]
    """Obligations and requirements it bears."""
    conditions: tuple[str, ...]
    """When it is there, in words; empty = always."""
    point: NegotiationPoint | None


@dataclass(frozen=True)
class Place:
    """Where a requirement is said."""

    clause: Clause
    paragraph: int
    body: Markup


@dataclass(frozen=True)
class Asked:
    """A question that checks a requirement, with its number in the questionnaire."""

    number: str
    question: Question


@dataclass(frozen=True)
class Linked:
    """One requirement from the contract to the proof; what is missing is None, and shown as missing."""

    requirement: Requirement
    places: tuple[Place, ...]
    questions: tuple[Asked | None, ...]
    proof: Asked | None


def paragraphs(clause: Clause, library: Library, language: Language) -> tuple[Paragraph, ...]:
    """A clause read on its own, outside any contract."""
    writer = _writer(library, language)
    return tuple(
        Paragraph(
            number,
            _body(passage, clause, number, writer),
            passage.obligations,
            tuple(when((clause.conditions[passage.condition],), language)) if passage.condition else (),
            clause.point(number),
        )
        for number, passage in enumerate(clause.prose[language], start=1)
    )


def when(conditions: tuple[Condition, ...], language: Language) -> Iterator[str]:
    """The facts that bring a clause in, in words: « tier : critique »."""
    for condition in conditions:
        fact = FACTS[condition.fact]
        named = ", ".join(fact.choices[code].said_in(language) for code in fact.choices if code in condition.among)
        said = _UNLESS if condition.negated else _IF
        yield said.said_in(language).format(fact=fact.label.said_in(language), named=named)


def linked(
    table: RequirementTable, questionnaire: Questionnaire | None, library: Library, language: Language
) -> tuple[Linked, ...]:
    """Every requirement of a table with the paragraph, the questions and the proof it leads to."""
    writer = _writer(library, language)
    asked = _numbered(questionnaire) if questionnaire is not None else {}
    return tuple(
        Linked(
            requirement,
            tuple(
                Place(one.clause, one.paragraph, _body(one.passage(language), one.clause, one.paragraph, writer))
                for one in borne(requirement.key, library)
            ),
            tuple(asked.get(key) for key in requirement.questions),
            asked.get(requirement.evidence),
        )
        for requirement in table.requirements
    )


def _numbered(questionnaire: Questionnaire) -> Mapping[str, Asked]:
    return {
        question.key: Asked(f"{chapter}.{place}", question)
        for chapter, section in enumerate(questionnaire.sections, start=1)
        for place, question in enumerate(section.questions, start=1)
    }


def _writer(library: Library, language: Language) -> Writer:
    """A writer that knows no fact, and for which an article is called by its clause."""
    targets: dict[str, tuple[Target, ...]] = {key: (Target(key, key),) for key in library.clause}
    for template in library.templates:
        for slot in template.slots:
            targets.setdefault(slot.key, (Target(slot.key, _either(slot.among, language)),))
        for annex in template.annexes:
            title = f"« {annex.title.fr} »" if language is Language.FR else f"“{annex.title.en}”"
            targets.setdefault(f"annex.{annex.key}", (Target(annex.key, title, annex=True),))
    return Writer(Facts({}), language, targets, Blanks())


def _either(keys: Sequence[str], language: Language) -> str:
    *start, last = keys
    return _OR.said_in(language).join([", ".join(start), last]) if start else last


def _body(passage: Passage, clause: Clause, number: int, writer: Writer) -> Markup:
    return paper.excerpt(writer.passage(passage, clause.key, clause.variables), number, writer.language)
