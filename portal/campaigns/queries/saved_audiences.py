"""Criteria kept under a name, and the campaigns that use them."""

from collections.abc import Sequence

from sqlalchemy import func, select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns.models import Campaign, SavedAudience
from portal.core.errors import NotFound


def saved_audiences(ctx: Context) -> Sequence[tuple[SavedAudience, int]]:
    """Every saved audience by name, with how many campaigns use it."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    used = select(func.count(Campaign.id)).where(Campaign.saved_audience_id == SavedAudience.id).scalar_subquery()
    rows = ctx.session.execute(select(SavedAudience, used).order_by(SavedAudience.name, SavedAudience.id))
    return [(saved, count) for saved, count in rows]


def get_saved_audience(ctx: Context, audience_id: int) -> SavedAudience:
    """A saved audience; raises NotFound."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    saved = ctx.session.get(SavedAudience, audience_id)
    if saved is None:
        raise NotFound()
    return saved


def saved_audience_of(ctx: Context, campaign: Campaign) -> SavedAudience | None:
    """The saved audience that a campaign uses, if any."""
    return None if campaign.saved_audience_id is None else ctx.session.get(SavedAudience, campaign.saved_audience_id)


def campaigns_using(ctx: Context, saved: SavedAudience) -> Sequence[Campaign]:
    """The campaigns that use a saved audience, by name."""
    return ctx.session.scalars(
        select(Campaign).where(Campaign.saved_audience_id == saved.id).order_by(Campaign.name, Campaign.id)
    ).all()
