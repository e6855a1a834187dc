"""Facts that contracts announce; a domain that answers one says so in its manifest."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SignedCopyReceived:
    """A signed copy stands in the register, and nobody has read it yet."""

    contract_id: int
    signature_id: int
