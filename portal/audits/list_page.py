"""Lists of the staff side: audits by what they wait for, findings by where they stand; a fixed number of statements."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from portal.audits.models import AUDITS, Audit, Review
from portal.audits.rules import AuditState
from portal.authz.context import Context, reach, visible
from portal.authz.policy import Permission, Reach, Scope
from portal.core.dataclass import dataclass
from portal.core.pages import Page, page_of
from portal.core.statements import among, written_once
from portal.identity.models import User
from portal.questionnaires.models import QuestionnaireVersion
from portal.vendors.models import Vendor
from portal.vendors.rules.naming import plain
from portal.vendors.rules.tier import Tier

MOST_WORDS = 6
_WITH_VENDOR = [state for state in AuditState if state.is_with_vendor]


class AuditQueue(StrEnum):
    """What an audit waits for; the first is what waits for the reviewer."""

    TO_REVIEW = "a-examiner"
    WITH_VENDOR = "chez-le-prestataire"
    LATE = "en-retard"
    ACCEPTED = "acceptes"


@dataclass(frozen=True)
class AuditRow:
    """A line of the list of audits."""

    id: int
    vendor_id: int
    vendor: str
    tier: Tier | None
    title: Mapping[str, str]
    version: str
    state: AuditState
    round: int
    due_on: date
    submitted_at: datetime | None
    accepted_at: datetime | None
    answered: int
    expected: int
    judged: int = 0
    """Verdicts given in the present round."""
    reviewer: str = ""
    """Whoever judged last in the present round: two people do not review the same audit unknowingly."""


def _audit_where(queue: AuditQueue, today: date, of: Any = Audit) -> ColumnElement[bool]:
    """Which audits wait in a queue; `of` is what has their state and their day, the tally perhaps."""
    found: ColumnElement[bool]
    match queue:
        case AuditQueue.TO_REVIEW:
            found = of.state == AuditState.SUBMITTED
        case AuditQueue.WITH_VENDOR:
            found = among(of.state, _WITH_VENDOR)
        case AuditQueue.LATE:
            found = and_(among(of.state, _WITH_VENDOR), of.due_on < today)
        case AuditQueue.ACCEPTED:
            found = of.state == AuditState.ACCEPTED
    return found


_AUDIT_ORDER: Mapping[AuditQueue, Sequence[Any]] = {
    AuditQueue.TO_REVIEW: (Audit.submitted_at, Audit.id),
    AuditQueue.WITH_VENDOR: (Audit.due_on, Audit.id),
    AuditQueue.LATE: (Audit.due_on, Audit.id),
    AuditQueue.ACCEPTED: (Audit.accepted_at.desc(), Audit.id.desc()),
}
"""Whoever has waited longest comes first; what is done comes newest first."""


def audit_counts(ctx: Context) -> dict[AuditQueue, int]:
    """How many audits within reach wait in each queue, in one statement."""
    within = reach(ctx, Permission.AUDIT_VIEW)
    if within.scope is Scope.ALL:
        return dict(zip(AuditQueue, ctx.session.execute(_counting_all(ctx.today)).one(), strict=True))
    rows = ctx.session.execute(_counting(within, ctx.today)).all()
    found = dict.fromkeys(AuditQueue, 0)
    for row in rows:
        found[AuditQueue.LATE] = row.late
        if row.state is AuditState.SUBMITTED:
            found[AuditQueue.TO_REVIEW] += row.n
        elif row.state is AuditState.ACCEPTED:
            found[AuditQueue.ACCEPTED] += row.n
        elif row.state.is_with_vendor:
            found[AuditQueue.WITH_VENDOR] += row.n
    return found


@written_once
def _counting_all(today: date) -> Select[*tuple[Any, ...]]:
    """Of whoever reaches all audits, from what the database keeps (docs/adr/0107): none of them is read."""
    counted = {queue: select(func.count()).where(_audit_where(queue, today)) for queue in AuditQueue}
    kept = {queue: _audit_where(queue, today, AUDITS.rows.c) for queue in AuditQueue}
    return select(*(AUDITS.count(kept[one], otherwise=counted[one]).label(one.name) for one in AuditQueue))


@written_once
def _counting(within: Reach, today: date) -> Select[Any]:
    # Apart, along the index of the dates: reading the day of every audit to count the few late ones costs more.
    late = select(func.count()).where(within.over(Audit), _audit_where(AuditQueue.LATE, today)).correlate(None)
    return (
        select(Audit.state, func.count().label("n"), late.scalar_subquery().label("late"))
        .where(within.over(Audit))
        .group_by(Audit.state)
    )


def audit_page(
    ctx: Context, queue: AuditQueue, *, words: str = "", page: int = 1, total: int | None = None
) -> Page[AuditRow]:
    """A page of the audits within reach that wait in a queue; four statements whatever the number.

    `total` spares the one that counts, to whoever has the queue's count already.
    """
    asked = reach(ctx, Permission.AUDIT_VIEW), queue, ctx.today, words
    # What is typed is another statement each time, which nobody asks for again.
    found = page_of(ctx.session, _write_ids(*asked) if words else _kept_ids(*asked), page, total=total)
    rows = ctx.session.execute(_rows_in_order(queue), {"ids": list(found.rows)})
    judged = _judged(ctx.session, found.rows) if queue is AuditQueue.TO_REVIEW else {}
    return found.showing([AuditRow(**row._mapping, **judged.get(row.id, {})) for row in rows.all()])


def _write_ids(within: Reach, queue: AuditQueue, today: date, words: str) -> Select[int]:
    where = [within.over(Audit), _audit_where(queue, today), *_named(words)]
    ids = select(Audit.id).where(*where).order_by(*_AUDIT_ORDER[queue])
    return ids.join(Vendor, Vendor.id == Audit.vendor_id) if words else ids


_kept_ids = written_once(_write_ids)


@written_once
def _rows_in_order(queue: AuditQueue) -> Select[Any]:
    return _AUDIT_ROWS.where(Audit.id.in_(_IDS)).order_by(*_AUDIT_ORDER[queue])


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_AUDIT_ROWS = (
    select(
        Audit.id, Audit.vendor_id, Vendor.name.label("vendor"), Vendor.tier, QuestionnaireVersion.title,
        QuestionnaireVersion.version, Audit.state, Audit.round, Audit.due_on, Audit.submitted_at,
        Audit.accepted_at, Audit.answered, Audit.expected,
    )
    .join(Vendor, Vendor.id == Audit.vendor_id)
    .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
)  # fmt: skip


def _judged(session: Session, audit_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """How many verdicts the present round of some audits has, and who gave the last."""
    if not audit_ids:
        return {}
    rows = session.execute(_VERDICTS, {"ids": list(audit_ids)}).all()
    found: dict[int, dict[str, Any]] = {}
    for audit_id, name in rows:
        known = found.setdefault(audit_id, {"judged": 0, "reviewer": ""})
        known["judged"] += 1
        known["reviewer"] = name or ""
    return found


_VERDICTS = (
    select(Review.audit_id, User.name)
    .join(Audit, and_(Audit.id == Review.audit_id, Audit.round == Review.round))
    .outerjoin(User, User.id == Review.reviewer_id)
    .where(Review.audit_id.in_(_IDS))
    .order_by(Review.reviewed_at)
)


def every_audit(ctx: Context, *, state: AuditState | None = None) -> Sequence[Any]:
    """All the audits within reach, the soonest due first: for a command, never for a page."""
    where = [visible(ctx, Permission.AUDIT_VIEW, Audit)]
    if state is not None:
        where.append(Audit.state == state)
    return ctx.session.execute(
        select(Audit, Vendor.key, Vendor.name, QuestionnaireVersion.key, QuestionnaireVersion.version)
        .join(Vendor, Vendor.id == Audit.vendor_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Audit.questionnaire_version_id)
        .where(*where)
        .order_by(Audit.due_on, Audit.id)
    ).all()


def _named(words: str) -> list[ColumnElement[bool]]:
    """Vendors whose name or numbers hold all these words, without accents or case."""
    return [Vendor.sought.contains(word, autoescape=True) for word in plain(words).split()[:MOST_WORDS]]
