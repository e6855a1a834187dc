"""Contract rules: facts, assembly, numbering, coverage of RGPD art. 28, defects of the library; pure."""

from portal.contracts.rules.assembly import Assembly, assemble, report
from portal.contracts.rules.catalogue import FACTS, Fact, Kind
from portal.contracts.rules.coverage import Line, Placed, PlacedPassage, Proof, Status, coverage, coverage_json
from portal.contracts.rules.facts import Facts
from portal.contracts.rules.model import (
    Annex,
    Clause,
    Library,
    Obligation,
    ObligationClass,
    Problem,
    Severity,
    Slot,
    Template,
    Words,
)
from portal.contracts.rules.problems import problems
from portal.contracts.rules.writing import Missing

__all__ = [
    "FACTS",
    "Annex",
    "Assembly",
    "Clause",
    "Fact",
    "Facts",
    "Kind",
    "Library",
    "Line",
    "Missing",
    "Obligation",
    "ObligationClass",
    "Placed",
    "PlacedPassage",
    "Problem",
    "Proof",
    "Severity",
    "Slot",
    "Status",
    "Template",
    "Words",
    "assemble",
    "coverage",
    "coverage_json",
    "problems",
    "report",
]
