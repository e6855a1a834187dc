"""What announced changes bring to the application."""

from portal.authz.policy import Permission
from portal.changes import tasks, views, wording
from portal.changes.due_dates import change_dates, change_days
from portal.changes.search_hits import change_hits
from portal.core.language import N_
from portal.paper.events import DelayConfirmed
from portal.web.manifest import DatedKind, Domain, NavigationEntry, NavigationGroup, Searchable

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    subscriptions={DelayConfirmed: ("changes.on_delay",)},
    dated=(DatedKind(permission=Permission.CHANGE_VIEW, find=change_dates, days=change_days),),
    searchables=(
        Searchable(order=70, label=N_("Changements annoncés"), permission=Permission.CHANGE_VIEW, find=change_hits),
    ),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.VENDORS, order=25, endpoint="changes.index", label=N_("Changements annoncés"),
            permission=Permission.CHANGE_VIEW, icon="return",
        ),
    ),
)  # fmt: skip
