"""Pages of campaigns and waves."""

from portal.campaigns.views import planning, waves
from portal.campaigns.views.blueprint import bp

__all__ = ["bp", "planning", "waves"]
