"""Measuring a sample part by part: each part is a job, and what it adds is written with the part it ends."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from portal.authz.context import Context
from portal.core.row_lock import hold_row
from portal.jobs.ledger import enqueue, publish
from portal.journal import services as journal
from portal.samples.events import SampleMeasured
from portal.samples.models import CaseSample, FlaggedCase, SampleState

PART = 20_000
"""Cases of one job: a worker that dies gives back one part, the others are done or still wait."""
MOST_FLAGGED = 1_000
"""Cases kept for the page, the gravest; the whole is in the file."""


def queue_next_part(ctx: Context, sample: CaseSample) -> None:
    """Promise the part that comes next."""
    enqueue(
        ctx, "withdrawals.measure", {"sample_id": sample.id, "attempt": sample.attempt, "start": sample.done},
        dedup=f"withdrawals.measure:{sample.id}:{sample.attempt}:{sample.done}",
    )  # fmt: skip


def record_part(
    ctx: Context, sample: CaseSample, *, start: int, count: int, tally: dict[str, Any], worst: Sequence[dict[str, Any]]
) -> None:  # fmt: skip
    """Add what a part found, and go on with the next one; a part that was counted already is left alone."""
    hold_row(ctx.session, sample)
    if sample.state is not SampleState.MEASURING or sample.done != start:
        return
    if worst:
        ctx.session.execute(insert(FlaggedCase), [{"sample_id": sample.id, **row} for row in worst])
        _keep_the_gravest(ctx, sample)
    sample.tally, sample.done = tally, start + count
    sample.flagged_cases = int(tally["flagged"])
    ctx.session.flush()
    if sample.done < sample.total:
        queue_next_part(ctx, sample)
        return
    sample.state, sample.measured_at = SampleState.MEASURED, ctx.now
    ctx.session.flush()
    journal.record(ctx, "sample.measured", sample, after={"cases": sample.total, "flagged": sample.flagged_cases})
    publish(ctx, SampleMeasured(sample.id, sample.vendor_id), key=f"{sample.id}:{sample.attempt}")


def _keep_the_gravest(ctx: Context, sample: CaseSample) -> None:
    least = ctx.session.scalar(
        select(FlaggedCase.weight)
        .where(FlaggedCase.sample_id == sample.id)
        .order_by(FlaggedCase.weight.desc(), FlaggedCase.line)
        .offset(MOST_FLAGGED)
        .limit(1)
    )
    if least is not None:
        kept = (
            select(FlaggedCase.id)
            .where(FlaggedCase.sample_id == sample.id)
            .order_by(FlaggedCase.weight.desc(), FlaggedCase.line)
            .limit(MOST_FLAGGED)
        )
        ctx.session.execute(
            delete(FlaggedCase)
            .where(FlaggedCase.sample_id == sample.id, FlaggedCase.id.not_in(kept))
            .execution_options(synchronize_session=False)
        )
