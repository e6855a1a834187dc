"""Pages of campaigns and waves."""

from portal.campaigns.views import acts, frequency, planning, waves
from portal.campaigns.views.blueprint import bp

__all__ = ["acts", "bp", "frequency", "planning", "waves"]
