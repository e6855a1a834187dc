"""What findings bring to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.findings import tasks, views, wording
from portal.findings.due_dates import finding_dates, finding_days
from portal.findings.events import FindingAnswered
from portal.findings.file_part import PARTS
from portal.findings.search_hits import finding_hits
from portal.web.manifest import DatedKind, Domain, NavigationEntry, NavigationGroup, Searchable

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    file_parts=PARTS,
    dated=(DatedKind(permission=Permission.FINDING_VIEW, find=finding_dates, days=finding_days),),
    subscriptions={FindingAnswered: ("audits.tell_finding_answered",)},
    searchables=(
        Searchable(order=50, label=N_("Constats"), permission=Permission.FINDING_VIEW, find=finding_hits),
    ),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.AUDITS, order=40, endpoint="findings.index", label=N_("Constats"),
            permission=Permission.FINDING_VIEW, icon="flag",
        ),
    ),
)  # fmt: skip
