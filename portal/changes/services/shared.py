"""What every use case of announced changes does: keep the row, take an act of the table, leave a trace."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.authz.context import Context
from portal.changes.deadline_lines import deadline_lines, object_before
from portal.changes.legislation import objection_law
from portal.changes.models import AnnouncedChange, ChangeMove
from portal.changes.rules.life import ACTS, ChangeAct, MoveStanding, leads_to, refusal_of
from portal.core.clock import legal_date
from portal.core.errors import Refused
from portal.core.language import N_
from portal.incidents.rules.sense import says_something
from portal.journal import services as journal

LONGEST_TEXT = 5_000
FUTURE = N_("Ce moment est à venir : donnez-en un qui est passé.")
_QUIET = frozenset({"letter", "deadline", "text", "sought"})
_NAMES = {"decision": "change_decision"}


def check_receipt(ctx: Context, at: datetime) -> None:
    """Raise Refused for a moment to come, or so old that no way of counting a delay is known."""
    if at > ctx.now:
        raise Refused(FUTURE)
    if objection_law().find("receipt.uncounted", legal_date(at)) is None:
        raise Refused(N_("Ce moment est trop ancien : vérifiez l'année."))


def take(
    ctx: Context,
    change: AnnouncedChange,
    act: ChangeAct,
    changes: Mapping[str, Any] | None = None,
    noted: Mapping[str, Any] | None = None,
) -> None:
    """Take an act of the table with what it writes, and journal it; raises Refused when the table has no such act."""
    state = leads_to(act, change.state)
    if state is None:
        raise Refused(refusal_of(act, change.state))
    before, after = journal.changes(change, {**(changes or {}), "state": state})
    ctx.session.flush()
    journal.record(ctx, ACTS[act].noted, change, before=told(before), after={**told(after), **(noted or {})})


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the journal keeps of some columns, under the names it knows."""
    return {_NAMES.get(name, name): value for name, value in values.items() if name not in _QUIET}


def explained(text: str) -> str:
    """A reason that says something; raises Refused."""
    found = text.strip()
    if not says_something(found):
        raise Refused(N_("Donnez un motif qui dise quelque chose : une phrase, avec vos mots."))
    return found


def moves_of(ctx: Context, change: AnnouncedChange) -> Sequence[ChangeMove]:
    """The lines of a change, discarded ones too, in the order in which they were entered."""
    return ctx.session.scalars(
        select(ChangeMove).where(ChangeMove.change_id == change.id).order_by(ChangeMove.id)
    ).all()


def retained_moves(ctx: Context, change: AnnouncedChange) -> list[ChangeMove]:
    """Those that a person has said are announced indeed."""
    return [move for move in moves_of(ctx, change) if move.standing is MoveStanding.RETAINED]


def keep_title(ctx: Context, change: AnnouncedChange) -> None:
    """Name the change by the companies it is about."""
    names = [move.name for move in moves_of(ctx, change) if move.standing is not MoveStanding.DISCARDED]
    title = ", ".join(dict.fromkeys(names))[:300]
    if title and title != change.title:
        change.title = title
    ctx.session.flush()


def keep_deadline(ctx: Context, change: AnnouncedChange) -> bool:
    """Count again until when one may object, while no answer has left; whether it moved."""
    if not change.state.is_waiting:
        return False
    wanted = object_before(deadline_lines(ctx, change.vendor_id, change.received_at))
    before, after = journal.changes(change, {"object_before": wanted})
    ctx.session.flush()
    if after:
        journal.record(ctx, "change.deadline_kept", change, before=before, after=after)
    return bool(after)
