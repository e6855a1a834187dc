"""Rules of drills: what is rehearsed, the steps that are timed, what is compared. Nothing here reads or writes."""

from portal.drills.rules.life import LASTS_DAYS, MOST_OPEN, PREPARING_MINUTES, DrillState
from portal.drills.rules.moments import next_friday_evening, next_working_morning
from portal.drills.rules.steps import STEPS, DrillKind, DrillStepKind, StepTime, step_times, verdict_of

__all__ = [
    "LASTS_DAYS",
    "MOST_OPEN",
    "PREPARING_MINUTES",
    "STEPS",
    "DrillKind",
    "DrillState",
    "DrillStepKind",
    "StepTime",
    "next_friday_evening",
    "next_working_morning",
    "step_times",
    "verdict_of",
]
