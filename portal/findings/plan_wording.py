"""What is said of a plan and of how its findings ended, in sentences for the page, the workbook and the PDF alike."""

from portal.core.clock import legal_date
from portal.core.language import Sentence, say
from portal.findings.models import Finding
from portal.findings.plan_page import VendorPlan
from portal.findings.rules import FindingState, PlanGroup, PlanVerdict, StaleReason
from portal.findings.wording import BASIS_NAMES, STALE_NAMES


def verdict_sentence(plan: VendorPlan) -> Sentence:
    """What is said of a whole plan; « à jour » is said with the day somebody last looked."""
    counts = plan.counts
    match plan.verdict:
        case PlanVerdict.UNCHECKED:
            return say("Ni audit accepté, ni échantillon mesuré, ni test mené : un plan vide n'est pas un bon signe.")
        case PlanVerdict.LATE:
            return say("Constats dont l'échéance est passée : %(n)s.", n=plan.overdue)
        case PlanVerdict.OURS:
            ours = counts[PlanGroup.DECIDE] + counts[PlanGroup.VERIFY]
            return say("Rien n'est en retard ; constats qui attendent un geste de nous : %(n)s.", n=ours)
        case PlanVerdict.UNDER_WAY:
            live = counts[PlanGroup.SOON] + counts[PlanGroup.LATER]
            return say("Corrections en cours : %(n)s, aucune en retard.", n=live)
        case PlanVerdict.DONE:
            return _done(plan)


def _done(plan: VendorPlan) -> Sentence:
    waived = plan.counts[PlanGroup.WAIVED]
    if plan.checked_at is None:
        return say("Plus rien n'est attendu ; acceptés en l'état : %(n)s.", n=waived)
    day = legal_date(plan.checked_at)
    return say("Plus rien n'est attendu ; acceptés en l'état : %(n)s. Dernier contrôle le %(day)s.", n=waived, day=day)


def settled_sentence(finding: Finding, stale: StaleReason | None) -> Sentence:
    """How a finding ended and why, by whom; an acceptance that holds no longer says so."""
    if finding.state is FindingState.CLOSED:
        if finding.closing_basis is None:
            return say("Clos sans vérification enregistrée : %(reason)s", reason=finding.closing_reason)
        return say(
            "%(basis)s, par %(who)s : %(reason)s", basis=say(BASIS_NAMES[finding.closing_basis]),
            who=finding.closed_by, reason=finding.closing_reason,
        )  # fmt: skip
    if stale is not None:
        return say(
            "À décider de nouveau (%(why)s). Accepté par %(who)s : %(reason)s", why=say(STALE_NAMES[stale]),
            who=finding.closed_by or "–", reason=finding.closing_reason,
        )  # fmt: skip
    return say(
        "Accepté jusqu'au %(day)s par %(who)s : %(reason)s", day=finding.waived_until, who=finding.closed_by,
        reason=finding.closing_reason,
    )  # fmt: skip
