"""Jobs of samples: read a file, measure a part of it; outside any transaction, safe to repeat."""

import io
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.core import process
from portal.core.clock import legal_date
from portal.core.stored import blob_of, keep
from portal.jobs.ledger import Record, task
from portal.samples import file_check, services
from portal.samples.measure import measure_part
from portal.samples.models import CaseSample, SampleState
from portal.samples.services import MOST_FLAGGED, PART


@task("withdrawals.read", outside=True, lease_seconds=180)
def read(ctx: Context, *, sample_id: int, attempt: int, job_id: int) -> Record | None:
    """Read a file received; one that was replaced or read meanwhile is left alone."""
    sample = ctx.session.get_one(CaseSample, sample_id, options=[joinedload(CaseSample.file)])
    if sample.state is not SampleState.READING or sample.attempt != attempt or sample.file is None:
        return None
    examined, blob = services.check_received(ctx, sample)

    def record(done: Context) -> None:
        row = done.session.get_one(CaseSample, sample_id)
        kept = None if blob is None else keep(done.session, blob, at=done.now)
        services.record_check(done, row, attempt, examined, kept)

    return record


@task("withdrawals.measure", outside=True, lease_seconds=180)
def measure(ctx: Context, *, sample_id: int, attempt: int, start: int, job_id: int) -> Record | None:
    """Measure the next part of a sample; one that was counted already is left alone."""
    sample = ctx.session.get_one(CaseSample, sample_id, options=[joinedload(CaseSample.clean_file)])
    if sample.state is not SampleState.MEASURING or sample.done != start or sample.clean_file is None:
        return None
    as_of = legal_date(sample.sent_at or ctx.now)
    pieces = io.BufferedReader(_Chunks(process.store().open(blob_of(sample.clean_file))))
    text = io.TextIOWrapper(pieces, encoding="utf-8", newline="")
    rows = file_check.measured_rows(text, sample.kind, start, PART)
    found = measure_part(rows, sample.kind, sample.tally, as_of, MOST_FLAGGED)

    def record(done: Context) -> None:
        row = done.session.get_one(CaseSample, sample_id)
        services.record_part(done, row, start=start, count=found.count, tally=found.tally, worst=found.worst)

    return record


@task("withdrawals.tell_measured")
def tell_measured(ctx: Context, *, sample_id: int, vendor_id: int) -> None:
    """Write to whoever asked that a sample is measured; once."""
    sample = ctx.session.get_one(
        CaseSample, sample_id, options=[joinedload(CaseSample.vendor), joinedload(CaseSample.asked_by)]
    )
    services.tell_measured(ctx, sample)


class _Chunks(io.RawIOBase):
    """The pieces of a stored file as a stream: a part of a large sample is read without holding the whole."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count
