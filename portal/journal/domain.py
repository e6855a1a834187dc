"""What the journal brings to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.journal import tasks, views, wording
from portal.journal.cli import journal
from portal.journal.last_write import last_write
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    commands=(journal,),
    last_write=last_write,
    pages_under={"journal.index": ("journal.entry",)},
    navigation=(
        NavigationEntry(
            group=NavigationGroup.STEERING, order=20, endpoint="journal.index", label=N_("Journal"),
            permission=Permission.JOURNAL_VIEW, icon="clock",
        ),
    ),
)  # fmt: skip
