"""What the vendor space brings to the application; it has a navigation of its own."""

from portal.authz.policy import Permission
from portal.vendor_space import views
from portal.vendor_space.due_dates import own_dates
from portal.web.manifest import DatedKind, Domain

DOMAIN = Domain(
    blueprints=(views.bp, views.previews.bp), dated=(DatedKind(permission=Permission.SPACE_VIEW, find=own_dates),)
)  # fmt: skip
