"""Reads that compose the domains; the number of statements never depends on the number of rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, extract, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, authorize, visible
from portal.authz.policy import Permission
from portal.contracts.models import Contract, ContractVersion
from portal.core.errors import NotFound
from portal.core.language import say
from portal.core.pages import PAGE_SIZE, Page, page_of
from portal.dashboard import rules
from portal.dashboard.models import PortfolioReport
from portal.dashboard.rules import HEAVY, MOST, HeatMap, Matter, Weight
from portal.evidence import queries as evidence
from portal.evidence.queries import Expiring, ExpiringRow
from portal.findings.models import Finding
from portal.findings.rules import FindingState, Severity
from portal.scorecards.models import Scorecard
from portal.vendors.models import Vendor
from portal.vendors.rules.status import LIVE, VendorStatus

WITH_VENDOR = [state for state in AuditState if state.is_with_vendor]
LIVE_FINDINGS = [FindingState.OPEN, FindingState.ANSWERED]
GRADES = ("A", "B", "C", "D", "E")


@dataclass(frozen=True)
class Tally:
    """How many of something, and the most urgent of them."""

    count: int
    rows: Sequence[Any]


@dataclass(frozen=True)
class Portfolio:
    """The whole page of management."""

    heat: HeatMap
    late: Tally
    expiring: Expiring
    uncovered: Tally
    without_contract: int
    findings: Tally
    decisions: list[Matter]
    trend: list[tuple[date, float]]


def portfolio(ctx: Context) -> Portfolio:
    """Everything management looks at, in a fixed number of statements."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    late, uncovered, findings = _late(ctx), _uncovered(ctx), _findings(ctx)
    expiring = evidence.expiring(ctx, to=Permission.PORTFOLIO_VIEW)
    without, missing = _without_contract(ctx)
    matters = [
        *_weak(ctx),
        *map(_finding_matter, findings.rows),
        *(_contract_matter(row) for row in uncovered.rows),
        *(_audit_matter(row) for row in late.rows),
        *(_missing_contract(row) for row in missing),
        *(_proof_matter(row) for row in expiring.rows if row.good_until < ctx.today and row.tier in HEAVY),
    ]
    return Portfolio(
        heat=rules.heat_map(_heat(ctx), GRADES),
        late=late,
        expiring=expiring,
        uncovered=uncovered,
        without_contract=without,
        findings=findings,
        decisions=rules.decisions(matters),
        trend=_trend(ctx),
    )


def latest_card_ids() -> Any:
    """The newest scorecard of each vendor, as a subquery."""
    return select(Scorecard.vendor_id, func.max(Scorecard.id).label("id")).group_by(Scorecard.vendor_id).subquery()


def _heat(ctx: Context) -> dict[tuple[int | None, str], int]:
    newest = latest_card_ids()
    grade = func.coalesce(Scorecard.grade, "")
    rows = ctx.session.execute(
        select(Vendor.inherent, grade, func.count())
        .outerjoin(newest, newest.c.vendor_id == Vendor.id)
        .outerjoin(Scorecard, Scorecard.id == newest.c.id)
        .where(Vendor.status.in_(LIVE))
        .group_by(Vendor.inherent, grade)
    )
    return {(inherent, found): count for inherent, found, count in rows}


def _tally(ctx: Context, statement: Any, *order: Any, most: int = 10) -> Tally:
    count = ctx.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    return Tally(count, ctx.session.execute(statement.order_by(*order).limit(most)).all())


def _late(ctx: Context) -> Tally:
    statement = (
        select(Audit.id, Audit.due_on, Vendor.id.label("vendor_id"), Vendor.name, Vendor.tier)
        .join(Vendor, Vendor.id == Audit.vendor_id)
        .where(Audit.state.in_(WITH_VENDOR), Audit.due_on < ctx.today)
    )
    return _tally(ctx, statement, Audit.due_on, Audit.id)


def _uncovered(ctx: Context) -> Tally:
    later = aliased(ContractVersion)
    newer = select(later.id).where(
        later.contract_id == ContractVersion.contract_id, later.number > ContractVersion.number
    )
    statement = (
        select(
            Contract.id,
            Contract.title,
            ContractVersion.covered,
            ContractVersion.required,
            Vendor.id.label("vendor_id"),
            Vendor.name,
            Vendor.tier,
        )
        .join(ContractVersion, ContractVersion.contract_id == Contract.id)
        .join(Vendor, Vendor.id == Contract.vendor_id)
        .where(ContractVersion.covered < ContractVersion.required, ~newer.exists())
    )
    return _tally(ctx, statement, ContractVersion.covered - ContractVersion.required, Contract.id)


