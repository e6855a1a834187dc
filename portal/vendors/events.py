"""Facts that this domain announces; what answers them is decided by the composition root."""

from dataclasses import dataclass


@dataclass(frozen=True)
class VendorReclassified:
    """A vendor's tier or inherent risk has changed, so what was drawn from it is stale; tiers are stored words."""

    vendor_id: int
    before: str | None
    after: str | None
