"""What findings bring to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.findings import tasks, views, wording
from portal.findings.events import FindingAnswered
from portal.web.manifest import Domain, NavigationEntry

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    subscriptions={FindingAnswered: ("audits.tell_finding_answered",)},
    navigation=(
        NavigationEntry(
            order=50, endpoint="findings.index", label=N_("Constats"), permission=Permission.FINDING_VIEW, icon="flag",
        ),
    ),
)  # fmt: skip
