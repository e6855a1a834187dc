"""What breaches bring to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.incidents import views, wording
from portal.incidents.due_dates import incident_dates, incident_days
from portal.incidents.file_part import PARTS
from portal.incidents.finding_sightings import sightings_of
from portal.web.manifest import DatedKind, Domain, NavigationEntry, NavigationGroup

DOMAIN = Domain(
    blueprints=(views.bp,),
    wording=(wording,),
    file_parts=PARTS,
    finding_sightings={"incident": sightings_of},
    dated=(DatedKind(permission=Permission.INCIDENT_VIEW, find=incident_dates, days=incident_days),),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.VENDORS, order=80, endpoint="incidents.index", label=N_("Violations de données"),
            permission=Permission.INCIDENT_VIEW, icon="warning",
        ),
    ),
)  # fmt: skip
