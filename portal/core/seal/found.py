"""What is found of the seals of a file."""

from datetime import datetime
from enum import StrEnum

from portal.core.dataclass import dataclass


class SealState(StrEnum):
    """What a seal says of the file it is in."""

    WHOLE = "whole"
    """Not one byte changed since."""
    CONTINUED = "continued"
    """What it covers is intact; something was added to the file afterwards."""
    ALTERED = "altered"
    """What it covers was changed: it proves nothing any more."""


@dataclass(frozen=True)
class FoundSeal:
    """One seal or signature found in a PDF."""

    signer: str
    """The name in its certificate, which only the issuer of the certificate vouches for."""
    sha256: str
    """Of the certificate, in DER."""
    state: SealState
    claimed_at: datetime | None
    """When its author says it was made."""
    timestamped_at: datetime | None
    """When a third party says it saw it; None without a timestamp, or with one that does not hold."""
    good_when_made: bool
    """Whether the certificate was within its dates at that instant."""
