"""What a campaign would do as it is planned: whom a wave would ask now, who comes in and leaves, when it goes."""

from collections.abc import Mapping
from typing import Any

from portal.authz.context import Context
from portal.campaigns import rules
from portal.campaigns.models import Campaign
from portal.campaigns.queries.audience import AudiencePreview, parse_audience, preview
from portal.campaigns.queries.audience_moves import AudienceMoves, NamedVendors, audience_names, moves_since_last
from portal.campaigns.queries.campaign_list import has_run
from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class Outlook:
    """What a plan would do."""

    audience: AudiencePreview
    named: NamedVendors
    moves: AudienceMoves | None
    """Since the last wave; None for a campaign that has had none."""
    first: rules.FirstRun | None
    """When the first wave goes; None for a campaign that has run: its next date follows its rhythm."""


def outlook(
    ctx: Context,
    audience: Mapping[str, Any],
    questionnaire_key: str,
    recurrence: Mapping[str, Any],
    campaign: Campaign | None,
) -> Outlook:
    """What a sound plan would do, for a campaign that exists or not yet."""
    has_begun = campaign is not None and has_run(ctx, campaign)
    wanted = parse_audience(audience)
    return Outlook(
        audience=preview(ctx, audience, questionnaire_key),
        named=audience_names(ctx, wanted),
        moves=moves_since_last(ctx, wanted, campaign),
        first=None if has_begun else rules.first_run(recurrence, ctx.now),
    )
