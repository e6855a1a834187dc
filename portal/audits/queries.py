"""Reads of audits: lists bounded by reach, and the sheet of answers that pages and rules work on."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, cast, func, null, select, union_all
from sqlalchemy.orm import contains_eager, joinedload

from portal.audits.models import (
    Answer,
    AnswerEvidence,
    Audit,
    AuditFinding,
    Review,
    StandingAnswer,
    Submission,
    value_of,
    with_pieces,
)
from portal.audits.register_facts import ASKED, register_facts
from portal.audits.rules import AskedAgain, AuditState, CarriedAs, HeldAnswer, Round, open_among, proposed_answers
from portal.audits.standing_answers import asked_of, held_proofs, standing_rows
from portal.authz.context import Context, reach, visible
from portal.authz.policy import Permission, Reach
from portal.core.asked import asked
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.pages import PAGE_SIZE, Page
from portal.core.statements import written_once
from portal.findings.models import Finding
from portal.journal.models import JournalEntry
from portal.questionnaires.definition import GivenAnswer, Question, Questionnaire
from portal.questionnaires.models import QuestionnaireVersion
from portal.questionnaires.queries import questionnaire_of
from portal.questionnaires.rules.completing import (
    MissingItem,
    MissingReason,
    SectionProgress,
    missing_items,
    progress_by_section,
    visible_questions,
)
from portal.questionnaires.rules.numbering import numbers_asked
from portal.vendors.models import Vendor


@dataclass(frozen=True)
class CarriedAnswer:
    """A stored answer that was proposed first: what it made of the proposal, and where that came from."""

    outcome: CarriedAs
    audit_id: int | None
    first_said_at: datetime | None


@dataclass(frozen=True)
class AuditAnswers:
    """An audit's answers, as the rules and the pages need them."""

    audit: Audit
    questionnaire: Questionnaire
    answers: Mapping[str, GivenAnswer]
    versions: Mapping[str, int]
    """Optimistic lock of each stored answer."""
    round: Round
    touched: Mapping[str, datetime] = field(default_factory=dict)
    """When each stored answer was last changed."""
    carried: Mapping[str, CarriedAnswer] = field(default_factory=dict)
    """Stored answers that were proposed first."""
    held: Mapping[str, HeldAnswer] = field(default_factory=dict)
    """What stands for the vendor, by question key; nothing once it has sent, or when nothing is proposed here."""
    spared: frozenset[str] = frozenset()
    """Questions without an answer that need none, as the floor that counts points says; it is asked where it matters.
    """

    @cached_property
    def proposed(self) -> Mapping[str, GivenAnswer]:
        """Standing answers that nobody has confirmed or changed yet. They count as no answer."""
        return proposed_answers(self.questionnaire, self.held, self.versions.keys() | self.round.settled)

    @cached_property
    def read(self) -> Mapping[str, GivenAnswer]:
        """What is answered and, elsewhere, proposed: the vendor reads it, and it decides which questions show."""
        return {**self.proposed, **self.answers}

    @cached_property
    def shown(self) -> frozenset[str]:
        """Questions that are asked, given these answers."""
        return frozenset(question.key for question in visible_questions(self.questionnaire, self.read))

    @cached_property
    def numbers(self) -> Mapping[str, str]:
        """The number of each question that is asked."""
        return numbers_asked(self.questionnaire, self.shown)

    def number_of(self, key: str) -> str:
        """The number of a question as its page shows it; of one that is not asked now, its place in the whole."""
        return self.numbers.get(key) or self.questionnaire.numbers[key]

    @cached_property
    def missing(self) -> tuple[MissingItem, ...]:
        """All that keeps the answers from being sent."""
        return without_optional(self._owed, self.round.optional | self.spared)

    @cached_property
    def progress(self) -> tuple[SectionProgress, ...]:
        """How far each section is."""
        found = self.shown, self._owed
        return progress_by_section(self.questionnaire, self.answers, self.proposed, self.spared, found)

    @cached_property
    def _owed(self) -> tuple[MissingItem, ...]:
        return missing_items(self.questionnaire, self.answers, self.proposed, self.shown)

    @cached_property
    def open_keys(self) -> frozenset[str]:
        """Questions that may be changed now."""
        if not self.audit.state.is_with_vendor:
            return frozenset()
        return open_among(self.shown, self.round)


