"""What a person does about audits of a wave: remind, send again, give more time, write to someone else, cancel.

Each act says what became of each audit and is safe to repeat: an audit is written to once a day at most, by hand or by
itself, so that a second click, or a colleague's, sends nothing more.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.audits.services import cancel_audit
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns import rules, wave_letters
from portal.campaigns.models import Wave, WaveAudit
from portal.campaigns.rules import ActOutcome
from portal.campaigns.wave_letters import LetterDraft
from portal.consumer_law.legislation import metropolitan_france
from portal.core.clock import LEGAL_ZONE
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import N_
from portal.jobs.models import Mail, MailState
from portal.journal import services as journal
from portal.vendors.memberships import open_accounts
from portal.vendors.models import Vendor
from portal.vendors.queries import Correspondent

MOST_AT_ONCE = 500
"""Audits that one act takes: some tens of milliseconds, so that no page waits for the database."""
MOST_CANCELLED = 100
"""Audits cancelled at once: each tells its vendor and counts its proofs again."""
FAILED = frozenset({MailState.REFUSED, MailState.GIVEN_UP})
"""States of a letter that reached nobody."""
LONGEST_EXTENSION_DAYS = 365


class WaveAct(StrEnum):
    """What can be done about audits of a wave."""

    REMIND = "relancer"
    RESEND = "renvoyer"
    EXTEND = "prolonger"
    RECIPIENT = "destinataire"
    CANCEL = "annuler"


@dataclass(frozen=True)
class ActLine:
    """What became of one audit."""

    audit_id: int
    vendor: str
    outcome: ActOutcome


@dataclass(frozen=True)
class _Row:
    link: WaveAudit
    audit: Audit
    vendor: str


def remind(ctx: Context, wave: Wave, audit_ids: Sequence[int]) -> list[ActLine]:
    """Remind the vendors that have not answered; whoever was written to today is left alone."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    day = ctx.today.isoformat()

    def draft(row: _Row, person: Correspondent, key: str) -> LetterDraft:
        template = "late" if row.audit.due_on < ctx.today else "reminder"
        return LetterDraft(template, person, row.audit.id, row.audit.due_on, row.audit.state, f":hand-{key}")

    def note(row: _Row, _people: Sequence[Correspondent]) -> None:
        row.link.reminded_on = [*row.link.reminded_on, day]

    return _write(ctx, wave, audit_ids, "wave.reminded", draft, note)


def resend(ctx: Context, wave: Wave, audit_ids: Sequence[int]) -> list[ActLine]:
    """Send the invitation again, with a fresh link; a vendor nobody answered for has an account opened if it can."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    rows = _rows(ctx, wave, audit_ids)
    open_accounts(ctx, [row.audit.vendor_id for row in rows if row.audit.state.is_with_vendor])

    def draft(row: _Row, person: Correspondent, key: str) -> LetterDraft:
        again = f":again-{key}" if row.link.invited else ""
        return LetterDraft("invitation", person, row.audit.id, row.audit.due_on, row.audit.state, again)

    def note(row: _Row, people: Sequence[Correspondent]) -> None:
        if not row.link.invited:
            row.link.passed_over = _past_reminders(ctx, wave, row.audit.due_on)
        row.link.invited = len(people)

    return _write(ctx, wave, audit_ids, "wave.invited_again", draft, note)


def _write(
    ctx: Context,
    wave: Wave,
    audit_ids: Sequence[int],
    action: str,
    draft: Callable[[_Row, Correspondent, str], LetterDraft],
    note: Callable[[_Row, Sequence[Correspondent]], None],
) -> list[ActLine]:
    """Write to the people in charge at the vendors of some audits, once a day; as few statements for one as for all."""
    rows = _rows(ctx, wave, audit_ids)
    written = _written_today(ctx, wave, [row.audit.id for row in rows])
    people = wave_letters.people_for(ctx, [row.audit for row in rows])
    lines: list[ActLine] = []
    drafts: list[LetterDraft] = []
    for row in rows:
        outcome = _closed(row.audit)
        if outcome is None and row.audit.id in written.on_their_way:
            outcome = ActOutcome.WRITTEN_TODAY
        addressed = people.get(row.audit.vendor_id, [])
        if outcome is None and not addressed:
            outcome = ActOutcome.NOBODY
        if outcome is None:
            key = ctx.today.isoformat() + (f".{failed}" if (failed := written.failed[row.audit.id]) else "")
            drafts += [draft(row, person, key) for person in addressed]
            note(row, addressed)
        lines.append(ActLine(row.audit.id, row.vendor, outcome or ActOutcome.DONE))
    sent = wave_letters.send(ctx, wave, drafts)
    _record(ctx, wave, action, lines, {"letters": sent})
    return lines


def extend(ctx: Context, wave: Wave, audit_ids: Sequence[int], wanted: date) -> tuple[list[ActLine], date]:
    """Give vendors until a day, or the next working one; returns what became of each, and that day.

    Reminders and escalation follow the new day by themselves; a reminder that would have been for a day already over
    is not sent. The vendors are told. Raises Refused for a day that is not ahead, or more than a year away.
    """
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    if wanted <= ctx.today:
        raise Refused(N_("Choisissez un jour à venir."))
    if wanted > ctx.today + timedelta(days=LONGEST_EXTENSION_DAYS):
        raise Refused(N_("Choisissez un jour dans l'année qui vient."))
    until = rules.deadline(wanted, 0, is_holiday=metropolitan_france().is_holiday)
    rows = _rows(ctx, wave, audit_ids, lock=True)
    people = wave_letters.people_for(ctx, [row.audit for row in rows])
    lines: list[ActLine] = []
    drafts: list[LetterDraft] = []
    for row in rows:
        outcome = _closed(row.audit) or (ActOutcome.LATER_ALREADY if row.audit.due_on >= until else None)
        if outcome is None:
            row.audit.due_on = until
            past = _past_reminders(ctx, wave, until)
            row.link.passed_over = [*row.link.passed_over, *(day for day in past if day not in row.link.passed_over)]
            drafts += [
                LetterDraft("extended", person, row.audit.id, until, row.audit.state, f":{until}")
                for person in people.get(row.audit.vendor_id, ())
            ]
        lines.append(ActLine(row.audit.id, row.vendor, outcome or ActOutcome.DONE))
    wave_letters.send(ctx, wave, drafts)
    _record(ctx, wave, "wave.extended", lines, {"due_on": until})
    return lines, until


def skip_past_reminders(ctx: Context, audit_id: int) -> None:
    """Once an audit is given more time, a reminder whose new day is already over is not sent; twice changes nothing."""
    found = ctx.session.execute(
        select(WaveAudit, Audit.due_on)
        .join(Audit, Audit.id == WaveAudit.audit_id)
        .options(joinedload(WaveAudit.wave).joinedload(Wave.campaign))
        .where(WaveAudit.audit_id == audit_id)
        .with_for_update(of=WaveAudit)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is not None:
        link, due_on = found
        past = _past_reminders(ctx, link.wave, due_on)
        link.passed_over = [*link.passed_over, *(day for day in past if day not in link.passed_over)]


def cancel(ctx: Context, wave: Wave, audit_ids: Sequence[int], reason: str) -> list[ActLine]:
    """Withdraw audits still with their vendors, saying why; each vendor is told. What was answered stays on file."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    if not reason:
        raise Refused(N_("Écrivez pourquoi : ce motif reste au dossier."))
    if len(audit_ids) > MOST_CANCELLED:
        raise Refused(N_("Annulez %(most)s audits au plus à la fois."), most=MOST_CANCELLED)
    lines: list[ActLine] = []
    for row in _rows(ctx, wave, audit_ids):
        outcome = _closed(row.audit)
        if outcome is None:
            cancel_audit(ctx, row.audit, reason)
        lines.append(ActLine(row.audit.id, row.vendor, outcome or ActOutcome.DONE))
    _record(ctx, wave, "wave.audits_cancelled", lines, {"reason": reason})
    return lines


