"""From a rate to a finding: what is expected of the vendor, worded from the rule that was broken."""

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import workdays
from portal.core.citations import cited
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.core.translation import translate
from portal.findings import services as findings
from portal.findings.models import Finding
from portal.findings.queries import findings_by_subject
from portal.findings.rules import finding_due
from portal.findings.services import CorrectiveAction, FindingSource
from portal.samples.models import CaseSample, SampleFinding, SampleState
from portal.samples.queries import ORIGIN, findings_of_sample
from portal.samples.report import ReportedRate, report_of

_TITLE = N_("%(fault)s : %(failures)s sur %(trials)s")
_ACTION = N_(
    "%(rule)s (%(article)s). Dire la cause de chaque faute (%(failures)s), réparer ce qui peut l'être pour les "
    "consommateurs concernés, et changer la façon de faire."
)
_PROOF = N_("Description du changement, et nouvel échantillon sans cette faute.")


def proposed_action(ctx: Context, sample: CaseSample, line: ReportedRate) -> CorrectiveAction:
    """The finding that a rate calls for, in the vendor's language."""
    language = sample.vendor.language
    values = {
        "fault": translate(line.label, language),
        "failures": line.failures,
        "trials": line.trials,
        "rule": line.rule.text.said(language).rstrip("."),
        "article": cited(line.rule.article, language),
    }
    action = CorrectiveAction(
        severity=line.severity,
        title=(translate(_TITLE, language) % values)[:300],
        action=translate(_ACTION, language) % values,
        proof_expected=translate(_PROOF, language),
        responsible=sample.vendor.name[:200],
        due_on=workdays.next_working(finding_due(line.severity, ctx.today)),
    )
    return findings.continued_action(findings_by_subject(ctx, sample.vendor_id).get(line.flag), action)


def open_finding_from_sample(ctx: Context, sample: CaseSample, flag: str, wanted: CorrectiveAction) -> Finding:
    """Open the finding of one fault of a sample, or see it again, and tell the vendor; once per fault of a sample."""
    authorize(ctx, Permission.FINDING_WORK, sample)
    if sample.state is not SampleState.MEASURED or flag not in {line.flag for line in report_of(sample).faults}:
        raise NotFound()
    findings.lock_findings_of(ctx, sample.vendor)
    if flag in findings_of_sample(ctx, sample):
        raise Refused(N_("Un constat est déjà ouvert sur ce point."))
    finding = findings.open_finding(ctx, sample.vendor, FindingSource(ORIGIN, sample.id), flag, wanted)
    ctx.session.add(SampleFinding(sample_id=sample.id, fault=flag, finding_id=finding.id, seen_at=ctx.now))
    ctx.session.flush()
    return finding
