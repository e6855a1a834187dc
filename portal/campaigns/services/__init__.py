"""Use cases of campaigns: plan, start a wave once, open its audits by batches, remind, escalate."""

from portal.campaigns.services.following import follow_up, follow_up_batch, follow_up_due, follow_up_wave
from portal.campaigns.services.planning import Plan, Unfit, activate, check, create, faults, pause, plan_of, revise
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
    "Plan",
    "Unfit",
    "activate",
    "check",
    "create",
    "faults",
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
    "revise",
    "start_due_waves",
]
