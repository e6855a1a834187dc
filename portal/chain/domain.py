"""What the chain of processors brings to the application."""

from typing import TYPE_CHECKING

from portal.audits.events import AuditAccepted
from portal.authz.policy import Permission
from portal.chain import tasks, views, wording
from portal.chain.file_part import PARTS
from portal.chain.search_hits import company_hits
from portal.core.language import N_
from portal.core.late import late
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup, Searchable

if TYPE_CHECKING:
    from portal.chain import cli
else:
    cli = late("portal.chain.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    file_parts=PARTS,
    commands=lambda: (cli.register,),
    subscriptions={AuditAccepted: ("chain.on_acceptance",)},
    searchables=(
        Searchable(
            order=15, label=N_("Sociétés de la chaîne"), permission=Permission.CHAIN_VIEW, find=company_hits
        ),
    ),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.VENDORS, order=20, endpoint="chain.index", label=N_("Chaîne de sous-traitance"),
            permission=Permission.CHAIN_VIEW, icon="chain",
        ),
    ),
    pages_under={"vendors.index": ("chain.vendor",)},
)  # fmt: skip
