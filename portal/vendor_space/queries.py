"""What a vendor may read: each query names its columns, so that nothing written for the reviewer is read."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, literal, select, union_all
from sqlalchemy.orm import joinedload

from portal.audits.models import AnswerEvidence, Audit, Review, Submission
from portal.audits.proof_ages import is_good_for
from portal.audits.queries import AuditAnswers
from portal.audits.rules import AuditState
from portal.authz.context import Context, visible
from portal.authz.policy import VENDOR_ROLES, Permission, Role
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.pages import PAGE_SIZE, Page
from portal.core.stored import StoredFile
from portal.evidence.models import Evidence
from portal.evidence.queries import pieces_of
from portal.findings.models import Finding, FindingMessage
from portal.findings.plan_page import AT_MOST as PLAN_AT_MOST
from portal.findings.queries import numbered
from portal.findings.rules import FindingState
from portal.identity.models import User
from portal.questionnaires.definition import Question
from portal.questionnaires.models import QuestionnaireVersion
from portal.samples.models import CaseSample, SampleState
from portal.scorecards.models import Scorecard
from portal.vendors.models import ColleagueInvitation, Membership, Vendor

P = Permission
FOUND_AT_MOST = 200
REUSABLE_AT_MOST = 30


def own_vendor(ctx: Context) -> Vendor:
    """The vendor of the account; raises NotFound for an account bound to none."""
    vendor = ctx.session.scalar(select(Vendor).where(visible(ctx, P.SPACE_VIEW, Vendor)).order_by(Vendor.id).limit(1))
    if vendor is None:
        raise NotFound()
    return vendor


class ItemKind(StrEnum):
    """What an item of the home page is."""

    AUDIT = "audit"
    FINDING = "finding"
    SAMPLE = "sample"


def items_to_do(ctx: Context, page: int) -> Page[tuple[ItemKind, int]]:
    """A page of what the vendor is asked to do, the soonest due first: kind and number."""
    asked = union_all(
        _items(ItemKind.AUDIT, Audit.id, Audit.due_on).where(
            visible(ctx, P.SPACE_VIEW, Audit), Audit.state.in_([one for one in AuditState if one.is_with_vendor])
        ),
        _items(ItemKind.FINDING, Finding.id, Finding.due_on).where(
            visible(ctx, P.SPACE_VIEW, Finding), Finding.state == FindingState.OPEN
        ),
        _items(ItemKind.SAMPLE, CaseSample.id, CaseSample.due_on).where(
            visible(ctx, P.SPACE_VIEW, CaseSample),
            CaseSample.state.in_([one for one in SampleState if one.is_with_vendor]),
        ),
    ).subquery()
    return _item_page(ctx, asked, [asked.c.at, asked.c.kind, asked.c.id], page, PAGE_SIZE)


@dataclass(frozen=True)
class PastItem:
    """Something that the vendor has sent, or that is over: `at` is when it was closed, else sent, else asked."""

    kind: ItemKind
    id: int
    at: datetime
    is_closed: bool
    """Whether nothing more will come of it."""


def past_items(ctx: Context) -> list[PastItem]:
    """Everything that the vendor has sent or that is over, the latest first, in one statement of four columns."""
    past = _past(ctx)
    rows = ctx.session.execute(
        select(past.c.kind, past.c.id, past.c.at, past.c.closed).order_by(*_latest_first(past))
    )  # fmt: skip
    return [PastItem(ItemKind(row.kind), row.id, row.at, bool(row.closed)) for row in rows]


def past_page(ctx: Context, page: int) -> Page[tuple[ItemKind, int]]:
    """A page of the same: kind and number."""
    past = _past(ctx)
    return _item_page(ctx, past, _latest_first(past), page, PAGE_SIZE)


def _latest_first(past: Subquery) -> list[Any]:
    return [past.c.at.desc(), past.c.kind, past.c.id.desc()]


def _past(ctx: Context) -> Subquery:
    over, measured = [AuditState.ACCEPTED, AuditState.CANCELLED], [SampleState.MEASURED, SampleState.CANCELLED]
    settled = [one for one in FindingState if one.is_settled]
    return union_all(
        _items(ItemKind.AUDIT, Audit.id, func.coalesce(Audit.accepted_at, Audit.submitted_at, Audit.opened_at))
        .add_columns(Audit.state.in_(over).label("closed"))
        .where(
            visible(ctx, P.SPACE_VIEW, Audit), Audit.state.in_([one for one in AuditState if not one.is_with_vendor])
        ),
        _items(ItemKind.SAMPLE, CaseSample.id, func.coalesce(CaseSample.sent_at, CaseSample.asked_at))
        .add_columns(CaseSample.state.in_(measured).label("closed"))
        .where(
            visible(ctx, P.SPACE_VIEW, CaseSample),
            CaseSample.state.in_([one for one in SampleState if not one.is_with_vendor]),
        ),
        _items(ItemKind.FINDING, Finding.id, func.coalesce(Finding.closed_at, Finding.opened_at))
        .add_columns(Finding.state.in_(settled).label("closed"))
        .where(visible(ctx, P.SPACE_VIEW, Finding), Finding.state != FindingState.OPEN),
    ).subquery()


def _items(kind: ItemKind, number: Any, at: Any) -> Select[Any]:
    return select(literal(kind.value).label("kind"), number.label("id"), at.label("at"))


def _item_page(
    ctx: Context, items: Subquery, order: Sequence[Any], page: int, size: int
) -> Page[tuple[ItemKind, int]]:  # fmt: skip
    counted = select(items.c.kind, items.c.id, func.count().over().label("total"))
    rows = ctx.session.execute(counted.order_by(*order).offset((page - 1) * size).limit(size)).all()
    return Page([(ItemKind(row.kind), row.id) for row in rows], page, size, rows[0].total if rows else 0)


def has_level(ctx: Context, audit: Audit) -> bool:
    """Whether the level of an audit was taken since it was accepted; the caller has checked who may see the audit."""
    if audit.state is not AuditState.ACCEPTED or audit.accepted_at is None:
        return False
    taken = select(Scorecard.id).where(Scorecard.audit_id == audit.id, Scorecard.taken_at >= audit.accepted_at)
    return ctx.session.scalar(taken.limit(1)) is not None


def is_asked_now(ctx: Context) -> bool:
    """Whether an audit waits for the vendor."""
    waiting = Audit.state.in_([one for one in AuditState if one.is_with_vendor])
    return ctx.session.scalar(select(Audit.id).where(visible(ctx, P.SPACE_VIEW, Audit), waiting).limit(1)) is not None


def audits_numbered(ctx: Context, numbers: Sequence[int]) -> dict[int, Audit]:
    """Some audits of the vendor with their questionnaires' titles; none costs nothing."""
    if not numbers:
        return {}
    rows = ctx.session.scalars(
        select(Audit)
        .options(joinedload(Audit.questionnaire_version))
        .where(Audit.id.in_(numbers), visible(ctx, P.SPACE_VIEW, Audit))
    )
    return {row.id: row for row in rows}


