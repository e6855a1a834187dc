"""Reads of campaigns: audience, waves, and what still waits for an answer."""

from portal.campaigns.queries.audience import (
    FINISHED,
    AudiencePreview,
    audience_of,
    audience_problems,
    parse_audience,
    preview,
    vendor_keys,
    vendors_named,
)
from portal.campaigns.queries.campaign_list import (
    CampaignRow,
    WaveRow,
    campaigns,
    is_stalled,
    next_dates,
    waves_of,
)
from portal.campaigns.queries.lookups import (
    MORNING,
    WITH_VENDOR,
    audits_waiting,
    get_campaign,
    get_wave,
    is_morning,
    unreached_audits,
    waves_waiting,
)
from portal.campaigns.queries.not_invited import UnreachedVendor, skipped, unreached
from portal.campaigns.queries.wave_page import FILTERS, LetterCounts, WaveAuditRow, WaveOverview, audits, wave_overview

__all__ = [
    "FILTERS",
    "FINISHED",
    "MORNING",
    "WITH_VENDOR",
    "AudiencePreview",
    "CampaignRow",
    "LetterCounts",
    "UnreachedVendor",
    "WaveAuditRow",
    "WaveOverview",
    "WaveRow",
    "audience_of",
    "audience_problems",
    "audits",
    "audits_waiting",
    "campaigns",
    "get_campaign",
    "get_wave",
    "is_morning",
    "is_stalled",
    "next_dates",
    "parse_audience",
    "preview",
    "skipped",
    "unreached",
    "unreached_audits",
    "vendor_keys",
    "vendors_named",
    "wave_overview",
    "waves_of",
    "waves_waiting",
]