def _rows(ctx: Context, wave: Wave, audit_ids: Sequence[int], *, lock: bool = False) -> list[_Row]:
    """The audits named that are this wave's, by vendor."""
    if len(audit_ids) > MOST_AT_ONCE:
        raise Refused(N_("Choisissez %(most)s audits au plus à la fois."), most=MOST_AT_ONCE)
    found = (
        select(WaveAudit, Audit, Vendor.name)
        .join(Audit, Audit.id == WaveAudit.audit_id)
        .join(Vendor, Vendor.id == Audit.vendor_id)
        .where(WaveAudit.wave_id == wave.id, WaveAudit.audit_id.in_(audit_ids))
        .order_by(Vendor.folded_name, Audit.id)
        .execution_options(populate_existing=True)
    )
    if lock:
        found = found.with_for_update(of=[WaveAudit, Audit])
    return [_Row(link, audit, name) for link, audit, name in ctx.session.execute(found)]


def _closed(audit: Audit) -> ActOutcome | None:
    """Why nothing more is asked of a vendor; none while its answers are awaited."""
    if audit.state is AuditState.CANCELLED:
        return ActOutcome.CANCELLED
    return None if audit.state.is_with_vendor else ActOutcome.RETURNED


@dataclass(frozen=True)
class _LettersToday:
    """What the wave has written today, by hand or by itself, by audit."""

    on_their_way: frozenset[int]
    """Audits with a letter sent, or still to be: they are not written to again."""
    failed: Mapping[int, int]
    """How many letters no server wanted: the next one is another letter."""


def _written_today(ctx: Context, wave: Wave, audit_ids: Sequence[int]) -> _LettersToday:
    midnight = datetime.combine(ctx.today, time(), tzinfo=LEGAL_ZONE)
    abouts = {f"audit:{audit_id}": audit_id for audit_id in audit_ids}
    found = ctx.session.execute(
        select(Mail.about, Mail.state, func.count())
        .where(Mail.about.in_(list(abouts)), Mail.series == wave_letters.series_of(wave), Mail.queued_at >= midnight)
        .group_by(Mail.about, Mail.state)
    ).all()
    failed = Counter[int]()
    for about, state, count in found:
        failed[abouts[about]] += count if state in FAILED else 0
    return _LettersToday(frozenset(abouts[about] for about, state, _ in found if state not in FAILED), failed)


def _past_reminders(ctx: Context, wave: Wave, due_on: date) -> list[str]:
    past = rules.reminders_due(due_on, today=ctx.today, already=frozenset(), offsets=wave.campaign.reminders)
    return [one.on.isoformat() for one in past]


def _record(ctx: Context, wave: Wave, action: str, lines: Sequence[ActLine], more: dict[str, object]) -> None:
    audits = [line.audit_id for line in lines if line.outcome is ActOutcome.DONE]
    if audits:
        journal.record(ctx, action, wave.campaign, after={"wave": wave.id, "day": ctx.today, "audits": audits, **more})
