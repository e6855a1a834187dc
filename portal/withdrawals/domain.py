"""What the right of withdrawal brings to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.web.manifest import Domain, FindingOrigin, NavigationEntry
from portal.withdrawals import tasks, views, wording
from portal.withdrawals.cli import withdrawals
from portal.withdrawals.events import SampleMeasured
from portal.withdrawals.mystery import wording as mystery_wording

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording, mystery_wording),
    commands=(withdrawals,),
    subscriptions={SampleMeasured: ("withdrawals.tell_measured",)},
    finding_origins={
        "case_sample": FindingOrigin(
            label=N_("Voir l'échantillon"), endpoint="withdrawals.sample", argument="sample_id"
        ),
        "mystery_test": FindingOrigin(
            label=N_("Voir le test mystère"), endpoint="withdrawals.mystery_show", argument="test_id"
        ),
    },
    navigation=(
        NavigationEntry(
            order=90, endpoint="withdrawals.index", label=N_("Rétractation"), permission=Permission.WITHDRAWAL_VIEW,
            icon="return",
        ),
    ),
)  # fmt: skip
