"""What the chain of processors brings to the application."""

from portal.audits.events import AuditAccepted
from portal.chain import tasks, wording
from portal.chain.cli import register
from portal.web.manifest import Domain

DOMAIN = Domain(
    tasks=(tasks,),
    wording=(wording,),
    commands=(register,),
    subscriptions={AuditAccepted: ("chain.on_acceptance",)},
)
