"""Pages of breaches: the register, one breach, what is done with it, what it touches, its documents and findings."""

from portal.incidents.views import acts, affected, findings, letters, register
from portal.incidents.views.blueprint import bp

__all__ = ["acts", "affected", "bp", "findings", "letters", "register"]
