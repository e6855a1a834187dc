"""Contract rules: facts, assembly, numbering, coverage of RGPD art. 28, defects of the library; pure."""

from portal.contracts.rules.assembly import Assembly, assemble, report
from portal.contracts.rules.catalogue import FACTS, Fact, Kind
from portal.contracts.rules.coverage import Line, Placed, PlacedPassage, Proof, Status, coverage, coverage_json
from portal.contracts.rules.facts import Facts
from portal.contracts.rules.linking import Bearing, borne, unlinked
from portal.contracts.rules.model import (
    Annex,
    Clause,
    Library,
    NegotiationPoint,
    Obligation,
    ObligationClass,
    Problem,
    Requirement,
    RequirementTable,
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
    "Bearing",
    "Clause",
    "Fact",
    "Facts",
    "Kind",
    "Library",
    "Line",
    "Missing",
    "NegotiationPoint",
    "Obligation",
    "ObligationClass",
    "Placed",
    "PlacedPassage",
    "Problem",
    "Proof",
    "Requirement",
    "RequirementTable",
    "Severity",
    "Slot",
    "Status",
    "Template",
    "Words",
    "assemble",
    "borne",
    "coverage",
    "coverage_json",
    "problems",
    "report",
    "unlinked",
]
