"""Writes of evidence: a sealed file becomes a proof of a vendor."""

from dataclasses import dataclass
from datetime import date

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.stored import StoredFile
from portal.evidence.models import Evidence
from portal.evidence.rules import date_problems
from portal.journal import services as journal
from portal.vendors.models import Vendor


@dataclass(frozen=True)
class ProofFacts:
    """What is said of a file when it is handed in."""

    kind: str = ""
    issuer: str = ""
    scope: str = ""
    issued_on: date | None = None
    expires_on: date | None = None


def record(ctx: Context, vendor: Vendor, stored: StoredFile, facts: ProofFacts) -> Evidence:
    """Keep a file already sealed in the store as a proof of this vendor; raises Refused on impossible dates."""
    authorize(ctx, Permission.AUDIT_ANSWER, vendor)
    for problem in date_problems(facts.issued_on, facts.expires_on, ctx.today):
        raise Refused(problem)
    evidence = Evidence(
        vendor_id=vendor.id,
        stored_file=stored,
        kind=facts.kind,
        issuer=facts.issuer,
        scope=facts.scope,
        issued_on=facts.issued_on,
        expires_on=facts.expires_on,
        uploaded_by_id=ctx.actor.id,
        uploaded_at=ctx.now,
    )
    ctx.session.add(evidence)
    ctx.session.flush()
    after = {"name": stored.filename, "sha256": stored.sha256, "size": stored.size, "expires_on": facts.expires_on}
    journal.record(ctx, "evidence.recorded", evidence, after=after, vendor_id=vendor.id)
    return evidence
