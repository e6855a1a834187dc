"""What the journal brings to the application."""

from typing import TYPE_CHECKING

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.core.late import late
from portal.journal import tasks, views, wording
from portal.journal.last_write import last_write
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

if TYPE_CHECKING:
    from portal.journal import cli
else:
    cli = late("portal.journal.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    commands=lambda: (cli.journal,),
    last_write=last_write,
    pages_under={"journal.index": ("journal.entry",)},
    navigation=(
        NavigationEntry(
            group=NavigationGroup.STEERING, order=20, endpoint="journal.index", label=N_("Journal"),
            permission=Permission.JOURNAL_VIEW, icon="clock",
        ),
    ),
)  # fmt: skip
