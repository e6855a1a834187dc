"""What every use case of findings does: keep the row, take an act of the table, leave a trace."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from portal.authz.context import Context
from portal.core import workdays
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.stored import StoredFile
from portal.findings.models import Finding, FindingMessage
from portal.findings.rules import FindingAct, FindingState, state_after
from portal.journal import services as journal

PAST = N_("L'échéance est déjà passée : choisissez une date à venir.")
FEWEST_LETTERS = 10
"""Of the words that say why: « ok » shows nothing to whoever reads the file in a year."""
_SETTLED = N_("Ce constat est clos : rouvrez-le d'abord.")
_NOT_EXPECTED = N_("Une réponse est déjà en cours de lecture : attendez qu'elle soit lue.")


def take(finding: Finding, act: FindingAct) -> FindingState:
    """The state that an act leads to from where the finding stands; raises Refused when the table has no such act."""
    state = state_after(act, finding.state)
    if state is not None:
        return state
    if act is FindingAct.REOPEN:
        raise Refused(N_("Ce constat est déjà ouvert."))
    raise Refused(_SETTLED if finding.state.is_settled else _NOT_EXPECTED)


def explained(words: str) -> str:
    """Words that say something; raises Refused."""
    if sum(letter.isalpha() for letter in words) < FEWEST_LETTERS:
        raise Refused(N_("Écrivez pourquoi, en quelques mots : ce motif reste au dossier."))
    return words


def working_day(day: date) -> date:
    """The day agreed for an action: never a Saturday, a Sunday or a public holiday."""
    return workdays.next_working(day)


def moved_to(finding: Finding, due_on: date) -> dict[str, Any]:
    """The columns that a new due date changes: later is counted, and a proposal has its answer."""
    if due_on == finding.due_on:
        return {}
    later = due_on > finding.due_on
    return {
        "due_on": due_on, "postponements": finding.postponements + later, "proposed_due_on": None,
        "proposed_by": "", "proposed_reason": "",
    }  # fmt: skip


NO_PROPOSAL: Mapping[str, Any] = {"proposed_due_on": None, "proposed_by": "", "proposed_reason": ""}
ASKED_AGAIN: Mapping[str, Any] = {
    "state": FindingState.OPEN, "closed_at": None, "closed_by": "", "closing_reason": "", "closing_basis": None,
    "waived_until": None, "waived_level": None, **NO_PROPOSAL,
}  # fmt: skip
"""What a finding that is asked again forgets; the journal keeps it."""


def proofs_given(ctx: Context, finding: Finding) -> int:
    """How many files the vendor gave since the correction is asked."""
    return (
        ctx.session.scalar(
            select(func.count(FindingMessage.id)).where(
                FindingMessage.finding_id == finding.id, FindingMessage.from_vendor.is_(True),
                FindingMessage.file_id.is_not(None), FindingMessage.at >= finding.asked_at,
            )
        )
        or 0
    )  # fmt: skip


def trace(
    ctx: Context, finding: Finding, action: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:  # fmt: skip
    """Leave an entry of the journal."""
    ctx.session.flush()
    journal.record(ctx, action, finding, before=before, after=after)


def write_message(
    ctx: Context, finding: Finding, text: str, *, from_vendor: bool, internal: bool, file: StoredFile | None = None
) -> FindingMessage:
    """Add a message, with the file that came with it; raises Refused when it says nothing."""
    if not text:
        raise Refused(N_("Écrivez un message."))
    message = FindingMessage(
        finding_id=finding.id, at=ctx.now, author_id=ctx.actor.id, author_name=ctx.actor.name, from_vendor=from_vendor,
        internal=internal, text=text, file_id=file.id if file is not None else None,
    )  # fmt: skip
    ctx.session.add(message)
    ctx.session.flush()
    journal.record(
        ctx,
        "finding.message",
        finding,
        after={"internal": internal, "text": text, "file": file.filename if file is not None else None},
    )
    return message
