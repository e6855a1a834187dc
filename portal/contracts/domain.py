"""What drafted contracts bring to the application."""

from typing import TYPE_CHECKING

from portal.authz.policy import Permission
from portal.contracts import tasks, views, wording
from portal.contracts.due_dates import contract_dates, contract_days
from portal.contracts.file_part import PARTS
from portal.contracts.search_hits import contract_hits
from portal.core.language import N_
from portal.core.late import late
from portal.vendors.events import ServicesChanged
from portal.web.manifest import DatedKind, Domain, NavigationEntry, NavigationGroup, Searchable

if TYPE_CHECKING:
    from portal.contracts import clauses_cli, cli
else:
    clauses_cli = late("portal.contracts.clauses_cli")
    cli = late("portal.contracts.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    file_parts=PARTS,
    dated=(DatedKind(permission=Permission.CONTRACT_VIEW, find=contract_dates, days=contract_days),),
    subscriptions={ServicesChanged: ("contracts.on_services",)},
    commands=lambda: (clauses_cli.cli, cli.contracts),
    searchables=(
        Searchable(order=20, label=N_("Contrats"), permission=Permission.CONTRACT_VIEW, find=contract_hits),
    ),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.CONTRACTS, order=10, endpoint="contracts.index", label=N_("Registre des contrats"),
            permission=Permission.CONTRACT_VIEW, icon="file-text",
        ),
        NavigationEntry(
            group=NavigationGroup.CONTRACTS, order=30, endpoint="contracts.clauses",
            label=N_("Bibliothèque de clauses"), permission=Permission.CONTRACT_VIEW, icon="book",
        ),
    ),
    pages_under={"contracts.clauses": ("contracts.clause", "contracts.requirements")},
)  # fmt: skip
