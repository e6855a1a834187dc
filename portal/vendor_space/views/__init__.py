"""Pages of the vendor space: home, one section at a time, files, sending, findings, samples, colleagues, tools."""

from portal.vendor_space.views import answering, colleagues, files, findings, home, samples, sending, withdrawing
from portal.vendor_space.views.blueprint import bp

__all__ = ["answering", "bp", "colleagues", "files", "findings", "home", "samples", "sending", "withdrawing"]
