"""What mystery tests bring to the application; their pages stand under « Rétractation »."""

from portal.core.language import N_
from portal.mystery import views, wording
from portal.web.manifest import Domain, FindingOrigin

DOMAIN = Domain(
    blueprints=(views.bp,),
    wording=(wording,),
    finding_origins={
        "mystery_test": FindingOrigin(label=N_("Voir le test mystère"), endpoint="mystery.show", argument="test_id"),
    },
    entry="samples.index",
)
