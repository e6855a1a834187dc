"""What the portal's own data bring to the application."""

from typing import TYPE_CHECKING

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.core.late import late
from portal.privacy import tasks, views, wording
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

if TYPE_CHECKING:
    from portal.privacy import cli
else:
    cli = late("portal.privacy.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    commands=lambda: (cli.privacy,),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.SETTINGS, order=40, endpoint="privacy.index", label=N_("Données du portail"),
            permission=Permission.PRIVACY_MANAGE, icon="shield",
        ),
    ),
)  # fmt: skip
