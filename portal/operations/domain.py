"""What the pages and commands of operators bring to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.jobs import bounce_reading
from portal.operations import incidents, journal_news, nightly_files, views, wording
from portal.operations.backup_cli import backup
from portal.operations.database_cli import database_commands
from portal.operations.doctor_cli import doctor
from portal.operations.files_cli import files
from portal.operations.jobs_cli import jobs
from portal.operations.seal_cli import seal
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(bounce_reading, incidents, journal_news, nightly_files),
    wording=(wording,),
    commands=(jobs, files, seal, backup, database_commands, doctor),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.SETTINGS, order=30, endpoint="system.jobs", label=N_("Tâches"),
            permission=Permission.JOB_MANAGE, icon="gear",
        ),
    ),
    pages_under={"system.jobs": ("system.mails",)},
)  # fmt: skip
