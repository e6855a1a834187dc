"""What evidence brings to the application."""

from portal.authz.policy import Permission
from portal.evidence import tasks, views, wording
from portal.evidence.cli import evidence
from portal.evidence.due_dates import evidence_dates
from portal.evidence.file_part import PARTS
from portal.web.manifest import DatedKind, Domain

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    file_parts=PARTS,
    commands=(evidence,),
    dated=(DatedKind(permission=Permission.EVIDENCE_VIEW, find=evidence_dates),),
)
