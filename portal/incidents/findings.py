"""From a breach to a finding: what is expected of the vendor so that it does not happen again."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import workdays
from portal.core.language import Language
from portal.findings import services as findings
from portal.findings.models import Finding
from portal.findings.rules import Severity, finding_due
from portal.findings.services import CorrectiveAction, FindingSource
from portal.incidents.models import Incident, IncidentFinding
from portal.incidents.rules.decision import RiskLevel

ORIGIN = "incident"
_SEVERITIES = {RiskLevel.HIGH: Severity.CRITICAL, RiskLevel.RISK: Severity.MAJOR}


def proposed_action(ctx: Context, incident: Incident) -> CorrectiveAction:
    """The finding that a breach calls for, in the vendor's language; as grave as its risk."""
    severity = _SEVERITIES.get(incident.risk, Severity.MINOR) if incident.risk else Severity.MAJOR
    is_english = incident.vendor.language is Language.EN
    return CorrectiveAction(
        severity=severity,
        title=f"Personal data breach {incident.reference}: prevent another"
        if is_english
        else f"Violation de données {incident.reference} : éviter qu'elle se reproduise",
        action="Find the cause, correct it, and say how it is verified."
        if is_english
        else "Établir la cause, la corriger, et dire comment c'est vérifié.",
        proof_expected="Final report: causes, correction plan."
        if is_english
        else "Rapport final : causes, plan de correction.",
        responsible=incident.vendor.name[:200],
        due_on=workdays.next_working(finding_due(severity, ctx.today)),
    )


def open_finding_from_incident(ctx: Context, incident: Incident, wanted: CorrectiveAction) -> Finding:
    """Open a finding on a breach, or see it again, and tell the vendor."""
    authorize(ctx, Permission.FINDING_WORK, incident)
    subject = f"{ORIGIN}.{incident.id}"
    finding = findings.open_finding(ctx, incident.vendor, FindingSource(ORIGIN, incident.id), subject, wanted)
    held = ctx.session.scalar(
        select(IncidentFinding.id).where(
            IncidentFinding.incident_id == incident.id, IncidentFinding.finding_id == finding.id
        )
    )
    if held is None:
        ctx.session.add(IncidentFinding(incident_id=incident.id, finding_id=finding.id, seen_at=ctx.now))
        ctx.session.flush()
    return finding


def findings_of(ctx: Context, incident: Incident) -> Sequence[Finding]:
    """The findings opened from a breach; the caller has checked its reach."""
    return ctx.session.scalars(
        select(Finding)
        .join(IncidentFinding, IncidentFinding.finding_id == Finding.id)
        .where(IncidentFinding.incident_id == incident.id)
        .order_by(Finding.id)
    ).all()
