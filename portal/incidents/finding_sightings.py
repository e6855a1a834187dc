"""Where the gap of a finding was seen in breaches, for the pages of findings."""

from collections.abc import Iterator

from flask import url_for
from sqlalchemy import select

from portal.authz.context import Context
from portal.incidents.models import Incident, IncidentFinding
from portal.web.formats import long_date
from portal.web.manifest import FindingSighting
from portal.web.text import _


def sightings_of(ctx: Context, finding_id: int) -> Iterator[FindingSighting]:
    """Each breach that a finding was opened from."""
    rows = ctx.session.execute(
        select(Incident.id, Incident.declared_at, IncidentFinding.seen_at)
        .join(IncidentFinding, IncidentFinding.incident_id == Incident.id)
        .where(IncidentFinding.finding_id == finding_id)
    )
    for row in rows:
        yield FindingSighting(
            at=row.seen_at,
            place=_("la violation de données du %(day)s", day=long_date(row.declared_at)),
            link=_("Voir la violation"),
            url=url_for("incidents.show", incident_id=row.id),
        )
