"""An announced change is studied: its lines settled by a person, opinions asked and given."""

from collections.abc import Mapping

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.changes.mails import ask_opinion as write_to_adviser
from portal.changes.mails import opinion_given as write_to_deciders
from portal.changes.models import AnnouncedChange, ChangeMove, ChangeOpinion
from portal.changes.rules.life import ChangeAct, ChangeState, MoveStanding, Opinion
from portal.changes.services.recording import MoveSheet, check_move
from portal.changes.services.shared import explained, keep_deadline, keep_title, moves_of, take
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.core.row_lock import hold_row
from portal.identity.models import User
from portal.identity.queries import holders_of
from portal.journal import services as journal

NO_COMPANY = N_("Aucune société n'est retenue : écrivez ce qui change, ou écartez l'annonce en disant pourquoi.")
_OPEN = (ChangeState.RECEIVED, ChangeState.STUDIED)


def write_move(ctx: Context, change: AnnouncedChange, move: ChangeMove | None, sheet: MoveSheet) -> ChangeMove:
    """Write a line, or correct one: it is retained, for a person wrote it."""
    authorize(ctx, Permission.CHANGE_WORK, change)
    hold_row(ctx.session, change)
    _must_be_open(change)
    check_move(sheet)
    wanted = {
        "kind": sheet.kind, "name": sheet.name[:300], "replaces": sheet.replaces[:300], "country": sheet.country,
        "processing": sheet.processing, "tool": sheet.tool, "starts_on": sheet.starts_on,
        "standing": MoveStanding.RETAINED, "settled_by": ctx.actor.name, "settled_at": ctx.now,
    }  # fmt: skip
    before: dict[str, object] = {}
    if move is None:
        move, after = ChangeMove(change=change, quote=sheet.quote, **wanted), dict(wanted)
        ctx.session.add(move)
    else:
        before, after = journal.changes(move, wanted)
    ctx.session.flush()
    journal.record(ctx, "change.move_written", move, before=_told(before), after=_told(after))
    keep_title(ctx, change)
    return move


def discard_move(ctx: Context, change: AnnouncedChange, move: ChangeMove) -> None:
    """Say that a line is not announced; it stays, with who said so."""
    authorize(ctx, Permission.CHANGE_WORK, change)
    hold_row(ctx.session, change)
    _must_be_open(change)
    before, after = journal.changes(
        move, {"standing": MoveStanding.DISCARDED, "settled_by": ctx.actor.name, "settled_at": ctx.now}
    )
    ctx.session.flush()
    journal.record(ctx, "change.move_discarded", move, before=_told(before), after=_told(after))
    keep_title(ctx, change)


def _told(values: Mapping[str, object]) -> dict[str, object]:
    left_out = {"settled_by", "settled_at"}
    return {"move_kind" if name == "kind" else name: value for name, value in values.items() if name not in left_out}


def retain_moves(ctx: Context, change: AnnouncedChange) -> None:
    """Say that the lines left are what is announced: the study begins. Raises Refused when there is none."""
    authorize(ctx, Permission.CHANGE_WORK, change)
    hold_row(ctx.session, change)
    kept = [move for move in moves_of(ctx, change) if move.standing is not MoveStanding.DISCARDED]
    if not kept:
        raise Refused(NO_COMPANY)
    for move in kept:
        if move.standing is MoveStanding.PROPOSED:
            move.standing, move.settled_by, move.settled_at = MoveStanding.RETAINED, ctx.actor.name, ctx.now
    take(ctx, change, ChangeAct.RETAIN, noted={"names": [move.name for move in kept]})
    keep_title(ctx, change)
    keep_deadline(ctx, change)


def _must_be_open(change: AnnouncedChange) -> None:
    if change.state not in _OPEN:
        raise Refused(N_("Ce changement est décidé : reprenez l'étude pour en corriger les lignes."))


def ask_opinion(ctx: Context, change: AnnouncedChange, adviser: User) -> ChangeOpinion:
    """Ask somebody of ours what they think; they are told in their next digest, and on their home page."""
    authorize(ctx, Permission.CHANGE_WORK, change)
    hold_row(ctx.session, change)
    if adviser.id not in {person.id for person in holders_of(ctx, Permission.CHANGE_ADVISE, change)}:
        raise Refused(N_("Cette personne ne peut pas lire ce changement : demandez à une autre."))
    if opinion_of(ctx, change, adviser.id) is not None:
        raise Refused(N_("Son avis est déjà demandé."))
    take(ctx, change, ChangeAct.ASK, noted={"adviser": adviser.name})
    asked = ChangeOpinion(change=change, adviser=adviser, asked_by=ctx.actor.name, asked_at=ctx.now)
    ctx.session.add(asked)
    ctx.session.flush()
    write_to_adviser(ctx, change, adviser)
    return asked


def give_opinion(ctx: Context, change: AnnouncedChange, opinion: Opinion, reason: str) -> ChangeOpinion:
    """Say what one thinks, with reasons; only whoever was asked. Raises Refused for words that say nothing."""
    authorize(ctx, Permission.CHANGE_ADVISE, change)
    hold_row(ctx.session, change)
    asked = opinion_of(ctx, change, ctx.actor.id)
    if asked is None:
        raise NotFound()
    told = explained(reason)
    take(ctx, change, ChangeAct.ADVISE, noted={"opinion": opinion, "reason": told})
    asked.opinion, asked.reason, asked.given_at = opinion, told, ctx.now
    ctx.session.flush()
    write_to_deciders(ctx, change, ctx.actor.name)
    return asked


def opinion_of(ctx: Context, change: AnnouncedChange, user_id: int | None) -> ChangeOpinion | None:
    """What somebody was asked of this change, or nothing."""
    return ctx.session.scalar(
        select(ChangeOpinion).where(ChangeOpinion.change_id == change.id, ChangeOpinion.adviser_id == user_id)
    )
