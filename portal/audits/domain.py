"""What audits bring to the application."""

from typing import TYPE_CHECKING

from portal.audits import tasks, views, wording
from portal.audits.due_dates import audit_dates, audit_days
from portal.audits.events import AuditSubmitted
from portal.audits.file_part import PARTS
from portal.audits.finding_sightings import last_accepted, sightings_of
from portal.audits.questionnaire_uses import audits_asking
from portal.audits.rules import FINDING_SOURCE
from portal.audits.search_hits import audit_hits
from portal.authz.policy import Permission
from portal.core.language import N_
from portal.core.late import late
from portal.vendors.events import VendorLeft
from portal.web.manifest import DatedKind, Domain, NavigationEntry, NavigationGroup, Searchable

if TYPE_CHECKING:
    from portal.audits import cli
else:
    cli = late("portal.audits.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    file_parts=PARTS,
    dated=(DatedKind(permission=Permission.AUDIT_VIEW, find=audit_dates, days=audit_days),),
    commands=lambda: (cli.audits,),
    subscriptions={
        AuditSubmitted: ("audits.receipt", "audits.tell_reviewers"),
        VendorLeft: ("audits.on_departure",),
    },
    searchables=(
        Searchable(order=40, label=N_("Audits"), permission=Permission.AUDIT_VIEW, find=audit_hits),
    ),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.AUDITS, order=10, endpoint="audits.index", label=N_("Audits"),
            permission=Permission.AUDIT_VIEW, icon="clipboard",
        ),
    ),
    questionnaire_uses={N_("Audits"): audits_asking},
    finding_sightings={FINDING_SOURCE: sightings_of},
    last_check=last_accepted,
)  # fmt: skip
