"""What a wave writes: invitations, reminders, and word to the escalation contact."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.campaigns.models import Wave
from portal.core import process
from portal.core.landing import Landing
from portal.core.language import Language
from portal.identity.models import User
from portal.identity.rules import INVITATION_DAYS
from portal.jobs.mail import Envelope, send_many
from portal.questionnaires.queries import questionnaire_of
from portal.questionnaires.rules.effort import effort_of
from portal.vendors.letters import VendorLetter, write_letters
from portal.vendors.queries import Correspondent

NAMED_AT_MOST = 40
"""Vendors named in one escalation; the board shows the others."""


@dataclass(frozen=True)
class LetterDraft:
    """A letter to one person about one audit; `key` tells the letters of one kind apart."""

    template: str
    person: Correspondent
    audit_id: int
    due_on: date
    state: AuditState = AuditState.OPENED
    key: str = ""


def series_of(wave: Wave) -> str:
    """What the letters of a wave are counted under."""
    return f"wave:{wave.id}"


def send(ctx: Context, wave: Wave, drafts: Sequence[LetterDraft]) -> int:
    """Promise letters, with a one-time link for whoever has not signed in yet; returns how many are new."""
    if not drafts:
        return 0
    shared = _shared_values(ctx, wave)
    return write_letters(ctx, [(draft.person, _letter(wave, draft, shared)) for draft in drafts])


def _shared_values(ctx: Context, wave: Wave) -> Mapping[str, Any]:
    effort = effort_of(questionnaire_of(ctx.session, wave.questionnaire_version))
    return {
        "questions": effort.questions,
        "at_most": effort.at_most,
        "minutes": effort.minutes,
        "link_days": INVITATION_DAYS,
        "today": ctx.today.isoformat(),
    }


def _letter(wave: Wave, draft: LetterDraft, shared: Mapping[str, Any]) -> VendorLetter:
    due_on = draft.due_on.isoformat()
    return VendorLetter(
        template=f"campaigns/emails/{draft.template}",
        key=f"audit:{draft.audit_id}:{draft.template}{draft.key}",
        landing=Landing("vendor_space.audit", audit_id=draft.audit_id),
        about=f"audit:{draft.audit_id}",
        values={
            **shared,
            "due_on": due_on,
            "is_overdue": due_on < shared["today"],
            "started": draft.state is not AuditState.OPENED,
            "returned": draft.state is AuditState.RETURNED,
        },
        title=wave.questionnaire_version.title,
        series=series_of(wave),
        invites=True,
    )


def escalate(ctx: Context, wave: Wave, late: Sequence[tuple[str, date]], day: date) -> int:
    """Tell the escalation contact, in one letter, of the vendors that stayed silent: name and date due of each."""
    to = wave.campaign.escalation_email
    language = ctx.session.scalar(select(User.language).where(User.email == to)) or Language.FR
    named = [{"vendor": name, "due_on": due_on.isoformat()} for name, due_on in late[:NAMED_AT_MOST]]
    return send_many(ctx, [
        Envelope(
            template="campaigns/emails/escalation",
            recipient=to,
            language=language,
            dedup=f"wave:{wave.id}:escalation:{day}",
            values={
                "organisation": process.settings().organisation,
                "campaign": wave.campaign.name,
                "title": wave.questionnaire_version.title[language.value],
                "count": len(late),
                "late": named,
                "more": len(late) - len(named),
            },
            link=Landing("campaigns.wave", wave_id=wave.id, etat="en-retard"),
            about=f"wave:{wave.id}",
            series=series_of(wave),
        )
    ])  # fmt: skip


def by_vendor(people: Iterable[Correspondent]) -> dict[int, list[Correspondent]]:
    """Whom to write to at each vendor."""
    found: dict[int, list[Correspondent]] = {}
    for person in people:
        found.setdefault(person.vendor_id, []).append(person)
    return found
