"""What mystery tests bring to the application; their pages stand under « Rétractation »."""

from portal.mystery import views, wording
from portal.mystery.finding_sightings import sightings_of
from portal.web.manifest import Domain

DOMAIN = Domain(
    blueprints=(views.bp,),
    wording=(wording,),
    finding_sightings={"mystery_test": sightings_of},
    entry="samples.index",
)
