"""What the file for the authority brings to the application."""

from typing import TYPE_CHECKING

from portal.authority import tasks, views, wording
from portal.authz.policy import Permission
from portal.core.language import N_
from portal.core.late import late
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

if TYPE_CHECKING:
    from portal.authority import cli
else:
    cli = late("portal.authority.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    commands=lambda: (cli.authority_file,),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.STEERING, order=30, endpoint="authority.index",
            label=N_("Dossiers pour l'autorité"), permission=Permission.AUTHORITY_FILE, icon="file-text",
        ),
    ),
    pages_under={"authority.index": ("authority.preview", "authority.show")},
)  # fmt: skip
