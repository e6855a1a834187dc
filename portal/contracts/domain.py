"""What drafted contracts bring to the application."""

from portal.authz.policy import Permission
from portal.contracts import clauses_cli, tasks, views, wording
from portal.contracts.cli import contracts
from portal.core.language import N_
from portal.web.manifest import Domain, NavigationEntry

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    commands=(clauses_cli.cli, contracts),
    navigation=(
        NavigationEntry(
            order=70, endpoint="contracts.index", label=N_("Contrats"), permission=Permission.CONTRACT_VIEW,
            icon="file-text",
        ),
    ),
)  # fmt: skip
