"""What the vendor's pages show of what is arranged around an audit: parts given, questions asked, time asked for."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask import url_for

from portal.audits import delay_queries, delegation_queries, thread_queries
from portal.audits.delegation_queries import DelegatedPart
from portal.audits.exchange_models import DelayRequest, Delegation
from portal.audits.models import Audit
from portal.audits.queries import AuditAnswers
from portal.audits.rules import usual_day
from portal.audits.services import may_follow
from portal.audits.thread_queries import ThreadLine
from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core import workdays
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.questionnaires.queries import questionnaire_of
from portal.vendor_space.audit_page import AuditPage
from portal.vendor_space.questionnaire_text import QuestionnaireText, questionnaire_text
from portal.web.text import _, current_language


def part_title(text: QuestionnaireText, row: Delegation) -> str:
    """« Sécurité », or « Question 2.3 » of it, in the reader's language."""
    section = text.section(row.section_key)
    title = section.title if section is not None else ""
    found = text.by_question.get(row.question_key)
    if found is None:
        return title
    return str(_("%(section)s, question %(number)s", section=title, number=found[1].number))


@dataclass(frozen=True)
class GivenLine:
    """A part given to a colleague, as the page of the audit lists it."""

    part: DelegatedPart
    title: str
    url: str
    may_follow: bool
    """Whether the reader may remind the colleague or take it back."""


@dataclass(frozen=True)
class VendorExchanges:
    """What is arranged around an audit."""

    given: Sequence[GivenLine]
    threads: Mapping[str, ThreadLine]
    delay: DelayRequest | None
    """The latest request for more time of this round."""
    delay_waits: bool
    usual_day: date | None
    """What is proposed to ask for; none when no day is left, or when one is asked for already."""

    @property
    def given_sections(self) -> frozenset[str]:
        """The keys of the sections that a colleague has as a whole."""
        return frozenset(line.part.row.section_key for line in self.given if not line.part.row.question_key)


def vendor_exchanges(ctx: Context, page: AuditPage) -> VendorExchanges:
    """The same, for one audit; three statements."""
    sheet = page.sheet
    asked = delay_queries.last_request(ctx, sheet.audit) if sheet.audit.state.is_with_vendor else None
    waits = delay_queries.is_waiting(asked, sheet.audit)
    return VendorExchanges(
        given=[_line(ctx, page, part) for part in delegation_queries.delegated_parts(ctx, sheet)],
        threads=thread_queries.threads_of(ctx, sheet.audit.id),
        delay=asked,
        delay_waits=waits,
        usual_day=None if waits or not ctx.can(Permission.AUDIT_ANSWER) else day_to_ask(ctx, sheet.audit),
    )


def _line(ctx: Context, page: AuditPage, part: DelegatedPart) -> GivenLine:
    row = part.row
    return GivenLine(part, part_title(page.text, row), part_url(row), may_follow(ctx, row))


def part_url(row: Delegation) -> str:
    """Where a part that was given is answered."""
    return url_for("vendor_space.section", audit_id=row.audit_id, section_key=row.section_key, confie=row.id)


def day_to_ask(ctx: Context, audit: Audit) -> date | None:
    """The day that is proposed to whoever asks for more time; a working one."""
    if not audit.state.is_with_vendor:
        return None
    day = usual_day(audit.due_on, legal_date(audit.opened_at), ctx.today)
    return workdays.next_working(day) if day is not None else None


@dataclass(frozen=True)
class PartHere:
    """The part that whoever reads a section was sent to: who asks, and what of it is left."""

    row: Delegation
    title: str
    left: int
    optional: int
    """Questions of it that have no answer and need none."""
    is_mine: bool
    """Whether it is asked of the reader; it may be the giver who looks."""

    @property
    def question_key(self) -> str:
        """The one question, or nothing for the whole section."""
        return self.row.question_key


def part_here(ctx: Context, sheet: AuditAnswers, section_key: str, wanted: int | None) -> PartHere | None:
    """The part that an address names, while it stands and is of this section; none shows the section as it is."""
    if wanted is None or not sheet.audit.state.is_with_vendor:
        return None
    try:
        row = delegation_queries.delegation_of(ctx, sheet.audit.id, wanted)
    except NotFound:
        return None
    if row.section_key != section_key:
        return None
    text = questionnaire_text(sheet.questionnaire, current_language())
    left = len(delegation_queries.left_in_part(sheet, row))
    optional = len(delegation_queries.spared_in_part(sheet, row))
    return PartHere(row, part_title(text, row), left, optional, row.email == ctx.actor.email)


@dataclass(frozen=True)
class AskedOfMe:
    """A part that a colleague asks of the reader, as their home lists it."""

    title: str
    url: str
    by: str
    due_on: date | None


def asked_of_me(ctx: Context) -> Sequence[AskedOfMe]:
    """What colleagues ask of whoever reads this; one statement."""
    found = []
    for row, version in delegation_queries.given_to_me(ctx):
        text = questionnaire_text(questionnaire_of(ctx.session, version), current_language())
        found.append(AskedOfMe(part_title(text, row), part_url(row), row.given_by_name, row.due_on))
    return found
