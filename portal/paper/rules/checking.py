"""The check itself: the same text and the same readings always give the same results, each with its passage."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from portal.contracts.rules.model import BilingualWords
from portal.documents_in.document import SourceDocument
from portal.paper.rules.check_result import (
    Check,
    ContractVerdict,
    RequirementResult,
    RequirementStatus,
    Span,
)
from portal.paper.rules.folding import fold
from portal.paper.rules.parties import find_parties
from portal.paper.rules.patterns import Pattern, SentenceIndex
from portal.paper.rules.rulebook import NO_WORDS, Negation, ReadingRule, Requirement, Rulebook
from portal.paper.rules.sentences import ContractSentence, split_sentences
from portal.paper.rules.terms import find_terms

_SERVES = re.compile(r"(?:behalf of|pour le compte d\S*) (?!us\b|our\b)")
_PRONOUN = re.compile(
    r"(?:\W*\w{0,3}[.)] )?(?:(?:[^@|]|@[ds]){0,140}, )?"
    r"(?:il|elle|ils|elles|it|they|these|ces|(?:the|la|this|cette) notification) "
)
_BEST_SPANS = 4
_NOT_BINDING = 2
"""Below this number of core requirements satisfied, a text that names no processor binds none."""
_DENIED = BilingualWords(
    "Le texte dit le contraire : le sous-traitant n'y est pas tenu.",
    "The text says the contrary: the processor is not bound to it.",
)
_BLANK = BilingualWords("Le texte laisse ce point à compléter.", "The text leaves this point to be completed.")
_ELSEWHERE = BilingualWords(
    "Le texte renvoie à un autre document, qui n'est pas fourni.", "The text refers to another document, not supplied."
)


def check_contract(document: SourceDocument, rulebook: Rulebook) -> Check:
    """Read a document against every requirement (RGPD art. 28)."""
    sentences = split_sentences(document)
    reader = _RequirementChecker(SentenceIndex(sentences, find_parties(document.text, rulebook.nouns)), rulebook)
    results = _complete_from_others(
        tuple(reader.result_of(requirement) for requirement in rulebook.requirements), rulebook
    )
    if not _binds_a_processor(document, results, rulebook):
        missing = tuple(
            RequirementResult(r.id, r.obligations, RequirementStatus.MISSING, r.missing) for r in rulebook.requirements
        )
        return Check(document.language, ContractVerdict.NOT_A_CONTRACT, NO_WORDS, missing)
    found = find_terms(reader.index, rulebook.terms)
    return Check(document.language, _verdict(results, rulebook), NO_WORDS, results, found)


def _complete_from_others(results: tuple[RequirementResult, ...], rulebook: Rulebook) -> tuple[RequirementResult, ...]:
    """The results, those short of something that another one shows being satisfied by its passages."""
    by_id = {result.id: result for result in results}
    return tuple(
        replace(by_id[requirement.shown_by], id=result.id, obligations=result.obligations, reason=requirement.shown_why)
        if requirement.shown_by
        and result.status is not RequirementStatus.SATISFIED
        and by_id[requirement.shown_by].status is RequirementStatus.SATISFIED
        else result
        for result, requirement in zip(results, rulebook.requirements, strict=True)
    )


def _binds_a_processor(document: SourceDocument, results: Sequence[RequirementResult], rulebook: Rulebook) -> bool:
    """Whether a text binds a processor at all: enough of its duties, or words that make someone a processor."""
    core = {requirement.id for requirement in rulebook.requirements if requirement.core}
    held = sum(result.status.holds for result in results if result.id in core)
    if held >= _NOT_BINDING:
        return True
    text = fold(document.text)
    return any(re.search(expression, text) for expression in rulebook.role) or bool(held and _SERVES.search(text))


def _verdict(results: Iterable[RequirementResult], rulebook: Rulebook) -> ContractVerdict:
    """Only what art. 28 wants in the contract counts: a missing S or G item binds the parties, or is mere prudence."""
    statuses = {f.status for f in results if not rulebook.contract.isdisjoint(f.obligations)}
    if statuses & {RequirementStatus.MISSING, RequirementStatus.CONTRADICTED}:
        return ContractVerdict.INCOMPLETE
    return ContractVerdict.COMPLETE if all(status.holds for status in statuses) else ContractVerdict.TO_REVIEW


@dataclass(frozen=True, slots=True)
class _Evidence:
    reading: ReadingRule
    places: list[int]


class _RequirementChecker:
    """One text under one rulebook."""

    def __init__(self, index: SentenceIndex, rulebook: Rulebook) -> None:
        self.index = index
        self._idle = self._matching_any(rulebook.idle)
        self._duties = self._carry_pronouns(self._matching_any(rulebook.controller_duty))
        denials = self._matching_any(rulebook.denial)
        self._against = {
            Negation.NONE: frozenset[int](),
            Negation.DENIAL: denials,
            Negation.REFUSAL: self._matching_any(rulebook.refusal) | denials,
        }
        self._elsewhere = self._matching_any(rulebook.elsewhere)
        self._blank = self._matching_any(rulebook.blank)
        self._exact = self._matching_any(rulebook.specific)

    def result_of(self, requirement: Requirement) -> RequirementResult:
        """The result for one requirement: satisfied by a passage, unless a red flag or a denial lowers it."""
        found: dict[RequirementStatus, _Evidence] = {}
        lowered: _Evidence | None = None
        denied: list[int] = []
        for reading in requirement.readings:
            places = self._matching_sentences(reading)
            if reading.status in (RequirementStatus.SATISFIED, RequirementStatus.WEAK):
                against = self._against[reading.negation]
                denied += [place for place in places if place in against]
                places = [place for place in places if place not in against]
            if reading.status is RequirementStatus.SATISFIED and (
                blank := [place for place in places if place in self._blank]
            ):
                found.setdefault(
                    RequirementStatus.WEAK, _Evidence(replace(reading, status=RequirementStatus.WEAK), blank)
                )
                places = [place for place in places if place not in self._blank]
            if places:
                evidence = _Evidence(reading, places)
                found.setdefault(reading.status, evidence)
                lowered = lowered or (evidence if reading.prevails else None)
        held = found.get(RequirementStatus.SATISFIED)
        if held and lowered:
            return self._result(requirement, lowered.reading.status, lowered.reading.why, lowered.places + held.places)
        if held:
            return self._result(requirement, RequirementStatus.SATISFIED, held.reading.why, held.places)
        if denied:
            return self._result(requirement, RequirementStatus.CONTRADICTED, _DENIED, denied)
        return self._unsatisfied_result(requirement, found)

    def _unsatisfied_result(
        self, requirement: Requirement, found: Mapping[RequirementStatus, _Evidence]
    ) -> RequirementResult:
        """The best result when nothing satisfies a requirement."""
        best = next(
            (
                found[status]
                for status in (RequirementStatus.CONTRADICTED, RequirementStatus.WEAK, RequirementStatus.DEFERRED)
                if status in found
            ),
            None,
        )
        if best is None:
            return RequirementResult(
                requirement.id, requirement.obligations, RequirementStatus.MISSING, requirement.missing
            )
        blank = [place for place in best.places if place in self._blank]
        if best.reading.status is RequirementStatus.WEAK and blank:
            return self._result(requirement, RequirementStatus.WEAK, _BLANK, blank)
        elsewhere = [place for place in best.places if place in self._elsewhere]
        if best.reading.status is RequirementStatus.WEAK and requirement.deferrable and elsewhere:
            return self._result(requirement, RequirementStatus.DEFERRED, _ELSEWHERE, elsewhere)
        return self._result(requirement, best.reading.status, best.reading.why, best.places)

    def _result(
        self, requirement: Requirement, status: RequirementStatus, why: BilingualWords, places: list[int]
    ) -> RequirementResult:
        spans = tuple(_span(self.index.units[place]) for place in dict.fromkeys(places[:_BEST_SPANS]))
        specific = self._is_specific(requirement, places) if status is RequirementStatus.SATISFIED else None
        return RequirementResult(requirement.id, requirement.obligations, status, why, spans, specific)

    def _is_specific(self, requirement: Requirement, places: list[int]) -> bool:
        """Whether the passages, or what stands beside them, say how, who or when (CNIL, SAN-2023-003)."""
        exact = self._exact | self._matching_any(requirement.specific)
        return any(self.index.neighbours(place) & exact for place in places)

    def _matching_sentences(self, reading: ReadingRule) -> list[int]:
        """Where a reading finds something: first what most of its patterns agree on, then in the order of the text."""
        hits = Counter(place for pattern in reading.patterns for place in self.index.matching(pattern))
        found = hits.keys() - self._idle
        if reading.bearer == "processor":
            found -= self._duties
        if not reading.titles:
            found = {place for place in found if not self.index.units[place].announces}
        return sorted(found, key=lambda place: (-hits[place], place))

    def _carry_pronouns(self, duties: frozenset[int]) -> frozenset[int]:
        """The controller's duties, and the sentences in which « il » stands for the controller of the one before."""
        carried = set(duties)
        for place in range(1, len(self.index.units)):
            same = self.index.units[place].heading == self.index.units[place - 1].heading
            if same and place - 1 in carried and _PRONOUN.match(self.index.lines[place]):
                carried.add(place)
        return frozenset(carried)

    def _matching_any(self, patterns: Iterable[Pattern]) -> frozenset[int]:
        return frozenset[int]().union(*(self.index.matching(pattern) for pattern in patterns))


def _span(unit: ContractSentence) -> Span:
    return Span(unit.text, unit.start, unit.end, unit.page)
