"""Criteria kept under a name: saved, revised with the campaigns that use them, removed when none does."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns import queries
from portal.campaigns.models import SavedAudience
from portal.core.errors import Refused
from portal.core.language import N_
from portal.journal import services as journal


def save_audience(ctx: Context, name: str, audience: Mapping[str, Any]) -> SavedAudience:
    """Keep sound criteria under a name; raises Refused when another bears it."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    _refuse_taken(ctx, name, None)
    queries.parse_audience(audience)
    saved = SavedAudience(name=name, audience=dict(audience), created_at=ctx.now, created_by_id=ctx.actor.id)
    ctx.session.add(saved)
    ctx.session.flush()
    journal.record(ctx, "audience.saved", saved, after={"name": name, "audience": dict(audience)})
    return saved


def revise_audience(ctx: Context, saved: SavedAudience, name: str, audience: Mapping[str, Any]) -> None:
    """Change a name or its criteria, and with them the campaigns that use them; waves that have gone stay as they went.

    Raises Refused when another bears the name.
    """
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    _refuse_taken(ctx, name, saved.id)
    queries.parse_audience(audience)
    before, after = journal.changes(saved, {"name": name, "audience": dict(audience)})
    if not after:
        return
    journal.record(ctx, "audience.revised", saved, before=before, after=after)
    for campaign in queries.campaigns_using(ctx, saved):
        was, now = journal.changes(campaign, {"audience": dict(audience)})
        if now:
            journal.record(ctx, "campaign.revised", campaign, before=was, after={**now, "saved_audience": name})
    ctx.session.flush()


def remove_audience(ctx: Context, saved: SavedAudience) -> None:
    """Forget a name; raises Refused while a campaign uses it."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    if queries.campaigns_using(ctx, saved):
        raise Refused(N_("Une campagne se sert encore de ce filtre : choisissez-lui d'abord d'autres critères."))
    journal.record(ctx, "audience.removed", saved, before={"name": saved.name, "audience": saved.audience})
    ctx.session.delete(saved)
    ctx.session.flush()


def _refuse_taken(ctx: Context, name: str, own: int | None) -> None:
    taken = ctx.session.scalar(select(SavedAudience.id).where(SavedAudience.name == name))
    if taken is not None and taken != own:
        raise Refused(N_("Un autre filtre porte déjà ce nom : choisissez-le, ou donnez un autre nom."))
