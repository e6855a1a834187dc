"""What received contracts bring to the application."""

from typing import TYPE_CHECKING

from portal.authz.policy import Permission
from portal.contracts.events import CertificateReceived, SignedCopyReceived
from portal.core.language import N_
from portal.core.late import late
from portal.paper import tasks, views, wording
from portal.paper.file_part import PARTS
from portal.paper.search_hits import review_hits
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup, Searchable

if TYPE_CHECKING:
    from portal.paper import cli
else:
    cli = late("portal.paper.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    file_parts=PARTS,
    commands=lambda: (cli.paper,),
    subscriptions={SignedCopyReceived: ("paper.read_copy",), CertificateReceived: ("paper.read_certificate",)},
    searchables=(
        Searchable(order=30, label=N_("Contrats reçus"), permission=Permission.PAPER_VIEW, find=review_hits),
    ),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.CONTRACTS, order=20, endpoint="paper.index", label=N_("Contrats reçus"),
            permission=Permission.PAPER_VIEW, icon="scales",
        ),
    ),
)  # fmt: skip
