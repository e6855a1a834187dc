"""Use cases of campaigns: plan, start a wave once, open its audits by batches, remind, escalate."""

from portal.campaigns.services.beginning import FirstDay, begin
from portal.campaigns.services.daily_follow_up import follow_up, follow_up_batch, follow_up_due, follow_up_wave
from portal.campaigns.services.frequency import draft_missing
from portal.campaigns.services.letter_texts import UnsoundLetter, check_letter, restore_letter, write_letter
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
from portal.campaigns.services.recipients import NewRecipient, change_recipient
from portal.campaigns.services.saved_audiences import remove_audience, revise_audience, save_audience
from portal.campaigns.services.single_audits import follow_up_single_audits
from portal.campaigns.services.trial_letters import first_vendor, send_trial, trial_letter
from portal.campaigns.services.wave_acts import (
    LONGEST_EXTENSION_DAYS,
    MOST_AT_ONCE,
    MOST_CANCELLED,
    ActLine,
    WaveAct,
    cancel,
    extend,
    remind,
    resend,
    skip_past_reminders,
)
from portal.campaigns.services.waves import (
    BATCH,
    invite_unreached,
    launch,
    launch_now,
    open_batch,
    resume,
    start_due_waves,
)
from portal.campaigns.services.what_is_asked import asked_of

__all__ = [
    "BATCH",
    "LONGEST_EXTENSION_DAYS",
    "MOST_AT_ONCE",
    "MOST_CANCELLED",
    "ActLine",
    "FirstDay",
    "InvalidPlan",
    "NewRecipient",
    "Plan",
    "UnsoundLetter",
    "WaveAct",
    "activate",
    "asked_of",
    "begin",
    "cancel",
    "change_recipient",
    "check",
    "check_letter",
    "create",
    "draft_missing",
    "extend",
    "first_vendor",
    "follow_up",
    "follow_up_batch",
    "follow_up_due",
    "follow_up_single_audits",
    "follow_up_wave",
    "invite_unreached",
    "launch",
    "launch_now",
    "open_batch",
    "pause",
    "plan_of",
    "plan_problems",
    "remind",
    "remove_audience",
    "resend",
    "restore_letter",
    "resume",
    "revise",
    "revise_audience",
    "save_audience",
    "send_trial",
    "skip_past_reminders",
    "start_due_waves",
    "trial_letter",
    "write_letter",
]
