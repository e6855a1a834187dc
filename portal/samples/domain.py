"""What samples bring to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.samples import tasks, views, wording
from portal.samples.events import SampleMeasured
from portal.web.manifest import Domain, FindingOrigin, NavigationEntry

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    subscriptions={SampleMeasured: ("withdrawals.tell_measured",)},
    finding_origins={
        "case_sample": FindingOrigin(label=N_("Voir l'échantillon"), endpoint="samples.show", argument="sample_id"),
    },
    navigation=(
        NavigationEntry(
            order=90, endpoint="samples.index", label=N_("Rétractation"), permission=Permission.WITHDRAWAL_VIEW,
            icon="return",
        ),
    ),
)  # fmt: skip
