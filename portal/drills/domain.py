"""What drills bring to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.drills import tasks, views, wording
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.STEERING, order=31, endpoint="drills.index", label=N_("Exercices"),
            permission=Permission.DRILL_VIEW, icon="clock",
        ),
    ),
)  # fmt: skip