def _without_contract(ctx: Context) -> tuple[int, Sequence[Any]]:
    has = select(Contract.id).where(Contract.vendor_id == Vendor.id).exists()
    statement = select(Vendor.id.label("vendor_id"), Vendor.name, Vendor.tier).where(
        Vendor.status == VendorStatus.ACTIVE, Vendor.tier.in_(sorted(HEAVY)), ~has
    )
    found = _tally(ctx, statement, Vendor.inherent.desc(), Vendor.folded_name)
    return found.count, found.rows


def _findings(ctx: Context) -> Tally:
    """How many are open; of those overdue, the gravest of each vendor, with how many it has."""
    live = Finding.state.in_(LIVE_FINDINGS)
    count = ctx.session.scalar(select(func.count(Finding.id)).where(live)) or 0
    gravest = (Finding.severity != Severity.CRITICAL, Finding.severity != Severity.MAJOR, Finding.due_on, Finding.id)
    overdue = (
        select(
            Finding.id,
            Finding.title,
            Finding.severity,
            Finding.due_on,
            Finding.vendor_id,
            func.row_number().over(partition_by=Finding.vendor_id, order_by=gravest).label("rank"),
            func.count().over(partition_by=Finding.vendor_id).label("overdue"),
        )
        .where(live, Finding.due_on < ctx.today)
        .subquery()
    )
    first = (
        select(overdue, Vendor.name, Vendor.tier)
        .join(Vendor, Vendor.id == overdue.c.vendor_id)
        .where(overdue.c.rank == 1)
        .order_by(overdue.c.severity != Severity.CRITICAL, overdue.c.severity != Severity.MAJOR, overdue.c.due_on)
        .limit(MOST)
    )
    return Tally(count, ctx.session.execute(first).all())


def _weak(ctx: Context) -> Iterator[Matter]:
    newest = latest_card_ids()
    rows = ctx.session.execute(
        select(
            Scorecard.id,
            Scorecard.grade,
            Scorecard.basis_points,
            Vendor.id.label("vendor_id"),
            Vendor.name,
            Vendor.tier,
        )
        .join(newest, newest.c.id == Scorecard.id)
        .join(Vendor, Vendor.id == Scorecard.vendor_id)
        .where(Vendor.status.in_(LIVE), Vendor.tier.in_(sorted(HEAVY)), Scorecard.grade.in_(sorted(rules.WEAK)))
        .order_by(Scorecard.basis_points)
        .limit(10)
    )
    for row in rows:
        why = say("Niveau %(grade)s pour un risque inhérent élevé : poursuivre, encadrer ou sortir", grade=row.grade)
        yield Matter(Weight.WEAK_CRITICAL, row.vendor_id, row.name, row.tier, why, None, ("scorecards.show", row.id))


def _finding_matter(row: Any) -> Matter:
    why = say("Constat non corrigé à l'échéance : %(title)s", title=row.title)
    return Matter(
        Weight.OVERDUE_FINDING, row.vendor_id, row.name, row.tier, why, row.due_on, ("findings.show", row.id),
        others=row.overdue - 1,
    )  # fmt: skip


def _contract_matter(row: Any) -> Matter:
    why = say("Contrat couvert à %(n)s sur %(total)s obligations de l'article 28", n=row.covered, total=row.required)
    return Matter(Weight.UNCOVERED_CONTRACT, row.vendor_id, row.name, row.tier, why, None, ("contracts.show", row.id))


def _audit_matter(row: Any) -> Matter:
    why = say("Audit sans réponse : relancer ou changer d'interlocuteur")
    return Matter(Weight.LATE_AUDIT, row.vendor_id, row.name, row.tier, why, row.due_on, ("audits.show", row.id))


def _missing_contract(row: Any) -> Matter:
    why = say("Aucun contrat au dossier pour un sous-traitant actif à risque élevé")
    return Matter(Weight.NO_CONTRACT, row.vendor_id, row.name, row.tier, why, None, ("vendors.show", row.vendor_id))


def _proof_matter(row: ExpiringRow) -> Matter:
    why = say("Une preuve est périmée : demander la nouvelle")
    return Matter(
        Weight.EXPIRED_PROOF, row.vendor_id, row.name, row.tier, why, row.good_until, ("vendors.show", row.vendor_id)
    )


