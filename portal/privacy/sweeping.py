"""What is erased each night because its time is over: some at a time, safe to repeat, told in figures."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, or_, select, update

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.retention import kept_since
from portal.identity.models import User
from portal.jobs.models import Job, JobState, Mail, MailState
from portal.journal import services as journal
from portal.privacy.erasing import ERASED_AT, erase_person
from portal.privacy.people import person_at
from portal.vendors.models import ColleagueInvitation, FormDraft

AT_ONCE = 1000
ACCOUNTS_AT_ONCE = 10
_OVER = (MailState.SENT, MailState.REFUSED, MailState.UNCERTAIN, MailState.GIVEN_UP)
_EMPTY_MAIL: dict[str, Any] = {"values": {"contact": None}, "link": "", "thread": ""}

Sweep = Callable[[Context, datetime], int]


@dataclass(frozen=True)
class Sweeping:
    """What the entry of the journal is about: a night's erasures."""

    id: int | None = None
    journal_label: str = "Durées de conservation"


def sweep(ctx: Context) -> tuple[dict[str, int], bool]:
    """Erase what is over: how much of each, and whether there may be more."""
    authorize(ctx, Permission.PRIVACY_MANAGE)
    told = process.settings().retention
    counts, more = {}, False
    for key, swept in SWEEPS.items():
        most = ACCOUNTS_AT_ONCE if key == "accounts.gone" else AT_ONCE
        if done := swept(ctx, kept_since(key, ctx.now, told)):
            counts[key] = done
            more = more or done >= most
    if counts:
        journal.record(ctx, "privacy.swept", Sweeping(), after={"erased": counts})
    return counts, more


def _jobs(ctx: Context, before: datetime) -> int:
    over = select(Job.id).where(
        Job.state == JobState.DONE, Job.done_at < before, or_(Job.payload != {}, Job.last_error.is_not(None))
    )
    found = ctx.session.scalars(over.order_by(Job.id).limit(AT_ONCE)).all()
    _update(ctx, Job, found, {"payload": {}, "last_error": None})
    return len(found)


def _mail_content(ctx: Context, before: datetime) -> int:
    over = select(Mail.id).where(Mail.state == MailState.SENT, Mail.sent_at < before, Mail.payload != _EMPTY_MAIL)
    found = ctx.session.scalars(over.order_by(Mail.id).limit(AT_ONCE)).all()
    _update(ctx, Mail, found, {"payload": _EMPTY_MAIL, "reason": ""})
    return len(found)


def _mail_lines(ctx: Context, before: datetime) -> int:
    return _delete(ctx, Mail, Mail.state.in_(_OVER), Mail.queued_at < before)


def _drafts(ctx: Context, before: datetime) -> int:
    return _delete(ctx, FormDraft, FormDraft.saved_at < before)


def _invitations(ctx: Context, before: datetime) -> int:
    return _delete(
        ctx, ColleagueInvitation, or_(ColleagueInvitation.closed_at < before, ColleagueInvitation.expires_at < before)
    )


def _files(ctx: Context, before: datetime) -> int:
    """Messages kept as files; those of a folder that nobody made are none."""
    found = 0
    for path in _letters(process.settings().mail_dir):
        if found < AT_ONCE and datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
            path.unlink(missing_ok=True)
            found += 1
    return found


def _letters(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.eml")) if folder.is_dir() else []


def _accounts(ctx: Context, before: datetime) -> int:
    gone = select(User).where(User.disabled_at < before, User.email.not_like(f"%{ERASED_AT}"))
    found = ctx.session.scalars(gone.order_by(User.id).limit(ACCOUNTS_AT_ONCE)).all()
    for user in found:
        erase_person(ctx, person_at(ctx, user.email))
    return len(found)


def _update(ctx: Context, model: Any, ids: Any, values: Mapping[str, Any]) -> None:
    if ids:
        ctx.session.execute(
            update(model).where(model.id.in_(ids)).values(**values).execution_options(synchronize_session=False)
        )


def _delete(ctx: Context, model: Any, *where: Any) -> int:
    found = ctx.session.scalars(select(model.id).where(*where).order_by(model.id).limit(AT_ONCE)).all()
    if found:
        gone = delete(model).where(model.id.in_(found))
        ctx.session.execute(gone.execution_options(synchronize_session=False))
    return len(found)


SWEEPS: Mapping[str, Sweep] = {
    "jobs.content": _jobs,
    "mail.content": _mail_content,
    "mail.line": _mail_lines,
    "mail.files": _files,
    "forms.drafts": _drafts,
    "invitations.over": _invitations,
    "accounts.gone": _accounts,
}
"""By duration; those of sign-ins are applied by `identity.forget`."""
