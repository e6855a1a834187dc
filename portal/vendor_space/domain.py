"""What the vendor space brings to the application; it has a navigation of its own."""

from portal.authz.policy import Permission
from portal.vendor_space import journal_wording, tasks, views
from portal.vendor_space.due_dates import own_dates
from portal.web.manifest import DatedKind, Domain

DOMAIN = Domain(
    blueprints=(views.bp, views.previews.bp, views.seen_bp), tasks=(tasks,), wording=(journal_wording,),
    dated=(DatedKind(permission=Permission.SPACE_VIEW, find=own_dates),),
)  # fmt: skip
