"""From a breach that a tester saw to a finding: what is expected of the vendor, as the step of the script words it."""

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import workdays
from portal.core.citations import cited
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.findings import services as findings
from portal.findings.models import Finding
from portal.findings.queries import findings_by_subject
from portal.findings.rules import finding_due
from portal.findings.services import CorrectiveAction, FindingSource
from portal.mystery import queries
from portal.mystery.judgement import breaches_of
from portal.mystery.models import MysteryFinding, MysteryTest
from portal.mystery.rules.judgement import ObservedBreach


def breach_of(test: MysteryTest, key: str) -> ObservedBreach:
    """One breach of a concluded test; raises NotFound."""
    found = next((one for one in breaches_of(test) if one.key == key), None)
    if found is None:
        raise NotFound()
    return found


def proposed_action(ctx: Context, test: MysteryTest, breach: ObservedBreach) -> CorrectiveAction:
    """The finding that a breach calls for, in the vendor's language."""
    language = test.vendor.language
    action = CorrectiveAction(
        severity=breach.severity,
        title=f"{breach.title.said(language)} ({cited(breach.article, language)})"[:300],
        action=breach.action.said(language),
        proof_expected=breach.proof_expected.said(language),
        responsible=test.vendor.name[:200],
        due_on=workdays.next_working(finding_due(breach.severity, ctx.today)),
    )
    return findings.continued_action(findings_by_subject(ctx, test.vendor_id).get(breach.key), action)


def open_finding_from_test(ctx: Context, test: MysteryTest, key: str, wanted: CorrectiveAction) -> Finding:
    """Open the finding of one breach of a concluded test, or see it again, and tell the vendor; once per breach."""
    authorize(ctx, Permission.FINDING_WORK, test)
    breach_of(test, key)
    findings.lock_findings_of(ctx, test.vendor)
    if key in queries.findings_of_test(ctx, test):
        raise Refused(N_("Un constat est déjà ouvert sur ce point."))
    finding = findings.open_finding(ctx, test.vendor, FindingSource(queries.ORIGIN, test.id), key, wanted)
    ctx.session.add(MysteryFinding(test_id=test.id, step=key, finding_id=finding.id, seen_at=ctx.now))
    ctx.session.flush()
    return finding
