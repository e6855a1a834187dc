"""Where the gap of a finding was seen in samples, and when one was last measured, for the pages of findings."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from sqlalchemy import func, select

from portal.authz.context import Context
from portal.samples.models import CaseSample, SampleFinding, SampleState
from portal.web.formats import long_date
from portal.web.manifest import FindingSighting
from portal.web.text import _


def sightings_of(ctx: Context, finding_id: int) -> Iterator[FindingSighting]:
    """Each sample of cases or calls whose measure showed the gap."""
    rows = ctx.session.scalars(
        select(CaseSample)
        .join(SampleFinding, SampleFinding.sample_id == CaseSample.id)
        .where(SampleFinding.finding_id == finding_id)
    )
    for sample in rows:
        seen_at = sample.measured_at or sample.asked_at
        yield FindingSighting(
            at=seen_at,
            place=_("l'échantillon du %(day)s", day=long_date(seen_at)),
            link=_("Voir l'échantillon"),
            url=url_for("samples.show", sample_id=sample.id),
        )


def last_measured(ctx: Context, vendor_id: int) -> datetime | None:
    """When a sample of a vendor was last measured."""
    return ctx.session.scalar(
        select(func.max(CaseSample.measured_at)).where(
            CaseSample.vendor_id == vendor_id, CaseSample.state == SampleState.MEASURED
        )
    )