def samples_numbered(ctx: Context, numbers: Sequence[int]) -> dict[int, CaseSample]:
    """Some samples of the vendor; none costs nothing."""
    if not numbers:
        return {}
    rows = ctx.session.scalars(
        select(CaseSample).where(CaseSample.id.in_(numbers), visible(ctx, P.SPACE_VIEW, CaseSample))
    )
    return {row.id: row for row in rows}


@dataclass(frozen=True)
class SentRound:
    """A round that was sent; `receipt_file_id` once its receipt is printed."""

    audit_id: int
    round: int
    at: datetime
    by_name: str
    sha256: str
    receipt_file_id: int | None


def sent_rounds(ctx: Context, audit_ids: Sequence[int]) -> list[SentRound]:
    """The rounds of some audits that the vendor has sent, the latest first; none costs nothing."""
    if not audit_ids:
        return []
    statement = (
        select(
            Submission.audit_id, Submission.round, Submission.at, Submission.by_name, Submission.sha256,
            Submission.receipt_file_id,
        )
        .join(Audit, Audit.id == Submission.audit_id)
        .where(Submission.audit_id.in_(audit_ids), visible(ctx, P.SPACE_VIEW, Audit))
        .order_by(Submission.at.desc(), Submission.id.desc())
    )  # fmt: skip
    return [SentRound(*row) for row in ctx.session.execute(statement)]


def sent_content(ctx: Context, audit_id: int, number: int) -> tuple[Submission, Audit]:
    """A round as it was sent, with its audit, vendor and questionnaire; raises NotFound."""
    row = ctx.session.execute(
        select(Submission, Audit)
        .join(Audit, Audit.id == Submission.audit_id)
        .options(joinedload(Audit.vendor), joinedload(Audit.questionnaire_version))
        .where(Submission.audit_id == audit_id, Submission.round == number, visible(ctx, P.SPACE_VIEW, Audit))
    ).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1]


