"""Facts that withdrawals announce."""

from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class SampleMeasured:
    """A sample was measured to its last case."""

    sample_id: int
    vendor_id: int
