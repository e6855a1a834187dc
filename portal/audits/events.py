"""Facts that audits announce; a domain that answers one says so in its manifest."""

from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class AuditSubmitted:
    """A vendor has submitted a round."""

    audit_id: int
    round: int


@dataclass(frozen=True)
class AuditAccepted:
    """A reviewer has accepted an audit."""

    audit_id: int


@dataclass(frozen=True)
class AuditCancelled:
    """An audit was withdrawn from its vendor: what it had shown counts no longer."""

    audit_id: int


@dataclass(frozen=True)
class EvidenceJudged:
    """A reviewer has judged a proof, which may move a score."""

    audit_id: int
    evidence_id: int


@dataclass(frozen=True)
class PieceChanged:
    """A proof has a newer version, or was judged outside an audit: those that rest on it may be worth otherwise."""

    vendor_id: int
    evidence_id: int


@dataclass(frozen=True)
class AuditPostponed:
    """A vendor was given more time to answer."""

    audit_id: int