def without_optional(owed: Sequence[MissingItem], optional: Collection[str]) -> tuple[MissingItem, ...]:
    """What is owed, but for answers to questions that need none; one that was begun is still to be completed."""
    return tuple(item for item in owed if item.question not in optional or item.reason is not MissingReason.UNANSWERED)


def get_audit(ctx: Context, audit_id: int, *, to: Permission, lock: bool = False) -> Audit:
    """One audit with its vendor and frozen version; out of reach is NotFound."""
    statement = (
        select(Audit)
        .options(joinedload(Audit.vendor), joinedload(Audit.questionnaire_version))
        .where(Audit.id == audit_id, visible(ctx, to, Audit))
    )
    if lock:
        statement = statement.with_for_update(of=Audit).execution_options(populate_existing=True)
    audit = ctx.session.scalar(statement)
    if audit is None:
        raise NotFound()
    return audit


def open_sheet(ctx: Context, audit_id: int, *, to: Permission, lock: bool = False) -> AuditAnswers:
    """An audit with its answers, in two statements; out of reach is NotFound.

    `lock` keeps the audit to this transaction: whoever submits, returns or answers it at the same moment waits, so that
    nothing is answered after it was sent, and each sees what the other wrote: the answers are read after the wait.
    """
    reached = reach(ctx, to)
    statement = _opened(reached.shape, lock=lock)
    found = ctx.session.execute(statement, {"audit_id": audit_id, **reached.parameters}).one_or_none()
    if found is None:
        raise NotFound()
    audit, sent = found
    return _sheet(ctx, audit, sent)


def sheet_of(ctx: Context, audit: Audit) -> AuditAnswers:
    """Every answer of an audit already loaded, with the number of files attached."""
    sent = None
    if audit.round > 1:
        sent = ctx.session.scalar(
            select(Submission.sha256).where(Submission.audit_id == audit.id).order_by(Submission.round.desc()).limit(1)
        )
    return _sheet(ctx, audit, sent)


def _sheet(ctx: Context, audit: Audit, sent: str | None) -> AuditAnswers:
    rows, standing = _answers(ctx, audit)
    questionnaire = questionnaire_of(ctx.session, audit.questionnaire_version)
    return AuditAnswers(
        audit=audit,
        questionnaire=questionnaire,
        answers={row[0]: GivenAnswer(value_of(row[1]), row[2], row[5] or 0) for row in rows},
        versions={row[0]: row[3] for row in rows},
        round=_round(ctx, audit, sent),
        touched={row[0]: row[4] for row in rows},
        carried={row[0]: CarriedAnswer(row[6], row[7], row[8]) for row in rows if row[6] is not None},
        held=_held(ctx, audit, questionnaire, standing, {row[0] for row in rows}) if _proposes(audit) else {},
    )


def _answers(ctx: Context, audit: Audit) -> tuple[Sequence[Any], dict[str, HeldAnswer]]:
    """The answers of an audit, and those that stand for its vendor when some are proposed; one statement."""
    ctx.session.flush()
    connection = ctx.session.connection()  # for columns, and no object, the session only adds to it
    if not _proposes(audit):
        return asked(connection, _ANSWERS, {"audit_id": audit.id}).all(), {}
    rows, standing = [], {}
    of = {"audit_id": audit.id, "vendor_id": audit.vendor_id}
    for row in asked(connection, _ANSWERS_AND_STANDING, of).all():
        if row[9] is None:
            rows.append(row)
            continue
        standing[row[0]] = HeldAnswer(
            value=value_of(row[1]), comment=row[2], files=row[5], contested=row[9], under_finding=row[11] is not None,
            said_at=row[8], said_by=row[10], audit_id=row[7],
        )  # fmt: skip
    return rows, standing


def _round(ctx: Context, audit: Audit, sent: str | None) -> Round:
    answered, left_out = _sent_keys(ctx, audit, sent) if sent is not None else _NOTHING_SENT
    returned = frozenset(audit.returned_questions)
    return Round(audit.round, returned, answered | left_out, left_out - returned)


def _proposes(audit: Audit) -> bool:
    return audit.carries and audit.state.is_with_vendor


def _held(
    ctx: Context, audit: Audit, questionnaire: Questionnaire, standing: Mapping[str, HeldAnswer], answered: set[str]
) -> dict[str, HeldAnswer]:
    """What stands for the vendor and, for the other questions still open, the facts of the register."""
    keys = {key for key in ASKED if questionnaire.question(key)} - standing.keys() - answered
    facts = register_facts(ctx, [audit.vendor_id], keys) if keys else {}
    return {**facts.get(audit.vendor_id, {}), **standing}


