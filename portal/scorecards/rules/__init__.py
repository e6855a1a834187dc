"""What is this answer sheet worth, why, and what would change it?"""

from portal.scorecards.rules.budget import spared_questions
from portal.scorecards.rules.improvements import Improvement, ImprovementKind, best_improvements
from portal.scorecards.rules.scale import AnswerVerdict, Grade, Scale, review_interval_months
from portal.scorecards.rules.scale_parsing import parse_scale, scale_problems
from portal.scorecards.rules.scoring import (
    Cap,
    Score,
    residual,
    score,
)
from portal.scorecards.rules.terms import ScoredQuestion, ScoreTerm, best_evidence
from portal.scorecards.rules.trend import Direction, Trend, TrendPoint, trend

__all__ = [
    "AnswerVerdict",
    "Cap",
    "Direction",
    "Grade",
    "Improvement",
    "ImprovementKind",
    "Scale",
    "Score",
    "ScoreTerm",
    "ScoredQuestion",
    "Trend",
    "TrendPoint",
    "best_evidence",
    "best_improvements",
    "parse_scale",
    "residual",
    "review_interval_months",
    "scale_problems",
    "score",
    "spared_questions",
    "trend",
]
