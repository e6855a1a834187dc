"""Facts that this domain announces; a domain that answers one says so in its manifest."""

from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class VendorReclassified:
    """A vendor's tier or inherent risk has changed, so what was drawn from it is stale; tiers are stored words."""

    vendor_id: int
    before: str | None
    after: str | None


@dataclass(frozen=True)
class ServicesChanged:
    """What a vendor that has a contract in force does for us has changed: the contract may not cover it all."""

    vendor_id: int


@dataclass(frozen=True)
class VendorLeft:
    """The relation with a vendor is over: it is asked nothing more."""

    vendor_id: int
