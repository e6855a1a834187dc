"""Pages of announced changes."""

from portal.changes.views import acts, letters, moves, register
from portal.changes.views.blueprint import bp

__all__ = ["acts", "bp", "letters", "moves", "register"]
