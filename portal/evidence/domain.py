"""What evidence brings to the application."""

from typing import TYPE_CHECKING

from portal.authz.policy import Permission
from portal.core.late import late
from portal.evidence import tasks, views, wording
from portal.evidence.due_dates import evidence_dates, evidence_days
from portal.evidence.file_part import PARTS
from portal.web.manifest import DatedKind, Domain

if TYPE_CHECKING:
    from portal.evidence import cli
else:
    cli = late("portal.evidence.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    file_parts=PARTS,
    commands=lambda: (cli.evidence,),
    dated=(DatedKind(permission=Permission.EVIDENCE_VIEW, find=evidence_dates, days=evidence_days),),
)
