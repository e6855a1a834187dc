"""What the register of vendors brings to the application."""

from typing import TYPE_CHECKING

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.core.late import late
from portal.vendors import tasks, views, wording
from portal.vendors.file_part import PARTS
from portal.vendors.search_hits import vendor_hits
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup, Searchable

if TYPE_CHECKING:
    from portal.vendors import cli
else:
    cli = late("portal.vendors.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    file_parts=PARTS,
    commands=lambda: (cli.vendors,),
    searchables=(
        Searchable(order=10, label=N_("Sous-traitants"), permission=Permission.VENDOR_VIEW, find=vendor_hits),
    ),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.VENDORS, order=10, endpoint="vendors.index", label=N_("Sous-traitants"),
            permission=Permission.VENDOR_VIEW, icon="building",
        ),
        NavigationEntry(
            group=NavigationGroup.SETTINGS, order=10, endpoint="vendors.entities", label=N_("Entités du groupe"),
            permission=Permission.ENTITY_MANAGE, icon="building",
        ),
    ),
    pages_under={
        "vendors.index": ("vendors.message", "vendors.messages"),
        "vendors.entities": ("vendors.edit_entity", "vendors.entity_rules", "vendors.new_entity"),
    },
)  # fmt: skip
