"""What published terms bring to the application."""

from typing import TYPE_CHECKING

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.core.late import late
from portal.published_terms import tasks, views, wording
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

if TYPE_CHECKING:
    from portal.published_terms import cli
else:
    cli = late("portal.published_terms.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    commands=lambda: (cli.published,),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.VENDORS, order=87, endpoint="published_terms.index", label=N_("Textes publiés"),
            permission=Permission.PUBLISHED_VIEW, icon="eye",
        ),
    ),
)  # fmt: skip
