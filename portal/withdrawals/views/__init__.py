"""Pages of the right of withdrawal."""

from portal.withdrawals.views import calculating, exposing, guiding, mystery, mystery_findings, mystery_steps, samples
from portal.withdrawals.views.blueprint import bp

__all__ = ["bp", "calculating", "exposing", "guiding", "mystery", "mystery_findings", "mystery_steps", "samples"]
