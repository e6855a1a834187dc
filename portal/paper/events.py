"""Facts that contracts received announce."""

from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class DelayConfirmed:
    """A person said what a contract writes of one of its delays: what is counted from it is counted again."""

    vendor_id: int
