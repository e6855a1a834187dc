"""Pages of mystery tests: lists, plans, the steps of a test, the findings opened from it."""

from portal.mystery.views import findings, steps, tests
from portal.mystery.views.blueprint import bp

__all__ = ["bp", "findings", "steps", "tests"]
