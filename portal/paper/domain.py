"""What received contracts bring to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.paper import tasks, views, wording
from portal.paper.cli import paper
from portal.web.manifest import Domain, NavigationEntry

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    commands=(paper,),
    navigation=(
        NavigationEntry(
            order=80, endpoint="paper.index", label=N_("Contrats reçus"), permission=Permission.PAPER_VIEW,
            icon="scales",
        ),
    ),
)  # fmt: skip
