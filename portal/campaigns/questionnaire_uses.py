"""The campaigns that ask a questionnaire."""

from flask import url_for
from sqlalchemy import case, func, select

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.campaigns.models import Campaign, CampaignState
from portal.campaigns.wording import STATE_NAMES
from portal.core.pages import Page
from portal.web.manifest import QuestionnaireUse
from portal.web.text import said


def campaigns_asking(ctx: Context, key: str, at_most: int) -> Page[QuestionnaireUse] | None:
    """The campaigns that name it; two statements. None for whoever may see no campaign."""
    if not ctx.can(Permission.CAMPAIGN_VIEW):
        return None
    wanted = Campaign.questionnaire_key == key
    total = ctx.session.scalar(select(func.count(Campaign.id)).where(wanted)) or 0
    is_idle = case((Campaign.state == CampaignState.ACTIVE, 0), else_=1)
    rows = ctx.session.scalars(select(Campaign).where(wanted).order_by(is_idle, Campaign.id.desc()).limit(at_most))
    uses = [
        QuestionnaireUse(
            title=campaign.name,
            detail=said(STATE_NAMES[campaign.state]),
            url=url_for("campaigns.show", campaign_id=campaign.id),
            is_live=campaign.state is CampaignState.ACTIVE,
        )
        for campaign in rows
    ]
    return Page(uses, 1, at_most, total)
