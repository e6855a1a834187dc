"""What the register of processing brings to the application."""

from typing import TYPE_CHECKING

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.core.late import late
from portal.processing import tasks, views, wording
from portal.processing.file_part import PARTS
from portal.processing.search_hits import activity_hits
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup, Searchable

if TYPE_CHECKING:
    from portal.processing import cli
else:
    cli = late("portal.processing.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    file_parts=PARTS,
    commands=lambda: (cli.register,),
    searchables=(
        Searchable(
            order=55, label=N_("Registre des traitements"), permission=Permission.REGISTER_VIEW, find=activity_hits
        ),
    ),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.STEERING, order=12, endpoint="processing.index",
            label=N_("Registre des traitements"), permission=Permission.REGISTER_VIEW, icon="list",
        ),
    ),
)  # fmt: skip