_LAST_SENT = (
    select(Submission.sha256)
    .where(Submission.audit_id == Audit.id)
    .order_by(Submission.round.desc())
    .limit(1)
    .scalar_subquery()
)


@written_once
def _opened(reached: Reach, *, lock: bool) -> Select[Any]:
    found = (
        select(Audit, case((Audit.round > 1, _LAST_SENT)))
        .join(Audit.questionnaire_version)
        .options(contains_eager(Audit.questionnaire_version))
        .where(Audit.id == bindparam("audit_id"), reached.over(Audit))
    )
    return found.with_for_update(of=Audit).execution_options(populate_existing=True) if lock else found


_FILES = (
    select(AnswerEvidence.question_key, func.count().label("n"))
    .where(AnswerEvidence.audit_id == bindparam("audit_id"))
    .group_by(AnswerEvidence.question_key)
    .subquery()
)
_ANSWERS = (
    select(
        Answer.question_key, Answer.value, Answer.comment, Answer.version, Answer.updated_at, _FILES.c.n,
        Answer.carried, Answer.source_audit_id, Answer.first_said_at,
    )
    .outerjoin(_FILES, _FILES.c.question_key == Answer.question_key)
    .where(Answer.audit_id == bindparam("audit_id"))
)  # fmt: skip


def _nothing(column: Any) -> ColumnElement[Any]:
    return cast(null(), column.type)


_ANSWERS_AND_STANDING = union_all(
    _ANSWERS.add_columns(_nothing(StandingAnswer.contested), _nothing(StandingAnswer.said_by), _nothing(Finding.id)),
    standing_rows(
        StandingAnswer.question_key, StandingAnswer.value, StandingAnswer.comment, _nothing(Answer.version),
        _nothing(Answer.updated_at), StandingAnswer.file_count, _nothing(Answer.carried), StandingAnswer.audit_id,
        StandingAnswer.said_at, StandingAnswer.contested, StandingAnswer.said_by, Finding.id,
    ).where(StandingAnswer.vendor_id == bindparam("vendor_id")),
)  # fmt: skip
"""These are built once: they are run at each save of an answer."""

_SentKeys = tuple[frozenset[str], frozenset[str]]
"""The questions of a submission: those it answers, and those it left out because they could change nothing."""
_NOTHING_SENT: _SentKeys = (frozenset(), frozenset())
_SENT_KEYS: dict[str, _SentKeys] = {}
_KEEP_AT_MOST = 1024


def _sent_keys(ctx: Context, audit: Audit, sha256: str) -> _SentKeys:
    """The questions of a submission; kept by its digest, for what was sent never changes."""
    found = _SENT_KEYS.get(sha256)
    if found is None:
        content = ctx.session.scalar(
            select(Submission.content).where(Submission.audit_id == audit.id, Submission.sha256 == sha256).limit(1)
        )
        found = (frozenset((content or {}).get("answers", {})), frozenset((content or {}).get("optional", ())))
        if len(_SENT_KEYS) >= _KEEP_AT_MOST:
            _SENT_KEYS.pop(next(iter(_SENT_KEYS)))
        _SENT_KEYS[sha256] = found
    return found


def asked_in(ctx: Context, sheet: AuditAnswers) -> dict[str, AskedAgain]:
    """What proposed answers of a sheet ask, by question; one statement, none when nothing is proposed."""
    if not sheet.proposed:
        return {}
    proofs = held_proofs(ctx, sheet.audit.vendor_id)
    return asked_of(sheet.questionnaire, sheet.held, proofs, sheet.proposed, ctx.today)


def to_redo(sheet: AuditAnswers) -> frozenset[str]:
    """Questions of a returned round that nobody has touched since, and new ones not answered yet."""
    if sheet.round.number <= 1 or not sheet.audit.state.is_with_vendor:
        return frozenset()
    return frozenset(key for key in sheet.open_keys if not is_redone(sheet, key))


def is_redone(sheet: AuditAnswers, key: str) -> bool:
    """Whether an answer was changed, or given a file, since the last submission."""
    touched, sent = sheet.touched.get(key), sheet.audit.submitted_at
    return touched is not None and (sent is None or touched > sent)


