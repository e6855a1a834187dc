"""Where a contract's facts come from: the register first, then the vendor's own answers; what legal types wins."""

from portal.contracts.gathering.gathering import Gathered, gather
from portal.contracts.gathering.sources import TYPED, AnswerSheet, Doubt, Said, Sources

__all__ = ["TYPED", "AnswerSheet", "Doubt", "Gathered", "Said", "Sources", "gather"]
