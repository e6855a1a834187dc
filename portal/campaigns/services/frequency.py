"""The campaign that a rhythm lacks, written as a draft: nothing leaves before somebody lets it run."""

from datetime import timedelta

from portal.authz.context import Context
from portal.campaigns import rules
from portal.campaigns.models import Campaign
from portal.campaigns.services.planning import Plan, create
from portal.core.clock import LEGAL_ZONE
from portal.vendors.rules.status import LIVE

DELAY_DAYS = 30
REMINDERS = (-7, -1, 3)
FIRST_WEEK = 7
"""Days before the first wave: time to read the draft and let it run."""


def draft_missing(ctx: Context, rhythm: rules.AuditRhythm, name: str, questionnaire: str, *, light: bool) -> Campaign:
    """Draft the campaign that a rhythm lacks; `light` says whether light reviews come between its complete audits."""
    start = ctx.today + timedelta(days=FIRST_WEEK)
    plan = Plan(
        name=name,
        questionnaire_key=rhythm.questionnaire or questionnaire,
        audience=rhythm.audience([status.value for status in LIVE], has_light_review=light),
        recurrence={
            "every": rules.Every.MONTHS.value, "step": rhythm.every(has_light_review=light), "start": start.isoformat(),
            "at": "09:00", "zone": LEGAL_ZONE.key,
        },
        delay_days=DELAY_DAYS,
        reminders=REMINDERS,
        escalation_email="",
        escalation_after_days=FIRST_WEEK,
    )  # fmt: skip
    return create(ctx, plan)
