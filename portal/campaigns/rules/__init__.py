"""When does a wave start, whom does it address, what is due today?"""

from portal.campaigns.rules.acts import ActOutcome, counted
from portal.campaigns.rules.audience import (
    AT_RISK_TIERS,
    UNCLASSIFIED,
    Audience,
    VendorFacts,
    audience_problems,
    audited_since,
    describe_audience,
    matches,
    parse_audience,
)
from portal.campaigns.rules.deadlines import (
    Reminder,
    deadline,
    describe_reminders,
    escalation_due,
    reminder_problems,
    reminders_due,
)
from portal.campaigns.rules.progress import LEFT_OUT, STAGES, WaveProgress, wave_progress
from portal.campaigns.rules.recurrence import (
    Every,
    FieldProblem,
    Recurrence,
    as_data,
    describe_recurrence,
    parse_recurrence,
    recurrence_problems,
)
from portal.campaigns.rules.schedule import CatchUp, FirstRun, begun_on, catch_up, first_run, next_run, period

__all__ = [
    "AT_RISK_TIERS",
    "LEFT_OUT",
    "STAGES",
    "UNCLASSIFIED",
    "ActOutcome",
    "Audience",
    "CatchUp",
    "Every",
    "FieldProblem",
    "FirstRun",
    "Recurrence",
    "Reminder",
    "VendorFacts",
    "WaveProgress",
    "as_data",
    "audience_problems",
    "audited_since",
    "begun_on",
    "catch_up",
    "counted",
    "deadline",
    "describe_audience",
    "describe_recurrence",
    "describe_reminders",
    "escalation_due",
    "first_run",
    "matches",
    "next_run",
    "parse_audience",
    "parse_recurrence",
    "period",
    "recurrence_problems",
    "reminder_problems",
    "reminders_due",
    "wave_progress",
]
