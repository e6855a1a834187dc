"""What mystery tests bring to the application; their pages stand under « Rétractation »."""

from portal.mystery import views, wording
from portal.mystery.finding_sightings import last_concluded, sightings_of
from portal.mystery.script_files import stages_of_steps
from portal.web.manifest import Domain

DOMAIN = Domain(
    blueprints=(views.bp,),
    wording=(wording,),
    finding_sightings={"mystery_test": sightings_of},
    finding_stages=stages_of_steps,
    last_check=last_concluded,
    entry="samples.index",
)
