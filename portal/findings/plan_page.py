"""The plan of a vendor: every finding whatever showed it, by what presses most; a fixed number of statements."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.findings.models import Finding, FindingMessage
from portal.findings.rules import PlanGroup, PlanVerdict, RelationStage, Severity, StaleReason, plan_verdict
from portal.vendors.models import Vendor

AT_MOST = 1000
"""Findings of one vendor: a subject is one finding, and there are as many subjects as questions and faults."""


@dataclass(frozen=True)
class PlanLine:
    """A finding in the plan."""

    finding: Finding
    group: PlanGroup
    is_overdue: bool
    stale: StaleReason | None
    stage: str
    """Of the relation with consumers; empty when it belongs to none."""
    proofs: int
    """Files that the vendor gave since the correction is asked."""


@dataclass(frozen=True)
class VendorPlan:
    """The plan of a vendor, or what of it belongs to one stage of the relation with consumers."""

    vendor: Vendor
    verdict: PlanVerdict
    """Of the whole plan, whatever the stage that is shown."""
    groups: Sequence[tuple[PlanGroup, Sequence[PlanLine]]]
    """Those that hold something, the most pressing first."""
    counts: Mapping[PlanGroup, int]
    """Of the whole plan."""
    overdue: int
    """Findings past their date, whoever acts next."""
    by_stage: Mapping[RelationStage, int]
    """Findings that are not closed, by stage."""
    checked_at: datetime | None
    """When somebody last looked at the vendor to the end."""
    stage: RelationStage | None = None
    """The one whose lines alone are here."""

    @property
    def lines(self) -> list[PlanLine]:
        """Every line shown, in order."""
        return [line for _group, lines in self.groups for line in lines]

    @property
    def first(self) -> PlanLine | None:
        """What to do first: none when nothing waits for anybody."""
        done = {PlanGroup.WAIVED, PlanGroup.CLOSED}
        return next((line for line in self.lines if line.group not in done), None)


def plan_of(
    ctx: Context, vendor: Vendor, stages: Mapping[str, str], checked_at: datetime | None, *, stage: str = ""
) -> VendorPlan:
    """The plan of a vendor within reach, in two statements; `stages` gives the stage of the subjects that have one."""
    found = ctx.session.scalars(
        select(Finding)
        .options(joinedload(Finding.contact), joinedload(Finding.vendor))
        .where(Finding.vendor_id == vendor.id, visible(ctx, Permission.FINDING_VIEW, Finding))
        .order_by(Finding.due_on, Finding.id)
        .limit(AT_MOST)
    ).all()
    given = _proofs_given(ctx, vendor)
    lines = [_line(ctx, vendor, finding, stages, given) for finding in found]
    lines.sort(key=lambda line: (list(Severity).index(line.finding.severity), line.finding.due_on, line.finding.id))
    counts = Counter(line.group for line in lines)
    overdue = sum(line.is_overdue for line in lines)
    shown = [line for line in lines if not stage or line.stage == stage]
    return VendorPlan(
        vendor=vendor,
        verdict=plan_verdict(counts, overdue, is_checked=checked_at is not None),
        groups=[(group, of) for group in PlanGroup if (of := [line for line in shown if line.group is group])],
        counts={group: counts[group] for group in PlanGroup},
        overdue=overdue,
        by_stage=_by_stage(lines),
        checked_at=checked_at,
        stage=RelationStage(stage) if stage else None,
    )


def _by_stage(lines: Sequence[PlanLine]) -> dict[RelationStage, int]:
    counted = Counter(line.stage for line in lines if line.group is not PlanGroup.CLOSED)
    return {stage: counted[stage] for stage in RelationStage}


def _line(
    ctx: Context, vendor: Vendor, finding: Finding, stages: Mapping[str, str], given: Mapping[int, int]
) -> PlanLine:  # fmt: skip
    planned = finding.planned
    return PlanLine(
        finding=finding,
        group=planned.group(ctx.today, vendor.level_points),
        is_overdue=planned.is_overdue(ctx.today),
        stale=planned.stale(ctx.today, vendor.level_points),
        stage=stages.get(finding.subject, ""),
        proofs=given.get(finding.id, 0),
    )


def _proofs_given(ctx: Context, vendor: Vendor) -> dict[int, int]:
    rows = ctx.session.execute(
        select(FindingMessage.finding_id, func.count().label("n"))
        .join(Finding, Finding.id == FindingMessage.finding_id)
        .where(
            Finding.vendor_id == vendor.id, FindingMessage.from_vendor.is_(True), FindingMessage.file_id.is_not(None),
            FindingMessage.at >= Finding.asked_at,
        )
        .group_by(FindingMessage.finding_id)
    )  # fmt: skip
    return {row.finding_id: row.n for row in rows}
