"""What calendars bring to the application."""

from portal.authz.policy import Permission
from portal.calendars import views, wording
from portal.core.language import N_
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

DOMAIN = Domain(
    blueprints=(views.bp,),
    wording=(wording,),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.STEERING, order=15, endpoint="calendars.index", label=N_("Agenda"),
            permission=Permission.VENDOR_VIEW, icon="calendar",
        ),
    ),
)  # fmt: skip
