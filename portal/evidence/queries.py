"""Reads of evidence: one proof, what the rules need to know of it, and what is to be renewed."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Result, Row, Select, bindparam, func, select, true
from sqlalchemy.orm import Session, joinedload

from portal.authz.context import Context, reach, visible
from portal.authz.policy import Permission, Reach, Scope
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.statements import among, written_once
from portal.evidence.kinds import read_kinds
from portal.evidence.models import BY_END, ENDING, Evidence
from portal.evidence.proposed_details import read_end
from portal.evidence.rules import EvidenceFacts, EvidenceVerdict, good_until
from portal.vendors.models import BY_FIGURES, Vendor
from portal.vendors.rules.status import GONE
from portal.vendors.rules.tier import AT_RISK_VALUES, Tier


def get_evidence(ctx: Context, evidence_id: int, *, to: Permission) -> Evidence:
    """A proof within reach, with its file and its vendor; raises NotFound."""
    evidence = ctx.session.scalar(
        select(Evidence)
        .options(joinedload(Evidence.stored_file), joinedload(Evidence.vendor))
        .where(Evidence.id == evidence_id, visible(ctx, to, Evidence))
    )
    if evidence is None:
        raise NotFound()
    return evidence


def get_sent(ctx: Context, evidence_id: int, *, to: Permission) -> Evidence:
    """A proof within reach that was sent to us, with its file; raises NotFound, also while it is only prepared."""
    evidence = get_evidence(ctx, evidence_id, to=to)
    if evidence.sent_at is None:
        raise NotFound()
    return evidence


FACTS = (
    Evidence.kind, Evidence.standard, Evidence.issued_on, Evidence.period_to, Evidence.expires_on, Evidence.verdict,
    Evidence.reading,
)  # fmt: skip
"""The columns that `facts_of` reads."""


def facts_of(proof: Evidence | Row[Any], max_age_months: int | None) -> EvidenceFacts:
    """What the rules need to know of a proof, for a question that accepts nothing older than so many months."""
    kind = read_kinds(process.settings().questionnaires_dir).get(proof.kind) if proof.kind else None
    return EvidenceFacts(
        issued_on=proof.period_to or proof.issued_on,
        expires_on=proof.expires_on or read_end(proof.reading),
        verdict=proof.verdict,
        max_age_months=max_age_months,
        validity_months=kind.months if kind else None,
        edition_until=kind.edition_until(proof.standard) if kind and proof.standard else None,
    )


def last_day(proof: Evidence | Row[Any], max_age_months: int | None = None) -> date | None:
    """Last day a proof is good for, for a question that accepts nothing older than so many months, or for any."""
    return good_until(facts_of(proof, max_age_months))


PIECES_AT_MOST = 500
"""Of one vendor, versions included."""


def pieces_of(ctx: Context, vendor_id: int, *, to: Permission, sent_only: bool = False) -> list[Evidence]:
    """The pieces of a vendor within reach, all versions, the newest first; one statement.

    The staff sees those that were sent to it (`sent_only`). A file that was kept twice, as before a file was one piece,
    is there once, as it was last described.
    """
    within = reach(ctx, to)
    found = ctx.session.scalars(_pieces(within.shape, sent_only), {"of_vendor": vendor_id, **within.parameters})
    return list({piece.stored_file.sha256: piece for piece in reversed(found.all())}.values())[::-1]


@written_once
def _pieces(within: Reach, sent_only: bool) -> Select[Evidence]:
    return (
        select(Evidence)
        .options(joinedload(Evidence.stored_file))
        .where(
            Evidence.vendor_id == bindparam("of_vendor"),
            within.over(Evidence),
            Evidence.sent_at.is_not(None) if sent_only else true(),
        )
        .order_by(Evidence.id.desc())
        .limit(PIECES_AT_MOST)
    )


@dataclass(frozen=True)
class ExpiringRow:
    """A proof to renew."""

    id: int
    good_until: date
    """Last day it is good for."""
    vendor_id: int
    name: str
    """Of the vendor."""
    tier: Tier | None
    inherent: int | None


def expiring(ctx: Context, *, to: Permission, within_days: int = 60, most: int = 10) -> list[ExpiringRow]:
    """Proofs in use at live vendors that ended or end within so many days, the soonest first.

    A proof that is only prepared, that a newer audit replaced or that was rejected is not to be renewed; one that ended
    years ago is.
    """
    return _read(ctx, to, ctx.today + timedelta(days=within_days), most, at_risk=False)


def ended_at_risk(ctx: Context, *, to: Permission, most: int = 10) -> list[ExpiringRow]:
    """Proofs in use that have ended, at live vendors at risk, the soonest first."""
    return _read(ctx, to, ctx.today - timedelta(days=1), most, at_risk=True)


def _read(ctx: Context, to: Permission, last: date, most: int, *, at_risk: bool) -> list[ExpiringRow]:
    rows: Result[Any] = ctx.session.execute(_expiring(reach(ctx, to), at_risk), {"last": last, "most": most})
    return [ExpiringRow(row.id, row.good_until, row.vendor_id, row.name, row.tier, row.inherent) for row in rows]


def count_expiring(ctx: Context, *, to: Permission, within_days: int = 60) -> int:
    """How many there are: all that end, along their index, less the few of vendors that have left."""
    return ctx.session.scalar(_counting(reach(ctx, to)), {"last": ctx.today + timedelta(days=within_days)}) or 0


@written_once
def _expiring(within: Reach, at_risk: bool) -> Any:
    order = (Evidence.good_until, Evidence.id)
    shown = (
        select(
            Evidence.id, Evidence.good_until, Vendor.id.label("vendor_id"), Vendor.name, Vendor.tier, Vendor.inherent
        )
        .join(Vendor, Vendor.id == Evidence.vendor_id)
        .order_by(*order)
    )
    where = (within.over(Evidence), _ENDS)
    if not at_risk:
        return shown.where(*where, ~among(Vendor.status, GONE)).limit(bindparam("most"))
    # Those that have ended are gone through in their order until there are enough; of the vendor of each, an index says
    # whether it is at risk. No list is made of the vendors that are.
    first = (
        select(Evidence.id)
        .join(Vendor, Vendor.id == Evidence.vendor_id)
        .with_hint(Vendor, *BY_FIGURES)
        .where(*where, ~among(Vendor.status, GONE), among(Vendor.inherent, AT_RISK_VALUES))
        .order_by(*order)
        .limit(bindparam("most"))
        .with_hint(Evidence, *BY_END)
    )
    return shown.where(Evidence.id.in_(first))


@written_once
def _counting(within: Reach) -> Select[int]:
    where = (within.over(Evidence), _ENDS)
    counted = select(func.count(Evidence.id)).where(*where)
    every: ColumnElement[int] = counted.scalar_subquery()
    if within.scope is Scope.ALL:
        every = ENDING.count(ENDING.rows.c.good_until <= bindparam("last", type_=Date), otherwise=counted)
    gone = (
        select(func.count(Evidence.id))
        .join(Vendor, Vendor.id == Evidence.vendor_id)
        .where(among(Vendor.status, GONE), *where)
        .scalar_subquery()
    )
    return select(every - gone)


_ENDS = Evidence.good_until <= bindparam("last", type_=Date)


def count_to_judge(session: Session) -> int:
    """How many pieces of all vendors were sent and are judged by nobody yet, former versions aside; for figures."""
    waiting = select(func.count(Evidence.id)).where(
        Evidence.verdict == EvidenceVerdict.UNREVIEWED,
        Evidence.sent_at.is_not(None),
        Evidence.replaced_by_id.is_(None),
    )
    return session.scalar(waiting) or 0
