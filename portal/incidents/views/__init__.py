"""Pages of breaches: the register, one breach, what is done with it."""

from portal.incidents.views import acts, register
from portal.incidents.views.blueprint import bp

__all__ = ["acts", "bp", "register"]
