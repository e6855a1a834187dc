"""What requests of persons bring to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.person_requests import tasks, views, wording
from portal.person_requests.due_dates import request_dates, request_days
from portal.web.manifest import DatedKind, Domain, NavigationEntry, NavigationGroup

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    dated=(DatedKind(permission=Permission.REQUEST_VIEW, find=request_dates, days=request_days),),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.VENDORS, order=85, endpoint="person_requests.index",
            label=N_("Demandes de personnes"), permission=Permission.REQUEST_VIEW, icon="person",
        ),
    ),
)  # fmt: skip
