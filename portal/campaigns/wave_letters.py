"""What a wave writes: invitations, reminders, and word to the escalation contact."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from portal.audits.models import Answer, Audit
from portal.audits.rules import AuditState
from portal.audits.standing_answers import counts_here
from portal.authz.context import Context
from portal.campaigns.models import Wave
from portal.campaigns.queries import texts_in_force
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.landing import Landing
from portal.core.language import Language
from portal.identity.models import User
from portal.identity.rules import INVITATION_DAYS
from portal.jobs.mail import Envelope, send_many
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.queries import questionnaire_of
from portal.questionnaires.rules.effort import effort_of
from portal.vendors.letter_context import letter_context
from portal.vendors.letters import VendorLetter, write_letters
from portal.vendors.queries import Correspondent, people_in_charge

NAMED_AT_MOST = 40
"""Vendors named in one escalation; the board shows the others."""


@dataclass(frozen=True)
class AuditLetter:
    """What a letter about an audit says; `key` tells the letters of one kind apart."""

    template: str
    audit_id: int
    due_on: date
    state: AuditState = AuditState.OPENED
    key: str = ""


@dataclass(frozen=True)
class LetterDraft:
    """A letter to one person about one audit; `key` tells the letters of one kind apart."""

    template: str
    person: Correspondent
    audit_id: int
    due_on: date
    state: AuditState = AuditState.OPENED
    key: str = ""

    @property
    def letter(self) -> AuditLetter:
        """What it says, whoever reads it."""
        return AuditLetter(self.template, self.audit_id, self.due_on, self.state, self.key)


def series_of(wave: Wave) -> str:
    """What the letters of a wave are counted under."""
    return f"wave:{wave.id}"


def send(ctx: Context, wave: Wave, drafts: Sequence[LetterDraft]) -> int:
    """Promise letters, with a one-time link for whoever has not signed in yet; returns how many are new."""
    if not drafts:
        return 0
    asked, texts = _asked(ctx, wave, drafts), texts_in_force(ctx)
    shared: dict[int, Mapping[str, Any]] = {}
    counts: dict[int, tuple[int, int]] = {}
    for version in {one.id: one for one in asked.values()}.values():
        shared[version.id] = shared_values(ctx, questionnaire_of(ctx.session, version))
        same = [draft for draft in drafts if asked[draft.audit_id].id == version.id]
        if invited := sorted({draft.person.vendor_id for draft in same if draft.template == "invitation"}):
            counts |= counts_here(ctx, invited, questionnaire_of(ctx.session, version))
    letters = []
    for draft in drafts:
        version = asked[draft.audit_id]
        values = {**shared[version.id], **_here(counts.get(draft.person.vendor_id))}
        letters.append((draft.person, _of_wave(wave, draft, version, values, texts.get(draft.template))))
    return write_letters(ctx, letters)


def _here(count: tuple[int, int] | None) -> Mapping[str, int]:
    """How many answers are there already, and of how many: said when there are some."""
    return {} if count is None else {"here": count[0], "here_of": count[1]}


def _asked(ctx: Context, wave: Wave, drafts: Sequence[LetterDraft]) -> Mapping[int, QuestionnaireVersion]:
    """What each audit asks: the same of all, unless it is composed for each vendor."""
    ids = {draft.audit_id for draft in drafts}
    if wave.questionnaire_version is not None:
        return dict.fromkeys(ids, wave.questionnaire_version)
    rows = ctx.session.execute(
        select(Audit.id, QuestionnaireVersion)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .where(Audit.id.in_(ids))
    )
    return {row.id: row.QuestionnaireVersion for row in rows}


def _of_wave(
    wave: Wave, draft: LetterDraft, version: QuestionnaireVersion, shared: Mapping[str, Any],
    text: Mapping[str, str] | None,
) -> VendorLetter:  # fmt: skip
    letter = _letter(draft.letter, version, shared)
    return replace(letter, text=text, series=series_of(wave), contact_id=wave.campaign.created_by_id)


def single_letter(
    ctx: Context, audit: Audit, on: date, day: date, texts: Mapping[str, Mapping[str, str]]
) -> VendorLetter:
    """The reminder of an audit that no wave follows; `on` is the day it fell due, and tells it from the next one.

    `texts` are the wordings in force.
    """
    template = "late" if audit.due_on < day else "reminder"
    draft = AuditLetter(template, audit.id, audit.due_on, audit.state, f":{on}")
    version = audit.questionnaire_version
    letter = _letter(draft, version, shared_values(ctx, questionnaire_of(ctx.session, version)))
    return replace(letter, text=texts.get(template), contact_id=audit.opened_by_id)


def shared_values(ctx: Context, questionnaire: Questionnaire) -> Mapping[str, Any]:
    """What every message about a questionnaire says of it."""
    effort = effort_of(questionnaire)
    return {
        "questions": effort.questions,
        "at_most": effort.at_most,
        "minutes": effort.minutes,
        "link_days": INVITATION_DAYS,
        "today": ctx.today.isoformat(),
    }


def _letter(draft: AuditLetter, version: QuestionnaireVersion, shared: Mapping[str, Any]) -> VendorLetter:
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
        title=version.title,
        invites=True,
    )


@dataclass(frozen=True)
class SilentVendor:
    """A vendor whose answers are late, with what was done about it."""

    name: str
    due_on: date
    is_reached: bool
    """Whether anybody there was written to at all."""
    reminders: int
    """How many were sent."""
    is_returned: bool
    """Whether it answered once, and complements are awaited."""


def escalate(ctx: Context, wave: Wave, late: Sequence[SilentVendor], day: date) -> int:
    """Tell the escalation contact, in one letter, of the vendors that are late: name and date due of each, reminders.

    It comes from whoever planned the campaign, or from a data protection officer: there is someone to answer.
    """
    to = wave.campaign.escalation_email
    language = ctx.session.scalar(select(User.language).where(User.email == to)) or Language.FR
    planner_id = wave.campaign.created_by_id
    writers = letter_context(ctx, [], {planner_id} if planner_id else frozenset())
    named = [
        {
            "vendor": one.name, "due_on": one.due_on.isoformat(), "is_reached": one.is_reached,
            "reminders": one.reminders, "is_returned": one.is_returned,
        }
        for one in late[:NAMED_AT_MOST]
    ]  # fmt: skip
    return send_many(ctx, [
        Envelope(
            template="campaigns/emails/escalation",
            recipient=to,
            language=language,
            dedup=f"wave:{wave.id}:escalation:{day}",
            values={
                "organisation": process.settings().organisation,
                "campaign": wave.campaign.name,
                "title": wave.title[language.value],
                "count": len(late),
                "late": named,
                "more": len(late) - len(named),
            },
            link=Landing("campaigns.wave", wave_id=wave.id, etat="en-retard"),
            about=f"wave:{wave.id}",
            series=series_of(wave),
            contact=writers.contact_for(0, planner_id, language),
            thread=f"wave:{wave.id}:escalation",
        )
    ])  # fmt: skip


def people_for(ctx: Context, audits: Sequence[Audit]) -> dict[int, list[Correspondent]]:
    """Whom to write to at each vendor about some audits: the people in charge and those who answered."""
    vendor_of = {audit.id: audit.vendor_id for audit in audits}
    took_part: dict[int, frozenset[int]] = dict.fromkeys(vendor_of.values(), frozenset())
    rows = ctx.session.execute(
        select(Answer.audit_id, Answer.updated_by_id).where(Answer.audit_id.in_(vendor_of)).distinct()
    )
    for audit_id, user_id in rows:
        if user_id is not None:
            took_part[vendor_of[audit_id]] |= {user_id}
    return by_vendor(people_in_charge(ctx.session, took_part))


def by_vendor(people: Iterable[Correspondent]) -> dict[int, list[Correspondent]]:
    """Whom to write to at each vendor."""
    found: dict[int, list[Correspondent]] = {}
    for person in people:
        found.setdefault(person.vendor_id, []).append(person)
    return found
