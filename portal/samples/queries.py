"""Reads of samples, bounded by the actor's reach."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import groupby

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload, load_only

from portal.authz.context import Context, reach, visible
from portal.authz.policy import Permission, Reach
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.pages import Page, page_of
from portal.core.statements import written_once
from portal.findings.models import Finding
from portal.samples.file_check import FileExpectations
from portal.samples.models import CaseSample, FlaggedCase, SampleColumns, SampleFinding, SampleState
from portal.samples.rules.columns import FIELDS, SampleField, SampleKind
from portal.samples.rules.standing_faults import SampleMeasure, standing_faults
from portal.vendors.models import Vendor

ORIGIN = "case_sample"
"""What findings opened from a sample say of where they come from."""
WORST_SHOWN = 25


def get_sample(ctx: Context, sample_id: int, *, to: Permission) -> CaseSample:
    """A sample within reach, with its vendor; raises NotFound."""
    found = ctx.session.scalar(
        select(CaseSample)
        .options(joinedload(CaseSample.vendor), joinedload(CaseSample.file), joinedload(CaseSample.asked_by))
        .where(CaseSample.id == sample_id, visible(ctx, to, CaseSample))
    )
    if found is None:
        raise NotFound()
    return found


def sample_page(ctx: Context, *, page: int, vendor_id: int | None = None) -> Page[CaseSample]:
    """Samples within reach, those with the vendor first by due date, then the newest."""
    within = visible(ctx, Permission.WITHDRAWAL_VIEW, CaseSample)
    order = (CaseSample.measured_at.is_(None).desc(), CaseSample.due_on.desc(), CaseSample.id.desc())
    listed = select(CaseSample.id).where(within).order_by(*order)
    if vendor_id is not None:
        listed = listed.where(CaseSample.vendor_id == vendor_id)
    found = page_of(ctx.session, listed, page)
    rows = ctx.session.scalars(_listed_rows().where(CaseSample.id.in_(found.rows)).order_by(*order))
    return found.showing(rows.all())


@cache
def _listed_rows() -> Select[CaseSample]:
    """What a list shows of a row and of its vendor; neither long texts nor what is counted."""
    return select(CaseSample).options(
        load_only(
            CaseSample.kind, CaseSample.state, CaseSample.due_on, CaseSample.period_from, CaseSample.period_to,
            CaseSample.size, CaseSample.total, CaseSample.flagged_cases, raiseload=True,
        ),
        joinedload(CaseSample.vendor).load_only(Vendor.name, raiseload=True),
    )  # fmt: skip


def gravest_cases(
    ctx: Context, sample: CaseSample, flag: str = "", *, at_most: int = WORST_SHOWN
) -> Sequence[FlaggedCase]:
    """The gravest cases of a sample, of one fault or of all."""
    rows = ctx.session.scalars(
        select(FlaggedCase)
        .where(FlaggedCase.sample_id == sample.id)
        .order_by(FlaggedCase.weight.desc(), FlaggedCase.line)
        .limit(at_most if not flag else None)
    ).all()
    return [row for row in rows if not flag or flag in row.flags][:at_most]


def latest_measured(ctx: Context, vendor_id: int) -> list[CaseSample]:
    """The newest measured sample of each kind of one vendor, by the period that it is of, within reach."""
    rows = ctx.session.scalars(
        select(CaseSample)
        .options(joinedload(CaseSample.vendor))
        .where(CaseSample.id.in_(_newest_of(vendor_id)), visible(ctx, Permission.WITHDRAWAL_VIEW, CaseSample))
        .order_by(CaseSample.kind)
    )
    return list(rows)


@dataclass(frozen=True)
class ProvenFault:
    """A fault of real cases whose true rate surely exceeds a share."""

    label: str
    item: int
    """The requirement that it breaks, of clauses CL30 and CL31."""
    failures: int
    trials: int
    until: date
    """Last day of the period in which it was measured."""
    is_newest: bool
    """Whether the newest sample shows it; else an older one does, and what was measured since does not clear it."""


def proven_faults(ctx: Context, vendor_id: int, *, beyond: Decimal) -> list[ProvenFault]:
    """What the measured samples of a vendor prove: faults surely more frequent than `beyond` (0–1), not cleared since.

    One statement; for each kind of sample, the gravest and most frequent first.
    """
    rows = ctx.session.execute(
        select(
            CaseSample.kind, CaseSample.period_from, CaseSample.period_to, CaseSample.confidence, CaseSample.tally,
            CaseSample.drawn, CaseSample.total,
        )
        .where(
            CaseSample.vendor_id == vendor_id, CaseSample.state == SampleState.MEASURED,
            visible(ctx, Permission.WITHDRAWAL_VIEW, CaseSample),
        )
        .order_by(CaseSample.kind, CaseSample.period_to.desc(), CaseSample.id.desc())
    )  # fmt: skip
    measures = (
        SampleMeasure(
            row.kind, row.period_from, row.period_to, Decimal(row.confidence), row.tally,
            is_drawn=bool(row.drawn) and row.total >= len(row.drawn),
        )
        for row in rows
    )  # fmt: skip
    return [
        ProvenFault(
            one.rate.flag.label, one.rate.flag.ground.item, one.rate.failures, one.rate.trials, one.until,
            one.is_newest,
        )
        for _kind, samples in groupby(measures, key=lambda measure: measure.kind)
        for one in standing_faults(samples, beyond)
    ]  # fmt: skip


def _newest_of(vendor_id: int) -> Select[int]:
    """The newest measured sample of each kind of a vendor: the same that `proven_faults` calls so."""
    newest_first = CaseSample.period_to.desc(), CaseSample.id.desc()
    placed = (
        select(
            CaseSample.id, func.row_number().over(partition_by=CaseSample.kind, order_by=newest_first).label("place")
        )
        .where(CaseSample.vendor_id == vendor_id, CaseSample.state == SampleState.MEASURED)
        .subquery()
    )
    return select(placed.c.id).where(placed.c.place == 1)


def findings_of_sample(ctx: Context, sample: CaseSample) -> dict[str, Finding]:
    """The findings that a sample showed, by the fault that was measured."""
    rows = ctx.session.execute(
        select(SampleFinding.fault, Finding)
        .join(Finding, Finding.id == SampleFinding.finding_id)
        .where(SampleFinding.sample_id == sample.id)
        .order_by(SampleFinding.id)
    )
    return {row.fault: row.Finding for row in rows}


def samples_to_read(ctx: Context, *, at_most: int) -> list[CaseSample]:
    """Measured samples with faults that nobody has opened a finding on, the newest first."""
    return list(ctx.session.scalars(_to_read(reach(ctx, Permission.WITHDRAWAL_VIEW)), {"most": at_most}))


@written_once
def _to_read(within: Reach) -> Select[CaseSample]:
    opened = select(SampleFinding.id).where(SampleFinding.sample_id == CaseSample.id)
    return (
        select(CaseSample)
        .options(joinedload(CaseSample.vendor))
        .where(
            within.over(CaseSample), CaseSample.state == SampleState.MEASURED, CaseSample.flagged_cases > 0,
            ~opened.exists(),
        )
        .order_by(CaseSample.measured_at.desc())
        .limit(bindparam("most"))
    )  # fmt: skip


def previous_sample(ctx: Context, sample: CaseSample) -> CaseSample | None:
    """The sample of the same vendor and kind measured before this one."""
    return ctx.session.scalar(
        select(CaseSample)
        .where(
            CaseSample.vendor_id == sample.vendor_id,
            CaseSample.kind == sample.kind,
            CaseSample.state == SampleState.MEASURED,
            CaseSample.id < sample.id,
        )
        .order_by(CaseSample.id.desc())
        .limit(1)
    )


def remembered_columns(ctx: Context, vendor_id: int, kind: SampleKind) -> dict[str, str]:
    """How a vendor names its columns; empty when it has not chosen."""
    found = ctx.session.scalar(
        select(SampleColumns.fields).where(SampleColumns.vendor_id == vendor_id, SampleColumns.kind == kind)
    )
    return dict(found or {})


def file_expectations(ctx: Context, sample: CaseSample) -> FileExpectations:
    """What a file of a sample is read against."""
    fields: type[SampleField] = FIELDS[sample.kind]
    corrections = {
        (int(line), fields(name)): text for line, cells in sample.corrections.items() for name, text in cells.items()
    }
    return FileExpectations(
        sample.kind, remembered_columns(ctx, sample.vendor_id, sample.kind), frozenset(sample.drawn), corrections,
        ctx.today,
    )  # fmt: skip
