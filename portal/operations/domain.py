"""What the pages and commands of operators bring to the application."""

from typing import TYPE_CHECKING

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.core.late import late
from portal.jobs import bounce_reading
from portal.operations import incidents, journal_news, nightly_files, views, wording
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

if TYPE_CHECKING:
    from portal.operations import backup_cli, database_cli, doctor_cli, files_cli, jobs_cli, seal_cli
else:
    backup_cli = late("portal.operations.backup_cli")
    database_cli = late("portal.operations.database_cli")
    doctor_cli = late("portal.operations.doctor_cli")
    files_cli = late("portal.operations.files_cli")
    jobs_cli = late("portal.operations.jobs_cli")
    seal_cli = late("portal.operations.seal_cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(bounce_reading, incidents, journal_news, nightly_files),
    wording=(wording,),
    commands=lambda: (
        jobs_cli.jobs,
        files_cli.files,
        seal_cli.seal,
        backup_cli.backup,
        database_cli.database_commands,
        doctor_cli.doctor,
    ),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.SETTINGS, order=30, endpoint="system.jobs", label=N_("Tâches"),
            permission=Permission.JOB_MANAGE, icon="gear",
        ),
    ),
    pages_under={"system.jobs": ("system.mails",)},
)  # fmt: skip
