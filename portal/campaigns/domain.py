"""What campaigns bring to the application."""

from typing import TYPE_CHECKING

from portal.audits.events import AuditPostponed
from portal.authz.policy import Permission
from portal.campaigns import tasks, views, wording
from portal.campaigns.due_dates import wave_dates
from portal.campaigns.questionnaire_uses import campaigns_asking
from portal.core.language import N_
from portal.core.late import late
from portal.web.manifest import DatedKind, Domain, NavigationEntry, NavigationGroup

if TYPE_CHECKING:
    from portal.campaigns import cli
else:
    cli = late("portal.campaigns.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    dated=(DatedKind(permission=Permission.CAMPAIGN_VIEW, find=wave_dates),),
    commands=lambda: (cli.campaigns,),
    questionnaire_uses={N_("Campagnes"): campaigns_asking},
    subscriptions={AuditPostponed: ("campaigns.on_postponed",)},
    navigation=(
        NavigationEntry(
            group=NavigationGroup.AUDITS, order=20, endpoint="campaigns.index", label=N_("Campagnes"),
            permission=Permission.CAMPAIGN_VIEW, icon="calendar",
        ),
    ),
)  # fmt: skip
