"""Reads that compose the domains; the number of statements never depends on the number of rows."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from portal.audits import overview as audits
from portal.authz.context import Context, authorize, reach, visible
from portal.authz.policy import Permission, Reach, Role
from portal.contracts import overview as contracts
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.language import say
from portal.core.pages import PAGE_SIZE, Page
from portal.core.statements import written_once
from portal.dashboard import rules
from portal.dashboard.models import PortfolioReport, VendorDecision
from portal.dashboard.rules import WEAK_GRADES, HeatMap, PendingDecision, TakenDecision, Urgency
from portal.evidence import queries as evidence
from portal.evidence.queries import ExpiringRow
from portal.findings import overview as findings
from portal.identity import queries as identity
from portal.identity.models import User
from portal.scorecards import overview as scorecards
from portal.scorecards.overview import MonthLevel
from portal.vendors import queries as vendors
from portal.vendors.queries import StandingCounts

GRADES = ("A", "B", "C", "D", "E")


@dataclass(frozen=True)
class Portfolio:
    """The whole page of management."""

    heat: HeatMap
    late: int
    """Audits past their due date."""
    expiring: int
    """Proofs in use that ended or end within sixty days."""
    incomplete: int
    """Contracts in force that do not cover what art. 28 asks for, or of which nobody has read what they cover."""
    without_contract: int
    """Vendors at work or suspended, at risk, without a contract in force; a draft is none (`WITHOUT_CONTRACT`)."""
    standings: StandingCounts
    """Live vendors by what their contracts come to."""
    findings: int
    """Findings open in all."""
    decisions: list[PendingDecision]
    taken: Mapping[int, TakenDecision]
    """What was decided last of each vendor, by vendor."""
    trend: list[MonthLevel]


def portfolio(ctx: Context) -> Portfolio:
    """Everything management looks at, in a fixed number of statements."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    taken, standings = newest_decisions(ctx), vendors.count_by_standing(ctx)
    return Portfolio(
        heat=rules.heat_map(standings.by_risk_and_grade, GRADES),
        late=audits.count_late_audits(ctx),
        expiring=evidence.count_expiring(ctx, to=Permission.PORTFOLIO_VIEW),
        incomplete=contracts.count_incomplete_contracts(ctx),
        without_contract=standings.at_risk_without,
        standings=standings,
        findings=findings.count_open_findings(ctx),
        decisions=rules.decisions(_waiting(ctx, len(taken)), taken, today=ctx.today),
        taken=taken,
        trend=scorecards.monthly_means(ctx),
    )


def pending_decisions(ctx: Context) -> list[PendingDecision]:
    """What waits for a decision, without counting anything: the first few of each kind."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    taken = newest_decisions(ctx)
    return rules.decisions(_waiting(ctx, len(taken)), taken, today=ctx.today)


def reasons_to_decide(ctx: Context, vendor_id: int) -> list[PendingDecision]:
    """Why a vendor waits for a decision, whatever was decided before, the most pressing first."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    waiting = _waiting(ctx, len(newest_decisions(ctx)))
    found = rules.decisions([one for one in waiting if one.vendor_id == vendor_id])
    return [one for first in found for one in (first, *first.also)]


def newest_decisions(ctx: Context) -> dict[int, TakenDecision]:
    """What was decided last of each vendor within reach, by vendor, unless it ended a year ago; one statement."""
    rows = ctx.session.scalars(
        _newest(reach(ctx, Permission.PORTFOLIO_VIEW)), {"since": ctx.today - timedelta(days=366)}
    )
    return {row.vendor_id: _taken(row) for row in rows}


@written_once
def _newest(within: Reach) -> Select[VendorDecision]:
    newest = select(func.max(VendorDecision.id)).group_by(VendorDecision.vendor_id)
    return _with_people().where(
        VendorDecision.id.in_(newest), VendorDecision.due_on >= bindparam("since"), within.over(VendorDecision)
    )


def decisions_on(ctx: Context, vendor_id: int) -> Sequence[VendorDecision]:
    """What was decided of a vendor, the newest first, with the people."""
    where = VendorDecision.vendor_id == vendor_id, *_within(ctx)
    return ctx.session.scalars(_with_people().where(*where).order_by(VendorDecision.id.desc())).all()


def decisions_in_charge(ctx: Context, most: int) -> Sequence[VendorDecision]:
    """The decisions that this person sees to and that still stand, the soonest due first."""
    asked = {"owner": ctx.actor.id, "today": ctx.today, "most": most}
    return ctx.session.scalars(_in_charge(), asked).all()


@cache
def _in_charge() -> Select[VendorDecision]:
    newest = select(func.max(VendorDecision.id)).group_by(VendorDecision.vendor_id)
    mine = VendorDecision.owner_id == bindparam("owner"), VendorDecision.due_on >= bindparam("today")
    found = _with_people().where(VendorDecision.id.in_(newest), *mine)
    return found.order_by(VendorDecision.due_on, VendorDecision.id).limit(bindparam("most"))


def deciders_and_owners(ctx: Context) -> list[User]:
    """The open accounts that may be put in charge of a decision, by name: who owns vendors, and management."""
    found = [*vendors.owners(ctx), *identity.staff(ctx.session, Role.MANAGEMENT)]
    return sorted({user.id: user for user in found}.values(), key=lambda user: user.name)


def _within(ctx: Context) -> tuple[ColumnElement[bool]]:
    return (visible(ctx, Permission.PORTFOLIO_VIEW, VendorDecision),)


def _with_people() -> Select[VendorDecision]:
    return select(VendorDecision).options(
        joinedload(VendorDecision.owner), joinedload(VendorDecision.decided_by), joinedload(VendorDecision.vendor)
    )