def files_of(ctx: Context, audit: Audit) -> dict[str, list[AnswerEvidence]]:
    """Proofs attached to each answer, oldest first."""
    found: dict[str, list[AnswerEvidence]] = defaultdict(list)
    for row in ctx.session.scalars(_files(), {"audit_id": audit.id}):
        found[row.question_key].append(row)
    return dict(found)


@written_once
def _files() -> Select[AnswerEvidence]:
    return (
        select(AnswerEvidence)
        .options(*with_pieces())
        .where(AnswerEvidence.audit_id == bindparam("audit_id"))
        .order_by(AnswerEvidence.id)
    )


def reviews_of(ctx: Context, audit: Audit) -> dict[str, list[Review]]:
    """Every verdict of an audit by question, oldest round first."""
    found: dict[str, list[Review]] = defaultdict(list)
    for row in ctx.session.scalars(select(Review).where(Review.audit_id == audit.id).order_by(Review.round)):
        found[row.question_key].append(row)
    return dict(found)


@dataclass(frozen=True)
class AuditFilter:
    """What a list of audits is narrowed to."""

    states: frozenset[AuditState] = frozenset()
    vendor_id: int | None = None
    late: bool = False
    search: str = ""


def audits(
    ctx: Context, wanted: AuditFilter, *, to: Permission = Permission.AUDIT_VIEW, page: int = 1, size: int = PAGE_SIZE,
    total: int | None = None,
) -> Page[Audit]:  # fmt: skip
    """A page of audits within reach, most urgent first; two statements, one less when `total` is known."""
    asked = reach(ctx, to), wanted, ctx.today
    shown, counting = _write_page(*asked) if wanted.search else _kept_page(*asked)
    rows = ctx.session.scalars(shown, {"page_rows": size, "page_start": (page - 1) * size}).all()
    if total is None:
        total = ctx.session.scalar(counting) or 0
    return Page(rows, page, size, total)


def _write_page(within: Reach, wanted: AuditFilter, today: date) -> tuple[Select[Audit], Select[int]]:
    """A page of a filter, and how many there are."""
    # The page's numbers are put in order along an index; only its few rows are then opened, with what they show.
    order = (Audit.due_on, Audit.id)
    numbers = select(Audit.id).where(within.over(Audit), *_narrowed(wanted, today))
    if wanted.search:
        numbers = numbers.join(Vendor, Vendor.id == Audit.vendor_id)
    first = numbers.order_by(*order).limit(bindparam("page_rows")).offset(bindparam("page_start"))
    listing = select(Audit).options(joinedload(Audit.vendor), joinedload(Audit.questionnaire_version))
    counting = numbers.with_only_columns(func.count(), maintain_column_froms=True)
    return listing.where(Audit.id.in_(first)).order_by(*order), counting


_kept_page = written_once(_write_page)


def _narrowed(wanted: AuditFilter, today: date) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.states:
        where.append(Audit.state.in_(sorted(wanted.states)))
    if wanted.vendor_id is not None:
        where.append(Audit.vendor_id == wanted.vendor_id)
    if wanted.late:
        with_vendor = [state for state in AuditState if state.is_with_vendor]
        where += [Audit.due_on < today, Audit.state.in_(with_vendor)]
    if wanted.search:
        where.append(Vendor.name.icontains(wanted.search, autoescape=True))
    return where


def cancelled_by(ctx: Context, vendor_ids: Collection[int], before: datetime) -> dict[int, datetime]:
    """The audits of some vendors that had been cancelled before an instant, with when: what is cancelled stays so."""
    rows = ctx.session.execute(
        select(JournalEntry.object_id, JournalEntry.at).where(
            JournalEntry.action == "audit.cancelled", JournalEntry.vendor_id.in_(vendor_ids), JournalEntry.at < before
        )
    )
    return {row.object_id: row.at for row in rows if row.object_id is not None}


def questions_of_findings(ctx: Context, finding_ids: Sequence[int]) -> dict[int, Question]:
    """The question whose answer showed each finding, as last asked; none for those that no audit showed."""
    rows = ctx.session.execute(
        select(AuditFinding.finding_id, AuditFinding.question_key, QuestionnaireVersion)
        .join(Audit, Audit.id == AuditFinding.audit_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .where(AuditFinding.finding_id.in_(finding_ids))
        .order_by(AuditFinding.id)
    ).all()
    asked = {
        row.finding_id: questionnaire_of(ctx.session, row.QuestionnaireVersion).question(row.question_key)
        for row in rows
    }
    return {finding_id: question for finding_id, question in asked.items() if question is not None}
