"""Pages of the vendor space: home, one section at a time, files, sending, findings, samples, colleagues, tools."""

from portal.vendor_space.views import colleagues, files, findings, home, samples, section, submission, withdrawal_tools
from portal.vendor_space.views.blueprint import bp

__all__ = ["bp", "colleagues", "files", "findings", "home", "samples", "section", "submission", "withdrawal_tools"]
