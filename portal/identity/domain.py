"""What accounts bring to the application."""

from typing import TYPE_CHECKING

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.core.late import late
from portal.identity import tasks, views, wording
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

if TYPE_CHECKING:
    from portal.identity import cli
else:
    cli = late("portal.identity.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    commands=lambda: (cli.accounts,),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.SETTINGS, order=20, endpoint="identity.users", label=N_("Comptes"),
            permission=Permission.USER_MANAGE, icon="people",
        ),
    ),
    pages_under={
        "identity.users": ("identity.invite", "identity.second_factor_demands", "identity.user"),
    },
)  # fmt: skip