def last_attestation(ctx: Context) -> dict[str, str] | None:
    """The name and capacity under which this account last sent answers, to be proposed again."""
    content = ctx.session.scalar(
        select(Submission.content)
        .join(Audit, Audit.id == Submission.audit_id)
        .where(Submission.by_id == ctx.actor.id, visible(ctx, P.SPACE_VIEW, Audit))
        .order_by(Submission.id.desc())
        .limit(1)
    )
    found: dict[str, str] | None = (content or {}).get("attestation")
    return found


def receipt_file(ctx: Context, audit_id: int, number: int) -> StoredFile | None:
    """The printed receipt of a round, None while it is being prepared; raises NotFound for a round never sent."""
    row = ctx.session.execute(
        select(Submission.id, StoredFile)
        .join(Audit, Audit.id == Submission.audit_id)
        .outerjoin(StoredFile, StoredFile.id == Submission.receipt_file_id)
        .where(Submission.audit_id == audit_id, Submission.round == number, visible(ctx, P.SPACE_VIEW, Audit))
    ).one_or_none()
    if row is None:
        raise NotFound()
    file: StoredFile | None = row[1]
    return file


def reviewer_messages(ctx: Context, audit: Audit) -> dict[str, str]:
    """What the reviewer wrote to the vendor on each question, once the audit was returned or accepted; never a note."""
    done = audit.round if audit.state is AuditState.ACCEPTED else audit.round - 1
    if done < 1:
        return {}
    rows = ctx.session.execute(
        select(Review.question_key, Review.comment)
        .where(Review.audit_id == audit.id, Review.round == done, Review.comment != "")
        .order_by(Review.id)
    )
    return {row.question_key: row.comment for row in rows}


def evidence_link(ctx: Context, audit_id: int, link_id: int) -> AnswerEvidence:
    """A proof attached to an audit of the vendor, with its file; raises NotFound."""
    link = ctx.session.scalar(
        select(AnswerEvidence)
        .join(Audit, Audit.id == AnswerEvidence.audit_id)
        .options(joinedload(AnswerEvidence.evidence).joinedload(Evidence.stored_file))
        .where(AnswerEvidence.id == link_id, Audit.id == audit_id, visible(ctx, P.SPACE_VIEW, Audit))
    )
    if link is None:
        raise NotFound()
    return link


def reusable_evidence(ctx: Context, sheet: AuditAnswers, question: Question) -> list[Evidence]:
    """Pieces of the vendor that may serve again: not attached here, still good for this question, the newest first.

    None that a reviewer set aside, nor one that has a newer version. Those given for the same question come first.
    """
    same = set(ctx.session.scalars(_attached(sheet, AnswerEvidence.question_key == question.key)))
    here = set(ctx.session.scalars(_attached(sheet, AnswerEvidence.audit_id == sheet.audit.id).where(
        AnswerEvidence.question_key == question.key
    )))  # fmt: skip
    found = [
        piece
        for piece in pieces_of(ctx, sheet.audit.vendor_id, to=P.SPACE_VIEW)
        if piece.replaced_by_id is None and piece.id not in here and is_good_for(question, piece, ctx.today)
    ]
    return sorted(found, key=lambda piece: piece.id not in same)[:REUSABLE_AT_MOST]


def _attached(sheet: AuditAnswers, where: ColumnElement[bool]) -> Select[Any]:
    return (
        select(AnswerEvidence.evidence_id)
        .join(Audit, Audit.id == AnswerEvidence.audit_id)
        .where(Audit.vendor_id == sheet.audit.vendor_id, where)
    )


@dataclass(frozen=True)
class VendorFinding:
    """A finding as its vendor knows it: what is expected, by when, and where it stands; not how it is rated."""

    id: int
    title: str
    action: str
    proof_expected: str
    responsible: str
    due_on: date
    first_due_on: date
    postponements: int
    proposed_due_on: date | None
    asked_at: datetime
    state: FindingState
    proofs: int
    """Files given since the correction is asked."""

    @property
    def is_ours_to_answer(self) -> bool:
        """Whether the vendor is expected to act."""
        return self.state is FindingState.OPEN


_COLUMNS = (
    Finding.id, Finding.title, Finding.action, Finding.proof_expected,
    Finding.responsible, Finding.due_on, Finding.first_due_on, Finding.postponements, Finding.proposed_due_on,
    Finding.asked_at, Finding.state,
)  # fmt: skip
_PROOFS = (
    select(func.count(FindingMessage.id))
    .where(
        FindingMessage.finding_id == Finding.id, FindingMessage.from_vendor.is_(True),
        FindingMessage.file_id.is_not(None), FindingMessage.at >= Finding.asked_at,
    )
    .correlate(Finding)
    .scalar_subquery()
)  # fmt: skip
_READ: tuple[Any, ...] = (*_COLUMNS, _PROOFS)


