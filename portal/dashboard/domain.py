"""What the home page and the portfolio bring to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.dashboard import tasks, views, wording
from portal.dashboard.cli import portfolio
from portal.dashboard.file_part import PARTS
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    file_parts=PARTS,
    commands=(portfolio,),
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
