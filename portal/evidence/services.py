"""Writes of evidence: a sealed file becomes a proof of a vendor."""

from dataclasses import dataclass
from datetime import date

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.stored import StoredFile
from portal.evidence.models import Evidence
from portal.evidence.rules import Verdict, date_problems
from portal.journal import services as journal
from portal.vendors.models import Vendor

ISSUER_LENGTH = 200
SCOPE_LENGTH = 2000


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
    _must_be_possible(ctx, facts)
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


def describe(ctx: Context, evidence: Evidence, facts: ProofFacts) -> None:
    """Complete what is said of a proof; raises Refused on impossible dates, or once a reviewer has judged it."""
    authorize(ctx, Permission.AUDIT_ANSWER, evidence)
    _must_be_possible(ctx, facts)
    if evidence.verdict is not Verdict.UNREVIEWED:
        raise Refused(N_("Ce fichier a déjà été examiné : joignez-le de nouveau pour en changer les dates."))
    before, after = journal.changes(
        evidence,
        {
            "kind": facts.kind or evidence.kind,
            "issuer": facts.issuer,
            "scope": facts.scope,
            "issued_on": facts.issued_on,
            "expires_on": facts.expires_on,
        },
    )
    if after:
        ctx.session.flush()
        journal.record(ctx, "evidence.described", evidence, before=before, after=after)


def _must_be_possible(ctx: Context, facts: ProofFacts) -> None:
    for problem in date_problems(facts.issued_on, facts.expires_on, ctx.today):
        raise Refused(problem)
    if len(facts.issuer) > ISSUER_LENGTH:
        raise Refused(N_("Le nom de l'émetteur dépasse %(limit)s caractères."), limit=ISSUER_LENGTH)
    if len(facts.scope) > SCOPE_LENGTH:
        raise Refused(N_("Le périmètre dépasse %(limit)s caractères."), limit=SCOPE_LENGTH)