def findings_numbered(ctx: Context, numbers: Sequence[int]) -> dict[int, VendorFinding]:
    """Some findings of the vendor; none costs nothing."""
    if not numbers:
        return {}
    rows = ctx.session.execute(select(*_READ).where(Finding.id.in_(numbers), visible(ctx, P.SPACE_VIEW, Finding)))
    return {row.id: VendorFinding(*row) for row in rows}


def vendor_findings(ctx: Context) -> list[VendorFinding]:
    """The findings of the vendor, those it must answer first, then the soonest due."""
    rows = ctx.session.execute(
        select(*_READ).where(visible(ctx, P.SPACE_VIEW, Finding)).order_by(Finding.due_on, Finding.id)
        .limit(PLAN_AT_MOST)
    )  # fmt: skip
    rank = {FindingState.OPEN: 0, FindingState.ANSWERED: 1}
    return sorted((VendorFinding(*row) for row in rows), key=lambda found: rank.get(found.state, 2))


@dataclass(frozen=True)
class ExchangeMessage:
    """A message of an exchange, with the file that came with it."""

    at: datetime
    author: str
    from_vendor: bool
    text: str
    evidence_id: int | None
    filename: str | None


@dataclass(frozen=True)
class FindingExchange:
    """A finding with what both sides wrote to one another."""

    finding: Finding
    correction: VendorFinding
    messages: list[ExchangeMessage]


def finding_exchange(ctx: Context, finding_id: int) -> FindingExchange:
    """One finding and its messages, internal ones left in the database; raises NotFound."""
    found = ctx.session.scalar(
        select(Finding)
        .options(joinedload(Finding.vendor))
        .where(numbered(finding_id), visible(ctx, P.SPACE_VIEW, Finding))
    )
    if found is None:
        raise NotFound()
    rows = ctx.session.execute(
        select(
            FindingMessage.at, FindingMessage.author_name, FindingMessage.from_vendor, FindingMessage.text,
            Evidence.id, StoredFile.filename,
        )
        .outerjoin(Evidence, Evidence.stored_file_id == FindingMessage.file_id)
        .outerjoin(StoredFile, StoredFile.id == FindingMessage.file_id)
        .where(FindingMessage.finding_id == found.id, FindingMessage.internal.is_(False))
        .order_by(FindingMessage.id)
    )  # fmt: skip
    facts: dict[str, Any] = {column.key: getattr(found, column.key) for column in _COLUMNS}
    messages = [ExchangeMessage(*row) for row in rows]
    proofs = sum(one.from_vendor and one.filename is not None and one.at >= found.asked_at for one in messages)
    return FindingExchange(found, VendorFinding(**facts, proofs=proofs), messages)


@dataclass(frozen=True)
class Colleague:
    """An account of the vendor."""

    user_id: int
    name: str
    email: str
    role: Role
    """What it may do at this vendor."""
    is_open: bool
    """Whether the invitation was taken up."""

    @property
    def may_send(self) -> bool:
        """Whether this person may send the answers, and not only prepare them."""
        return self.role is Role.VENDOR_ADMIN


def colleagues(ctx: Context) -> list[Colleague]:
    """The accounts of the vendor that are not closed, in order of names."""
    rows = ctx.session.execute(
        select(User.id, User.name, User.email, Membership.role, User.has_come_in.label("has_come_in"))
        .join(Membership, Membership.user_id == User.id)
        .join(Vendor, and_(Vendor.id == Membership.vendor_id, visible(ctx, P.SPACE_VIEW, Vendor)))
        .where(Membership.role.in_(VENDOR_ROLES), User.disabled_at.is_(None))
        .order_by(User.name, User.id)
    )
    return [Colleague(row.id, row.name, row.email, row.role, row.has_come_in) for row in rows]


def waiting_invitations(ctx: Context) -> Sequence[ColleagueInvitation]:
    """The invitations of the vendor that nobody has taken up yet, the latest first; those that expired included."""
    return ctx.session.scalars(
        select(ColleagueInvitation)
        .where(visible(ctx, P.COLLEAGUE_INVITE, ColleagueInvitation), ColleagueInvitation.closed_at.is_(None))
        .order_by(ColleagueInvitation.id.desc())
        .limit(FOUND_AT_MOST)
    ).all()


def version_title(version: QuestionnaireVersion, language: str) -> str:
    """The title of a questionnaire in the reader's language, in French where it has no other.

    >>> version_title(QuestionnaireVersion(title={"fr": "Socle RGPD"}), "en")
    'Socle RGPD'
    """
    return str(version.title.get(language) or version.title.get("fr", ""))
