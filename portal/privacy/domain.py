"""What the portal's own data bring to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.privacy import tasks, views, wording
from portal.privacy.cli import privacy
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    commands=(privacy,),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.SETTINGS, order=40, endpoint="privacy.index", label=N_("Données du portail"),
            permission=Permission.PRIVACY_MANAGE, icon="shield",
        ),
    ),
)  # fmt: skip
