"""What published terms bring to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.published_terms import cli, tasks, views, wording
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    commands=(cli.published,),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.VENDORS, order=87, endpoint="published_terms.index", label=N_("Textes publiés"),
            permission=Permission.PUBLISHED_VIEW, icon="eye",
        ),
    ),
)  # fmt: skip
