"""Reads of delegations: who was asked for what in an audit, and how much of it is left to answer."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.audits.exchange_models import Delegation
from portal.audits.models import Audit
from portal.audits.queries import AuditAnswers, to_redo
from portal.audits.rules import AuditState
from portal.authz.context import Context, visible
from portal.authz.policy import ANSWERING_ROLES, Permission
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.identity.models import User
from portal.questionnaires.models import QuestionnaireVersion
from portal.vendors.models import ColleagueInvitation, Membership

MOST_SHOWN = 20
_LIVE = (Delegation.taken_back_at.is_(None), Delegation.round == Audit.round)
_WITH_VENDOR = [state for state in AuditState if state.is_with_vendor]


@dataclass(frozen=True)
class DelegatedPart:
    """A part given to a colleague, and what is left of it: having been given it answers nothing."""

    row: Delegation
    colleague: str
    """The name of their account; empty until they have one."""
    total: int
    """Questions asked in it, but for those that need no answer and have none."""
    is_invited: bool
    """Whether an invitation waits for them; who has neither that nor an account is no colleague any more."""
    left: int
    """Questions of it still to be answered, confirmed or taken up again."""
    optional: int
    """Questions of it that have no answer and need none."""

    @property
    def who(self) -> str:
        """The colleague: by name, else by address."""
        return self.colleague or self.row.email

    @property
    def is_done(self) -> bool:
        """Whether every question that must be answered in it is."""
        return self.left == 0


def keys_of_part(sheet: AuditAnswers, row: Delegation) -> list[str]:
    """The questions of a part that are asked, given the present answers."""
    if row.question_key:
        return [row.question_key] if row.question_key in sheet.shown else []
    return [
        question.key
        for section in sheet.questionnaire.sections
        if section.key == row.section_key
        for question in section.questions
        if question.key in sheet.shown
    ]


def left_in_part(sheet: AuditAnswers, row: Delegation) -> list[str]:
    """The questions of a part that still wait for an answer."""
    owed = {missing.question for missing in sheet.missing} | to_redo(sheet)
    return [key for key in keys_of_part(sheet, row) if key in owed]


def spared_in_part(sheet: AuditAnswers, row: Delegation) -> list[str]:
    """The questions of a part that have no answer and need none."""
    return [key for key in keys_of_part(sheet, row) if key in sheet.spared]


def delegated_parts(ctx: Context, sheet: AuditAnswers) -> list[DelegatedPart]:
    """The parts of an audit given to colleagues in this round, the oldest first; one statement, none once sent."""
    if not sheet.audit.state.is_with_vendor:
        return []
    waits = exists().where(
        ColleagueInvitation.vendor_id == Delegation.vendor_id, ColleagueInvitation.email == Delegation.email,
        ColleagueInvitation.closed_at.is_(None),
    )  # fmt: skip
    rows = ctx.session.execute(
        select(Delegation, Membership.id, User.name, waits)
        .join(Audit, Audit.id == Delegation.audit_id)
        .outerjoin(User, and_(User.email == Delegation.email, User.disabled_at.is_(None)))
        .outerjoin(Membership, and_(Membership.user_id == User.id, Membership.vendor_id == Delegation.vendor_id))
        .where(Delegation.audit_id == sheet.audit.id, visible(ctx, Permission.SPACE_VIEW, Delegation), *_LIVE)
        .order_by(Delegation.id)
    )
    # The name of an account that is none of this vendor's is nobody's business.
    return [_part_of(sheet, row, name if member else "", is_invited) for row, member, name, is_invited in rows]


def _part_of(sheet: AuditAnswers, row: Delegation, colleague: str, is_invited: bool) -> DelegatedPart:
    optional = len(spared_in_part(sheet, row))
    total, left = len(keys_of_part(sheet, row)) - optional, len(left_in_part(sheet, row))
    return DelegatedPart(row, colleague, total, is_invited, left, optional)


def delegation_of(ctx: Context, audit_id: int, delegation_id: int, *, lock: bool = False) -> Delegation:
    """One delegation of an audit that still stands; raises NotFound."""
    wanted = (
        select(Delegation)
        .join(Audit, Audit.id == Delegation.audit_id)
        .where(
            Delegation.id == delegation_id, Delegation.audit_id == audit_id,
            visible(ctx, Permission.SPACE_VIEW, Delegation), *_LIVE,
        )
    )  # fmt: skip
    if lock:
        wanted = wanted.with_for_update(of=Delegation).execution_options(populate_existing=True)
    found = ctx.session.scalar(wanted)
    if found is None:
        raise NotFound()
    return found


def given_to_me(ctx: Context) -> Sequence[tuple[Delegation, QuestionnaireVersion]]:
    """What colleagues ask of whoever reads this and is not said to be done, the soonest due first."""
    if not ctx.actor.email:
        return []
    rows = ctx.session.execute(
        select(Delegation, QuestionnaireVersion)
        .join(Audit, Audit.id == Delegation.audit_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .where(
            visible(ctx, Permission.SPACE_VIEW, Delegation), *_LIVE, Audit.state.in_(_WITH_VENDOR),
            Delegation.email == ctx.actor.email, Delegation.done_at.is_(None),
        )
        .order_by(Delegation.due_on.is_(None), Delegation.due_on, Delegation.id)
        .limit(MOST_SHOWN)
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def parts_due(ctx: Context, since: date, until: date) -> Sequence[Delegation]:
    """The parts to be answered by a day among these that nobody has said are done, audit by audit."""
    return ctx.session.scalars(
        select(Delegation)
        .join(Audit, Audit.id == Delegation.audit_id)
        .where(
            *_LIVE, Audit.state.in_(_WITH_VENDOR), Delegation.done_at.is_(None), Delegation.due_on.between(since, until)
        )
        .order_by(Delegation.audit_id, Delegation.id)
    ).all()


def dated_parts(ctx: Context, since: date, until: date, at_most: int) -> Sequence[Delegation]:
    """The parts with a day among these that are asked of whoever reads this, or that they gave, and are not done."""
    return ctx.session.scalars(
        select(Delegation)
        .join(Audit, Audit.id == Delegation.audit_id)
        .options(
            contains_eager(Delegation.audit).joinedload(Audit.questionnaire_version), joinedload(Delegation.vendor)
        )
        .where(
            visible(ctx, Permission.SPACE_VIEW, Delegation), *_LIVE, Audit.state.in_(_WITH_VENDOR),
            Delegation.done_at.is_(None), Delegation.due_on.between(since, until),
            or_(Delegation.email == ctx.actor.email, Delegation.given_by_id == ctx.actor.id),
        )
        .order_by(Delegation.due_on, Delegation.id)
        .limit(at_most)
    ).all()  # fmt: skip


def first_given_to(ctx: Context, vendor_id: int, email: str) -> Delegation | None:
    """Where an invited colleague arrives: what was first given to their address, if that still stands."""
    return ctx.session.scalar(
        select(Delegation)
        .join(Audit, Audit.id == Delegation.audit_id)
        .where(
            Delegation.vendor_id == vendor_id, Delegation.email == email, Delegation.done_at.is_(None),
            *_LIVE, Audit.state.in_(_WITH_VENDOR),
        )
        .order_by(Delegation.id)
        .limit(1)
    )  # fmt: skip


def member_with(ctx: Context, vendor_id: int, email: str) -> tuple[User, Membership] | None:
    """The open account of a vendor that has an address; readers included."""
    row = ctx.session.execute(
        select(User, Membership)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.vendor_id == vendor_id, User.email == email, User.disabled_at.is_(None))
    ).one_or_none()
    return (row[0], row[1]) if row is not None else None


def may_answer(membership: Membership) -> bool:
    """Whether a member of the vendor may write answers."""
    return membership.role in ANSWERING_ROLES
