"""What the vendor space says each morning."""

from datetime import date

from portal.audits import services
from portal.authz.context import Context
from portal.notices.morning import every_morning
from portal.scorecards.queries import spared_in


@every_morning("vendor_space.delegations")
def remind_colleagues(ctx: Context, day: date) -> int:
    """Remind whoever was given a part of an audit that its date has come."""
    return services.remind_colleagues(ctx, day, optional=spared_in)
