"""Who at the vendor is in charge of a finding, and another date: proposed by the vendor, decided by us."""

from datetime import date, timedelta

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.core.row_lock import hold_row
from portal.findings.mails import tell_vendor_of_finding, tell_workers_of_date
from portal.findings.models import Finding
from portal.findings.rules import FINDING_DAYS, MOST_POSTPONEMENTS, FindingAct
from portal.findings.services.shared import NO_PROPOSAL, explained, moved_to, take, trace, working_day
from portal.journal import services as journal
from portal.vendors.models import Contact


def assign_finding(ctx: Context, finding: Finding, contact: Contact) -> None:
    """Say which person at the vendor is in charge: named by us, or by the vendor itself; reminders go there too."""
    authorize(ctx, Permission.FINDING_REPLY if ctx.actor.role.is_vendor else Permission.FINDING_WORK, finding)
    hold_row(ctx.session, finding)
    take(finding, FindingAct.ASSIGN)
    if contact.vendor_id != finding.vendor_id:
        raise Refused(N_("Cette personne n'est pas chez ce prestataire."))
    before, after = journal.changes(finding, {"contact_id": contact.id, "responsible": contact.name})
    if after:
        trace(ctx, finding, "finding.assigned", before, after)


def propose_date(ctx: Context, finding: Finding, due_on: date, reason: str) -> None:
    """The vendor proposes another day, which changes nothing until we decide; a later proposal takes its place.

    Raises Refused without a reason, for a day that is not later, too far, or when the date was put off too often.
    """
    authorize(ctx, Permission.FINDING_REPLY, finding)
    hold_row(ctx.session, finding)
    take(finding, FindingAct.PROPOSE_DATE)
    explained(reason)
    if finding.postponements >= MOST_POSTPONEMENTS:
        raise Refused(
            say("L'échéance a déjà été repoussée %(n)s fois : écrivez plutôt où vous en êtes.", n=MOST_POSTPONEMENTS)
        )
    due_on = working_day(due_on)
    last = working_day(ctx.today + timedelta(days=FINDING_DAYS[finding.severity]))
    if not max(finding.due_on, ctx.today) < due_on <= last:
        raise Refused(
            say("Proposez un jour après l'échéance actuelle, le %(last)s au plus tard.", last=last)
            if finding.due_on < last
            else N_("L'échéance est déjà au plus loin : écrivez plutôt où vous en êtes.")
        )
    wanted = {"proposed_due_on": due_on, "proposed_by": ctx.actor.name, "proposed_reason": reason}
    before, after = journal.changes(finding, wanted)
    trace(ctx, finding, "finding.date_proposed", before, after)
    tell_workers_of_date(ctx, finding, due_on, key=ctx.now.isoformat())


def decide_date(ctx: Context, finding: Finding, seen: date | None, *, accepted: bool) -> None:
    """Accept or refuse the day that the vendor proposes, the one that was `seen`.

    Raises Refused when none is waiting, another one is, or the day has passed meanwhile.
    """
    authorize(ctx, Permission.FINDING_WORK, finding)
    hold_row(ctx.session, finding)
    take(finding, FindingAct.DECIDE_DATE)
    wanted = finding.proposed_due_on
    if wanted is None or wanted != seen:
        raise Refused(N_("Cette proposition n'attend plus de réponse : relisez le constat."))
    if accepted and wanted < ctx.today:
        raise Refused(N_("Le jour proposé est déjà passé : refusez-le, et demandez une autre date."))
    changes = moved_to(finding, wanted) if accepted else dict(NO_PROPOSAL)
    before, after = journal.changes(finding, changes)
    trace(ctx, finding, "finding.date_accepted" if accepted else "finding.date_refused", before, after)
    what = "date_accepted" if accepted else "date_refused"
    tell_vendor_of_finding(ctx, finding, what, key=ctx.now.isoformat())
