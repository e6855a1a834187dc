"""Reads of campaigns: audience, waves, and what still waits for an answer."""

from portal.campaigns.queries.audience import (
    OVER,
    Preview,
    audience_of,
    audience_problems,
    keys_of,
    named,
    parse_audience,
    preview,
)
from portal.campaigns.queries.boards import FILTERS, AuditRow, Board, Post, audits, board
from portal.campaigns.queries.leftout import Unreached, skipped, unreached
from portal.campaigns.queries.listing import (
    CampaignRow,
    WaveRow,
    campaigns,
    is_stuck,
    upcoming,
    waves_of,
)
from portal.campaigns.queries.reaching import (
    MORNING,
    WITH_VENDOR,
    audits_waiting,
    get_campaign,
    get_wave,
    is_morning,
    to_reach,
    waves_waiting,
)

__all__ = [
    "FILTERS",
    "MORNING",
    "OVER",
    "WITH_VENDOR",
    "AuditRow",
    "Board",
    "CampaignRow",
    "Post",
    "Preview",
    "Unreached",
    "WaveRow",
    "audience_of",
    "audience_problems",
    "audits",
    "audits_waiting",
    "board",
    "campaigns",
    "get_campaign",
    "get_wave",
    "is_morning",
    "is_stuck",
    "keys_of",
    "named",
    "parse_audience",
    "preview",
    "skipped",
    "to_reach",
    "unreached",
    "upcoming",
    "waves_of",
    "waves_waiting",
]
