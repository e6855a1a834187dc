"""What the pages of the clause library show: each clause with our other positions, each requirement with its proof."""

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from portal.contracts import preview_page
from portal.contracts.rules.document_writing import BlankList, DocumentWriter, ReferenceTarget
from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.model import (
    Clause,
    ClauseLibrary,
    ContractRequirement,
    FactCondition,
    NegotiationPoint,
    Passage,
    RequirementTable,
    words,
)
from portal.contracts.rules.operative_words import Position, PositionCoverage, clause_coverage, wordings
from portal.contracts.rules.requirement_links import paragraphs_bearing
from portal.core.dataclass import dataclass
from portal.core.language import Language, quoted
from portal.questionnaires.definition import Question, Questionnaire

_OR = words(" ou ", " or ")
_IF, _UNLESS = words("{fact} : {named}", "{fact}: {named}"), words("{fact} : sauf {named}", "{fact}: except {named}")


@dataclass(frozen=True)
class ClauseParagraph:
    """A paragraph of a clause in both languages, blanks and references open, with what else we may accept."""

    number: int
    texts: Mapping[str, Markup]
    """Language → what we ask first."""
    marks: tuple[str, ...]
    """Obligations and requirements it bears."""
    conditions: tuple[str, ...]
    """When it is there, in words; empty = always."""
    point: NegotiationPoint | None
    fallbacks: Mapping[str, Markup]
    """Language → the wording of the fallback; nothing without a point."""


@dataclass(frozen=True)
class RequirementPlace:
    """Where a requirement is said."""

    clause: Clause
    paragraph: int
    body: Markup


@dataclass(frozen=True)
class NumberedQuestion:
    """A question that checks a requirement, with its number in the questionnaire."""

    number: str
    question: Question


@dataclass(frozen=True)
class TracedRequirement:
    """One requirement from the contract to the proof; what is missing is None, and shown as missing."""

    requirement: ContractRequirement
    places: tuple[RequirementPlace, ...]
    questions: tuple[NumberedQuestion | None, ...]
    proof: NumberedQuestion | None


def clause_paragraphs(clause: Clause, library: ClauseLibrary, language: Language) -> tuple[ClauseParagraph, ...]:
    """A clause read on its own, outside any contract; conditions in the reader's language."""
    writers = {one: _writer(library, one) for one in Language}
    return tuple(
        ClauseParagraph(
            number,
            {one.value: _body(clause.prose[one][number - 1], clause, writers[one]) for one in Language},
            passage.obligations,
            tuple(conditions_in_words((clause.conditions[passage.condition],), language)) if passage.condition else (),
            point := clause.point(number),
            {one.value: _body(point.fallback[one][0], clause, writers[one]) for one in Language} if point else {},
        )
        for number, passage in enumerate(clause.prose[language], start=1)
    )


@dataclass(frozen=True)
class ProvenObligation:
    """An obligation of a clause, with what proves it in each of its wordings."""

    key: str
    title: str
    basis: str
    cells: tuple[PositionCoverage, ...]
    """In the order of `proof_columns`."""


def proof_columns(clause: Clause) -> tuple[tuple[Position, Language], ...]:
    """The wordings of a clause: each position in each language."""
    return tuple((position, language) for position, texts in wordings(clause).items() for language in texts)


def proven_obligations(clause: Clause, library: ClauseLibrary, language: Language) -> tuple[ProvenObligation, ...]:
    """What a clause covers, proved as `flask clauses check` proves it."""
    lines = list(clause_coverage(clause))
    named = {one.key: (one.title, one.basis) for one in library.obligations}
    named |= {one.key: (one.title, ", ".join(one.basis)) for table in library.tables for one in table.requirements}
    return tuple(
        ProvenObligation(
            key, named[key][0].said_in(language), named[key][1], tuple(one for one in lines if one.obligation == key)
        )
        for key in clause.covers
    )


def conditions_in_words(conditions: tuple[FactCondition, ...], language: Language) -> Iterator[str]:
    """The facts that bring a clause in, in words: « tier : critique »."""
    for condition in conditions:
        fact = FACTS[condition.fact]
        named = ", ".join(fact.choices[code].said_in(language) for code in fact.choices if code in condition.among)
        said = _UNLESS if condition.negated else _IF
        yield said.said_in(language).format(fact=fact.label.said_in(language), named=named)


def traced_requirements(
    table: RequirementTable, questionnaire: Questionnaire | None, library: ClauseLibrary, language: Language
) -> tuple[TracedRequirement, ...]:
    """Every requirement of a table with the paragraph, the questions and the proof it leads to."""
    writer = _writer(library, language)
    asked = _numbered(questionnaire) if questionnaire is not None else {}
    return tuple(
        TracedRequirement(
            requirement,
            tuple(
                RequirementPlace(
                    one.clause, one.paragraph, _numbered_body(one.passage(language), one.clause, one.paragraph, writer)
                )
                for one in paragraphs_bearing(requirement.key, library)
            ),
            tuple(asked.get(key) for key in requirement.questions),
            asked.get(requirement.evidence),
        )
        for requirement in table.requirements
    )


def _numbered(questionnaire: Questionnaire) -> Mapping[str, NumberedQuestion]:
    return {
        question.key: NumberedQuestion(f"{chapter}.{place}", question)
        for chapter, section in enumerate(questionnaire.sections, start=1)
        for place, question in enumerate(section.questions, start=1)
    }


def _writer(library: ClauseLibrary, language: Language) -> DocumentWriter:
    """A writer that knows no fact, and for which an article is called by its clause."""
    targets: dict[str, tuple[ReferenceTarget, ...]] = {key: (ReferenceTarget(key, key),) for key in library.clause}
    for template in library.templates:
        for slot in template.slots:
            targets.setdefault(slot.key, (ReferenceTarget(slot.key, _either(slot.among, language)),))
        for annex in template.annexes:
            title = quoted(annex.title.said_in(language), language)
            targets.setdefault(f"annex.{annex.key}", (ReferenceTarget(annex.key, title, annex=True),))
    return DocumentWriter(ContractFacts({}), language, targets, BlankList())


def _either(keys: Sequence[str], language: Language) -> str:
    *start, last = keys
    return _OR.said_in(language).join([", ".join(start), last]) if start else last


def _body(passage: Passage, clause: Clause, writer: DocumentWriter) -> Markup:
    return preview_page.passage_body(writer.passage(passage, clause.key, clause.variables), writer.language)


def _numbered_body(passage: Passage, clause: Clause, number: int, writer: DocumentWriter) -> Markup:
    return preview_page.passage_preview(writer.passage(passage, clause.key, clause.variables), number, writer.language)
