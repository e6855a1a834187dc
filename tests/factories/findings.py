"""Findings brought to an end, in one line."""

from datetime import timedelta

from portal.authz.context import Context
from portal.findings import services
from portal.findings.models import Finding
from portal.findings.rules import FindingState

WHY = "Vu sur la pièce, page 3."


def settle(ctx: Context, finding: Finding, state: FindingState = FindingState.CLOSED, reason: str = WHY) -> None:
    """Close a finding after a look of ours, or accept it for a month."""
    if state is FindingState.CLOSED:
        services.pass_retest(ctx, finding, reason)
    else:
        services.waive_finding(ctx, finding, reason, ctx.today + timedelta(days=30))
