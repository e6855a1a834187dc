"""Pages of campaigns and waves."""

from portal.campaigns.views import acts, frequency, letters, planning, saved_audiences, waves
from portal.campaigns.views.blueprint import bp

__all__ = ["acts", "bp", "frequency", "letters", "planning", "saved_audiences", "waves"]
