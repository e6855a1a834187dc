"""Pages of the law of withdrawal: the calculator, the exceptions, the legal exposure, the guide."""

from portal.consumer_law.views import calculator, exposure, guide
from portal.consumer_law.views.blueprint import bp

__all__ = ["bp", "calculator", "exposure", "guide"]
