"""What is this answer sheet worth, why, and what would change it?"""

from portal.scorecards.rules.movers import Change, Mover, movers
from portal.scorecards.rules.scale import Grade, Scale, Verdict, review_interval_months
from portal.scorecards.rules.scale_file import parse_scale, scale_problems
from portal.scorecards.rules.scoring import (
    LABEL,
    Cap,
    Score,
    Subtotal,
    residual,
    score,
    subtotals,
)
from portal.scorecards.rules.terms import Scored, Term, best_evidence
from portal.scorecards.rules.trend import Direction, Snapshot, Trend, trend

__all__ = [
    "LABEL",
    "Cap",
    "Change",
    "Direction",
    "Grade",
    "Mover",
    "Scale",
    "Score",
    "Scored",
    "Snapshot",
    "Subtotal",
    "Term",
    "Trend",
    "Verdict",
    "best_evidence",
    "movers",
    "parse_scale",
    "residual",
    "review_interval_months",
    "scale_problems",
    "score",
    "subtotals",
    "trend",
]
