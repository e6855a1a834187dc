"""What samples bring to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.samples import tasks, views, wording
from portal.samples.events import SampleMeasured
from portal.samples.finding_sightings import last_measured, sightings_of
from portal.samples.rules.faults import stages_of_faults
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    subscriptions={SampleMeasured: ("withdrawals.tell_measured",)},
    finding_sightings={"case_sample": sightings_of},
    finding_stages=stages_of_faults,
    last_check=last_measured,
    navigation=(
        NavigationEntry(
            group=NavigationGroup.CUSTOMERS, order=10, endpoint="samples.index", label=N_("Relation client"),
            permission=Permission.WITHDRAWAL_VIEW, icon="return",
        ),
    ),
)  # fmt: skip
