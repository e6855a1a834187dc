"""What becomes of a proposal: accepted, it is a new version or a new line; dismissed, with a reason, it waits for new
facts. Nothing of it confirms anything."""

from collections.abc import Collection, Iterable

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.core.language import N_, Language
from portal.core.stale import StaleWrite
from portal.core.translation import translate
from portal.journal import services as journal
from portal.processing import queries, services
from portal.processing.cells import JOURNAL_MARK
from portal.processing.models import ProcessingActivity, ProposalDismissal
from portal.processing.queries import ServiceProposal
from portal.processing.rules.proposals import Proposal, applied
from portal.processing.rules.sheets import ActivityRole
from portal.vendors.models import LegalEntity, Service

LONGEST_REASON = 2000
_TICK = N_("Cochez au moins une proposition.")
_WHY = N_("Dites pourquoi elle est écartée.")
_MOVED = N_("Ces propositions ont changé depuis que vous les avez vues : relisez-les.")


def accept_corrections(ctx: Context, activity: ProcessingActivity, number: int, digests: Collection[str]) -> int:
    """Write a new version of a line with these corrections; how many were taken. It waits to be confirmed again.

    `number` is the version that was shown. Raises StaleWrite or Refused; with nothing chosen, nothing is written.
    """
    authorize(ctx, Permission.REGISTER_EDIT, activity)
    chosen = _chosen(ctx, activity, number, digests)
    sheet = queries.line_of(ctx, activity).sheet
    services.amend_activity(ctx, activity, applied(sheet, chosen))
    journal.record(ctx, "activity.proposal_accepted", activity, after={f"{JOURNAL_MARK}proposal": _in_both(chosen)})
    return len(chosen)


def dismiss_corrections(
    ctx: Context, activity: ProcessingActivity, number: int, digests: Collection[str], reason: str
) -> int:
    """Note that these corrections are not for a line, and why; how many were. Raises StaleWrite or Refused."""
    authorize(ctx, Permission.REGISTER_EDIT, activity)
    chosen = _chosen(ctx, activity, number, digests)
    for one in chosen:
        ctx.session.add(_dismissal(ctx, one, reason, activity))
    ctx.session.flush()
    _tell_dismissed(ctx, activity, chosen, reason)
    return len(chosen)


def enter_line(ctx: Context, proposed: ServiceProposal, entity: LegalEntity) -> ProcessingActivity:
    """Enter the line that is proposed for a service, which it rests on; it waits to be read and confirmed."""
    made = services.create_activity(
        ctx, entity, ActivityRole.CONTROLLER, proposed.sheet, [proposed.service.id]
    )  # fmt: skip
    after = {f"{JOURNAL_MARK}proposal": _in_both([proposed.proposal])}
    journal.record(ctx, "activity.proposal_accepted", made, after=after)
    return made


def rest_on_service(ctx: Context, proposed: ServiceProposal, activity: ProcessingActivity) -> None:
    """Have a line that exists rest on a service for which one was proposed. Raises Refused."""
    held = {one.id for one in queries.line_of(ctx, activity).services}
    services.set_services(ctx, activity, {*held, proposed.service.id})


def dismiss_line(ctx: Context, proposed: ServiceProposal, reason: str) -> None:
    """Note that a service calls for no line, and why. Raises Refused."""
    authorize(ctx, Permission.REGISTER_EDIT)
    row = _dismissal(ctx, proposed.proposal, reason, None)
    ctx.session.add(row)
    ctx.session.flush()
    _tell_dismissed(ctx, proposed.service, [proposed.proposal], reason)


def propose_again(ctx: Context, dismissal_id: int) -> None:
    """Take back a dismissal: what it covered is proposed again, if it still holds. Raises NotFound."""
    authorize(ctx, Permission.REGISTER_EDIT)
    row = ctx.session.get(ProposalDismissal, dismissal_id)
    if row is None:
        raise NotFound
    about: ProcessingActivity | Service = (
        ctx.session.get_one(Service, row.service_id)
        if row.activity_id is None
        else ctx.session.get_one(ProcessingActivity, row.activity_id)
    )
    before = {f"{JOURNAL_MARK}proposal": row.said, f"{JOURNAL_MARK}note": row.reason}
    journal.record(ctx, "activity.proposal_again", about, before=before)
    ctx.session.delete(row)
    ctx.session.flush()


def _chosen(ctx: Context, activity: ProcessingActivity, number: int, digests: Collection[str]) -> tuple[Proposal, ...]:
    if not digests:
        raise Refused(_TICK)
    line = queries.line_of(ctx, activity)
    if line.version.number != number:
        raise StaleWrite(services.STALE, line.version.number)
    found = tuple(one for one in queries.proposals_to(ctx, line) if one.digest in digests)
    if {one.digest for one in found} != set(digests):
        raise Refused(_MOVED)
    return found


def _dismissal(ctx: Context, proposal: Proposal, reason: str, activity: ProcessingActivity | None) -> ProposalDismissal:
    why = " ".join(reason.split())[:LONGEST_REASON]
    if not why:
        raise Refused(_WHY)
    return ProposalDismissal(
        activity_id=activity.id if activity else None, service_id=proposal.service, digest=proposal.digest,
        said=_words([proposal]), reason=why, dismissed_on=ctx.today, dismissed_by_id=ctx.actor.id,
        dismissed_by=ctx.actor.name,
    )  # fmt: skip


def _tell_dismissed(
    ctx: Context, about: ProcessingActivity | Service, proposals: Iterable[Proposal], reason: str
) -> None:
    after = {f"{JOURNAL_MARK}proposal": _in_both(proposals), f"{JOURNAL_MARK}note": " ".join(reason.split())}
    journal.record(ctx, "activity.proposal_dismissed", about, after=after)


def _in_both(proposals: Iterable[Proposal]) -> dict[str, str]:
    """For the journal, which shows what is said in both languages to each reader in theirs."""
    found = tuple(proposals)
    return {language.value: _words(found, language) for language in Language}


def _words(proposals: Iterable[Proposal], language: Language = Language.FR) -> str:
    return "\n".join(translate(one.sentence, language) for one in proposals)
