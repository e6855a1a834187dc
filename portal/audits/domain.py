"""What audits bring to the application."""

from portal.audits import tasks, views, wording
from portal.audits.cli import audits
from portal.audits.events import AuditSubmitted, FindingAnswered
from portal.authz.policy import Permission
from portal.core.language import N_
from portal.web.manifest import Domain, NavigationEntry

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    commands=(audits,),
    subscriptions={
        AuditSubmitted: ("audits.receipt", "audits.tell_reviewers"),
        FindingAnswered: ("audits.tell_finding_answered",),
    },
    navigation=(
        NavigationEntry(
            order=40, endpoint="audits.index", label=N_("Audits"), permission=Permission.AUDIT_VIEW, icon="clipboard"
        ),
        NavigationEntry(
            order=50, endpoint="audits.findings", label=N_("Constats"), permission=Permission.FINDING_VIEW, icon="flag",
        ),
    ),
    pages_under={
        "audits.findings": ("audits.amend_finding", "audits.finding"),
    },
)  # fmt: skip
