"""Facts that contracts announce; a domain that answers one says so in its manifest."""

from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class SignedCopyReceived:
    """A signed copy stands in the register, and nobody has read it yet."""

    contract_id: int
    signature_id: int


@dataclass(frozen=True)
class CertificateReceived:
    """A certificate of return or deletion was handed in, and nobody has read it yet."""

    proof_id: int
    file_id: int
