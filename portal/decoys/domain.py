"""What decoys bring to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.decoys import tasks, views, wording
from portal.decoys.file_part import PARTS
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    file_parts=PARTS,
    navigation=(
        NavigationEntry(
            group=NavigationGroup.VENDORS, order=90, endpoint="decoys.index", label=N_("Adresses pièges"),
            permission=Permission.DECOY_MANAGE, icon="mail",
        ),
    ),
    pages_under={"decoys.index": ("decoys.show", "decoys.new", "decoys.by_hand")},
)  # fmt: skip
