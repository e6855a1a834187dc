"""What the home page and the portfolio bring to the application."""

from typing import TYPE_CHECKING

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.core.late import late
from portal.dashboard import tasks, views, wording
from portal.dashboard.file_part import PARTS
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

if TYPE_CHECKING:
    from portal.dashboard import cli
else:
    cli = late("portal.dashboard.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    file_parts=PARTS,
    commands=lambda: (cli.portfolio,),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.HOME, order=10, endpoint="dashboard.home", label=N_("Accueil"),
            permission=Permission.HOME_VIEW, icon="house",
        ),
        NavigationEntry(
            group=NavigationGroup.STEERING, order=10, endpoint="dashboard.portfolio", label=N_("Portefeuille"),
            permission=Permission.PORTFOLIO_VIEW, icon="grid",
        ),
    ),
    pages_under={"dashboard.portfolio": ("dashboard.report",)},
)  # fmt: skip
