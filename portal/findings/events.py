"""Facts that findings announce; what answers them is decided by the composition root."""

from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class FindingAnswered:
    """A vendor has said what it did about a finding."""

    finding_id: int
    message_id: int
