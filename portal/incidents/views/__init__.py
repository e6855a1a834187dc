"""Pages of breaches: the register, one breach, what is done with it, its documents and findings."""

from portal.incidents.views import acts, findings, letters, register
from portal.incidents.views.blueprint import bp

__all__ = ["acts", "bp", "findings", "letters", "register"]
