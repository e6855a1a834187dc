"""Pages of the register of processing."""

from portal.processing.views import lines, proposals, register
from portal.processing.views.blueprint import bp

__all__ = ["bp", "lines", "proposals", "register"]
