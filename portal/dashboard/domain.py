"""What the pages of management and of operations bring to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.dashboard import system, tasks, views, wording
from portal.dashboard.files_cli import files
from portal.dashboard.jobs_cli import jobs
from portal.web.manifest import Domain, NavigationEntry

DOMAIN = Domain(
    blueprints=(views.bp, system.bp),
    tasks=(tasks,),
    wording=(wording,),
    commands=(jobs, files),
    navigation=(
        NavigationEntry(
            order=10, endpoint="dashboard.home", label=N_("Accueil"), permission=Permission.HOME_VIEW, icon="house"
        ),
        NavigationEntry(
            order=20, endpoint="dashboard.portfolio", label=N_("Portefeuille"), permission=Permission.PORTFOLIO_VIEW,
            icon="grid",
        ),
        NavigationEntry(
            order=140, endpoint="system.jobs", label=N_("Tâches"), permission=Permission.JOB_MANAGE, icon="gear",
        ),
    ),
    pages_under={
        "dashboard.portfolio": ("dashboard.report",),
        "system.jobs": ("system.mails",),
    },
)  # fmt: skip
