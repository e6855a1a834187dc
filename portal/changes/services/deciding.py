"""What we answer to an announced change, when the answer leaves, and what becomes of the chain then."""

from datetime import datetime

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.changes.deadline_lines import deadline_lines, object_before
from portal.changes.letters import LetterMatter, letter_tree
from portal.changes.mails import send_answer
from portal.changes.models import AnnouncedChange
from portal.changes.rules.life import ChangeAct, ChangeDecision
from portal.changes.services.applying import apply_to_chain
from portal.changes.services.shared import FUTURE, explained, retained_moves, take
from portal.changes.services.studying import NO_COMPANY
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.documents.freezing import freeze
from portal.core.errors import Refused
from portal.core.language import N_, Language
from portal.core.row_lock import hold_row


@dataclass(frozen=True)
class DecisionSheet:
    """What we answer, why, and what the letter says of it."""

    decision: ChangeDecision
    reason: str
    """Ours: it stays here."""
    letter_reason: str = ""
    """What the vendor reads; asked of an objection (RGPD art. 28(2))."""
    conditions: str = ""


@dataclass(frozen=True)
class SentAnswer:
    """How the answer leaves: from here now, or otherwise at a moment that is told."""

    from_here: bool
    at: datetime | None = None
    how: str = ""


def decide_change(ctx: Context, change: AnnouncedChange, sheet: DecisionSheet) -> None:
    """Decide, with a reason; nothing leaves yet and the chain does not move. Raises Refused."""
    authorize(ctx, Permission.CHANGE_WORK, change)
    hold_row(ctx.session, change)
    if not retained_moves(ctx, change):
        raise Refused(NO_COMPANY)
    is_conditional = sheet.decision is ChangeDecision.CONDITIONS
    wanted = {
        "decision": sheet.decision, "reason": explained(sheet.reason),
        "letter_reason": explained(sheet.letter_reason) if sheet.decision is ChangeDecision.OBJECT
        else sheet.letter_reason.strip(),
        "conditions": explained(sheet.conditions) if is_conditional else "",
        "decided_at": ctx.now, "decided_by": ctx.actor.name,
    }  # fmt: skip
    take(ctx, change, ChangeAct.DECIDE, wanted)


def send_or_note_answer(ctx: Context, change: AnnouncedChange, sheet: SentAnswer) -> None:
    """Send the answer from here, or note that it left otherwise; an acceptance then changes the chain.

    The letter and what the deadline rested on are frozen with it: whether it was in time never changes afterwards.
    Raises Refused for a moment to come, or before the announcement was received.
    """
    authorize(ctx, Permission.CHANGE_WORK, change)
    hold_row(ctx.session, change)
    at = ctx.now if sheet.from_here else sheet.at
    if at is None:
        raise Refused(N_("Dites quand la réponse est partie."))
    if at > ctx.now:
        raise Refused(FUTURE)
    if at < change.received_at.replace(second=0, microsecond=0):  # a form gives minutes
        raise Refused(N_("La réponse serait partie avant que le changement nous soit annoncé."))
    if not sheet.from_here and not sheet.how.strip():
        raise Refused(N_("Dites par quelle voie : courrier recommandé, message, plateforme."))
    lines = deadline_lines(ctx, change.vendor_id, change.received_at)
    moves = retained_moves(ctx, change)
    matter = LetterMatter(change, moves, process.settings().organisation, ctx.actor.name, lines, at)
    letters = {language.value: freeze(letter_tree(matter, language)) for language in Language}
    take(ctx, change, ChangeAct.ANSWER, {
        "answered_at": at, "answered_by": ctx.actor.name, "answered_how": "" if sheet.from_here else sheet.how.strip(),
        "object_before": object_before(lines), "deadline": [line.plain() for line in lines], "letter": letters,
    })  # fmt: skip
    if change.decision is not None and change.decision.lets_through:
        apply_to_chain(ctx, change, moves)
    if sheet.from_here and not send_answer(ctx, change):
        raise Refused(
            N_("Personne chez ce prestataire ne peut recevoir la réponse : envoyez-la autrement et notez-le.")
        )


def dismiss_change(ctx: Context, change: AnnouncedChange, reason: str) -> None:
    """Say that nothing changes after all, and why; it stays in the list, and counts as no answer."""
    authorize(ctx, Permission.CHANGE_WORK, change)
    hold_row(ctx.session, change)
    take(ctx, change, ChangeAct.DISMISS, {"dismissed_reason": explained(reason)})


def resume_change(ctx: Context, change: AnnouncedChange, reason: str) -> None:
    """Take the study up again, saying why; the decision is to be taken again."""
    authorize(ctx, Permission.CHANGE_WORK, change)
    hold_row(ctx.session, change)
    wanted = {
        "decision": None, "reason": "", "letter_reason": "", "conditions": "", "decided_at": None, "decided_by": "",
        "dismissed_reason": "",
    }  # fmt: skip
    take(ctx, change, ChangeAct.RESUME, wanted, {"why": explained(reason)})
