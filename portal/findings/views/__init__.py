"""Pages of findings: the list, one finding and its exchange, the plan of a vendor."""

from portal.findings.views import plan, working
from portal.findings.views.blueprint import bp

__all__ = ["bp", "plan", "working"]
