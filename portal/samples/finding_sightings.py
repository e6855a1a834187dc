"""Where the gap of a finding was seen in samples, for the page of the finding."""

from collections.abc import Iterator

from flask import url_for
from sqlalchemy import select

from portal.authz.context import Context
from portal.samples.models import CaseSample, SampleFinding
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
