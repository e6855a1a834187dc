"""Pages of campaigns and waves."""

from portal.campaigns.views import acts, planning, waves
from portal.campaigns.views.blueprint import bp

__all__ = ["acts", "bp", "planning", "waves"]