def _taken(row: VendorDecision) -> TakenDecision:
    return TakenDecision(
        row.id, row.vendor_id, row.vendor.name, row.choice,
        frozenset(Urgency[name.upper()] for name in row.reasons), row.due_on, row.owner.name,
        legal_date(row.decided_at), row.decided_by.name if row.decided_by else "",
    )  # fmt: skip


def _waiting(ctx: Context, decided: int) -> list[PendingDecision]:
    """The first few of each kind, and as many more as vendors of which something is decided: they may be the first."""
    most = rules.MOST_DECISIONS + decided
    bare, partly = vendors.first_of_each(
        ctx, vendors.WITHOUT_CONTRACT, vendors.PARTLY_COVERED, sort="-criticite", most=most
    )
    return [
        *map(_weak_vendor_decision, scorecards.weakest_vendors(ctx, sorted(WEAK_GRADES), most=most)),
        *map(_finding_decision, findings.overdue_findings(ctx, most=most)),
        *map(_missing_contract_decision, bare),
        *map(_uncovered_decision, partly),
        *map(_unmeasured_decision, scorecards.never_measured(ctx, most=most)),
        *map(_contract_decision, contracts.incomplete_contracts(ctx, most=most)),
        *map(_audit_decision, audits.late_audits(ctx, most=most)),
        *map(_proof_decision, evidence.ended_at_risk(ctx, to=Permission.PORTFOLIO_VIEW, most=most)),
    ]


def _weak_vendor_decision(row: Any) -> PendingDecision:
    why = say("Niveau %(grade)s pour un risque inhérent élevé : poursuivre, encadrer ou sortir", grade=row.grade)
    return PendingDecision(
        Urgency.WEAK_CRITICAL, row.vendor_id, row.name, row.tier, why, None, ("scorecards.show", row.id)
    )


def _finding_decision(row: Any) -> PendingDecision:
    why = say("Constat non corrigé à l'échéance : %(title)s", title=row.title)
    return PendingDecision(
        Urgency.OVERDUE_FINDING, row.vendor_id, row.name, row.tier, why, row.due_on, ("findings.show", row.id),
        others=row.overdue - 1,
    )  # fmt: skip


def _contract_decision(row: Any) -> PendingDecision:
    why = say("Contrat en vigueur dont personne n'a lu ce qu'il couvre de l'article 28")
    if row.required is not None:
        why = say(
        "Contrat en vigueur couvert à %(n)s sur %(total)s obligations de l'article 28", n=row.covered,
        total=row.required,
    )  # fmt: skip
    return PendingDecision(
        Urgency.UNCOVERED_CONTRACT, row.vendor_id, row.name, row.tier, why, None, ("contracts.show", row.id)
    )


def _audit_decision(row: Any) -> PendingDecision:
    why = say("Audit sans réponse : relancer ou changer d'interlocuteur")
    return PendingDecision(
        Urgency.LATE_AUDIT, row.vendor_id, row.name, row.tier, why, row.due_on, ("audits.show", row.id)
    )


def _missing_contract_decision(row: Any) -> PendingDecision:
    why = say("Aucun contrat en vigueur pour un sous-traitant à risque élevé")
    return PendingDecision(Urgency.NO_CONTRACT, row.id, row.name, row.tier, why, None, ("vendors.show", row.id))


def _uncovered_decision(row: Any) -> PendingDecision:
    why = say("Une prestation au moins n'a pas de contrat en vigueur ; une autre en a un")
    return PendingDecision(Urgency.UNCOVERED_SERVICE, row.id, row.name, row.tier, why, None, ("vendors.show", row.id))


def _unmeasured_decision(row: Any) -> PendingDecision:
    why = say("Jamais mesuré : aucune garantie démontrée pour un sous-traitant à risque élevé")
    return PendingDecision(Urgency.NEVER_AUDITED, row.id, row.name, row.tier, why, None, ("vendors.show", row.id))


def _proof_decision(row: ExpiringRow) -> PendingDecision:
    why = say("Une preuve est périmée : demander la nouvelle")
    return PendingDecision(
        Urgency.EXPIRED_PROOF, row.vendor_id, row.name, row.tier, why, row.good_until, ("vendors.show", row.vendor_id)
    )


@dataclass(frozen=True)
class RiskRow:
    """A vendor in the portfolio's table."""

    vendor_id: int
    name: str
    tier: Any
    inherent: int | None
    grade: str
    """Empty when the vendor was never measured."""
    points: int | None
    """Basis points: 10,000 is the best level."""
    residual: int | None
    card_id: int | None
    due_on: date | None
    """The first date at which answers are due."""


def risk_rows(
    ctx: Context,
    heat: HeatMap,
    *,
    sort: str = "-risque",
    page: int = 1,
    size: int = PAGE_SIZE,
    inherent: int | None = None,
    grade: str | None = None,
) -> Page[RiskRow]:
    """A page of the vendors of a heat map with their latest level, the greatest residual risk first."""
    found = scorecards.vendors_by_risk(
        ctx, sort=sort, page=page, size=size, total=heat.count(inherent, grade), inherent=inherent, grade=grade
    )
    due = audits.first_due_dates(ctx, [row.id for row in found.rows])
    return found.showing(
        [
            RiskRow(
                row.id, row.name, row.tier, row.inherent, row.grade, row.level_points if row.card_id else None,
                row.residual_points, row.card_id, due.get(row.id),
            )
            for row in found.rows
        ]
    )  # fmt: skip


def get_report(ctx: Context, report_id: int) -> PortfolioReport:
    """A report with its file; raises NotFound."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    found = ctx.session.scalar(
        select(PortfolioReport).options(joinedload(PortfolioReport.stored_file)).where(PortfolioReport.id == report_id)
    )
    if found is None:
        raise NotFound()
    return found