def _trend(ctx: Context) -> list[tuple[date, float]]:
    """The mean level of the scorecards taken in each of the last twelve months that had any."""
    year, month = extract("year", Scorecard.taken_at), extract("month", Scorecard.taken_at)
    rows = ctx.session.execute(
        select(year, month, func.avg(Scorecard.basis_points))
        .where(Scorecard.taken_at >= ctx.now - timedelta(days=365))
        .group_by(year, month)
        .order_by(year, month)
    )
    return [(date(int(y), int(m), 1), float(mean) / 100) for y, m, mean in rows]


@dataclass(frozen=True)
class RiskRow:
    """A vendor in the portfolio's table."""

    vendor_id: int
    key: str
    name: str
    tier: Any
    inherent: int | None
    grade: str
    points: int | None
    residual: int | None
    card_id: int | None
    due_on: date | None


def risk_rows(
    ctx: Context,
    *,
    sort: str = "-risque",
    page: int = 1,
    size: int = PAGE_SIZE,
    inherent: int | None = None,
    grade: str | None = None,
) -> Page[RiskRow]:
    """A page of live vendors with their latest level, the greatest residual risk first."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    newest = latest_card_ids()
    where = [visible(ctx, Permission.VENDOR_VIEW, Vendor), Vendor.status.in_(LIVE)]
    if inherent is not None:
        where.append(Vendor.inherent == inherent)
    if grade is not None:
        where.append(Scorecard.grade == grade if grade else or_(Scorecard.grade.is_(None), Scorecard.grade == ""))

    def measured(*columns: Any) -> Select[Any]:
        joined = select(*columns).select_from(Vendor).outerjoin(newest, newest.c.vendor_id == Vendor.id)
        return joined.outerjoin(Scorecard, Scorecard.id == newest.c.id)

    # Without a grade to look for, counting needs no scorecard.
    total = ctx.session.scalar(select(func.count(Vendor.id)).where(*where)) if grade is None else None
    ids = measured(Vendor.id).where(*where).order_by(*_order(sort))
    found = page_of(ctx.session, ids, page, size=size, total=total)
    listed = measured(
        Vendor.id, Vendor.key, Vendor.name, Vendor.tier, Vendor.inherent, Scorecard.grade, Scorecard.basis_points,
        Scorecard.residual_points, Scorecard.id.label("card_id"),
    )  # fmt: skip
    rows = ctx.session.execute(listed.where(Vendor.id.in_(found.rows)).order_by(*_order(sort))).all()
    due = _due(ctx, found.rows)
    shown = [
        RiskRow(
            r.id,
            r.key,
            r.name,
            r.tier,
            r.inherent,
            r.grade or "",
            r.basis_points,
            r.residual_points,
            r.card_id,
            due.get(r.id),
        )
        for r in rows
    ]
    return found.showing(shown)


def _due(ctx: Context, vendor_ids: Sequence[int]) -> dict[int, date]:
    """The first deadline of each vendor of a page, asked for these vendors alone."""
    rows = ctx.session.execute(
        select(Audit.vendor_id, func.min(Audit.due_on))
        .where(Audit.vendor_id.in_(vendor_ids), Audit.state.in_(WITH_VENDOR))
        .group_by(Audit.vendor_id)
    )
    return dict(rows.all())


def _order(sort: str) -> list[Any]:
    name = sort.lstrip("-")
    # Without a scorecard the whole inherent risk remains: it counts as residual, in the same basis points.
    risk = func.coalesce(Scorecard.residual_points, Vendor.inherent * 10_000, -1)
    columns: dict[str, Any] = {
        "nom": Vendor.folded_name,
        "criticite": func.coalesce(Vendor.inherent, 0),
        "note": func.coalesce(Scorecard.basis_points, -1),
        "risque": risk,
    }
    column = columns.get(name, risk)
    return [column.desc() if sort.startswith("-") else column, Vendor.folded_name, Vendor.id]


def get_report(ctx: Context, report_id: int) -> PortfolioReport:
    """A report with its file; raises NotFound."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    found = ctx.session.scalar(
        select(PortfolioReport).options(joinedload(PortfolioReport.stored_file)).where(PortfolioReport.id == report_id)
    )
    if found is None:
        raise NotFound()
    return found
