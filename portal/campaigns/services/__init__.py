"""Use cases of campaigns: plan, start a wave once, open its audits by batches, remind, escalate."""

from portal.campaigns.services.beginning import FirstDay, begin
from portal.campaigns.services.daily_follow_up import follow_up, follow_up_batch, follow_up_due, follow_up_wave
from portal.campaigns.services.planning import (
    InvalidPlan,
    Plan,
    activate,
    check,
    create,
    pause,
    plan_of,
    plan_problems,
    revise,
)
from portal.campaigns.services.waves import (
    BATCH,
    invite_unreached,
    launch,
    launch_now,
    open_batch,
    start_due_waves,
)

__all__ = [
    "BATCH",
    "FirstDay",
    "InvalidPlan",
    "Plan",
    "activate",
    "begin",
    "check",
    "create",
    "follow_up",
    "follow_up_batch",
    "follow_up_due",
    "follow_up_wave",
    "invite_unreached",
    "launch",
    "launch_now",
    "open_batch",
    "pause",
    "plan_of",
    "plan_problems",
    "revise",
    "start_due_waves",
]
