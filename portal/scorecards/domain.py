"""What scores bring to the application: their page stands under the vendors, and their tasks answer the facts below."""

from typing import TYPE_CHECKING

from portal.audits.events import AuditAccepted, AuditCancelled, AuditSubmitted, EvidenceJudged, PieceChanged
from portal.core.late import late
from portal.samples.events import SampleMeasured
from portal.scorecards import tasks, views, wording
from portal.scorecards.file_part import PARTS
from portal.vendors.events import VendorReclassified
from portal.web.manifest import Domain

if TYPE_CHECKING:
    from portal.scorecards import cli
else:
    cli = late("portal.scorecards.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    tasks=(tasks,),
    wording=(wording,),
    file_parts=PARTS,
    commands=lambda: (cli.scorecards,),
    subscriptions={
        AuditSubmitted: ("scorecards.on_submission",),
        AuditAccepted: ("scorecards.on_acceptance",),
        AuditCancelled: ("scorecards.on_withdrawal",),
        EvidenceJudged: ("scorecards.on_evidence",),
        PieceChanged: ("scorecards.on_piece",),
        SampleMeasured: ("scorecards.on_sample",),
        VendorReclassified: ("scorecards.on_reclassification",),
    },
    pages_under={"vendors.index": ("scorecards.show", "scorecards.vendor")},
)
