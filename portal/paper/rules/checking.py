"""The check itself: the same text and the same readings always give the same findings, each with its passage."""

import re
from collections.abc import Iterable

from portal.contracts.rules.model import Words
from portal.paper.rules.document import Document
from portal.paper.rules.findings import Check, Finding, Span, Status, Verdict
from portal.paper.rules.folding import fold
from portal.paper.rules.parties import parties
from portal.paper.rules.patterns import Index
from portal.paper.rules.rulebook import Reading, Requirement, Rulebook
from portal.paper.rules.units import Unit, units

_SERVES = re.compile(r"(?:behalf of|pour le compte d\S*) (?!us\b|our\b)")
_BEST_SPANS = 4
_NOT_BINDING = 2
"""Below this number of core requirements addressed, a text binds no processor."""


def check(document: Document, rulebook: Rulebook) -> Check:
    """Read a document against every requirement (RGPD art. 28)."""
    sentences = units(document)
    index = Index(sentences, parties(document.text))
    idle = _any(index, rulebook.idle)
    duties = _any(index, rulebook.controller_duty)
    findings = tuple(_finding(requirement, index, idle, duties) for requirement in rulebook.requirements)
    core = [f for f, r in zip(findings, rulebook.requirements, strict=True) if r.core and f.status.holds]
    if len(core) < _NOT_BINDING and not (_roles(document, rulebook) or (core and _SERVES.search(fold(document.text)))):
        findings = tuple(Finding(r.id, r.obligations, Status.MISSING, r.missing) for r in rulebook.requirements)
        return Check(document.language, Verdict.NOT_A_CONTRACT, Words("", ""), findings)
    return Check(document.language, Verdict.TO_REVIEW, Words("", ""), findings)


def _roles(document: Document, rulebook: Rulebook) -> bool:
    text = fold(document.text)
    return any(re.search(expression, text) for expression in rulebook.role)


def _any(index: Index, patterns: Iterable) -> frozenset[int]:
    return frozenset().union(*(index.matching(pattern) for pattern in patterns))


def _finding(requirement: Requirement, index: Index, idle: frozenset[int], duties: frozenset[int]) -> Finding:
    found: dict[Status, tuple[Reading, list[int]]] = {}
    lowered: tuple[Reading, list[int]] | None = None
    for reading in requirement.readings:
        places = _places(reading, index, idle, duties)
        if places and reading.prevails:
            lowered = lowered or (reading, places)
        if places and reading.status not in found:
            found[reading.status] = (reading, places)
    for status in (Status.SATISFIED, Status.CONTRADICTED, Status.WEAK, Status.DEFERRED):
        if status in found:
            reading, places = found[status]
            if status is Status.SATISFIED and lowered:
                reading, extra = lowered
                status, places = reading.status, [*extra, *places]
            spans = tuple(_span(index.units[place]) for place in places[:_BEST_SPANS])
            return Finding(requirement.id, requirement.obligations, status, reading.why, spans)
    return Finding(requirement.id, requirement.obligations, Status.MISSING, requirement.missing)


def _places(reading: Reading, index: Index, idle: frozenset[int], duties: frozenset[int]) -> list[int]:
    found = _any(index, reading.patterns) - idle
    if reading.bearer == "processor":
        found -= duties
    if not reading.titles:
        found = frozenset(place for place in found if not index.units[place].announces)
    return sorted(found)


def _span(unit: Unit) -> Span:
    return Span(unit.text, unit.start, unit.end, unit.page)
