"""Pages of the right of withdrawal."""

from portal.withdrawals.views import calculating, samples
from portal.withdrawals.views.blueprint import bp

__all__ = ["bp", "calculating", "samples"]
