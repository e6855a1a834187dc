"""Two contracts on vendors' own paper, read and partly ruled upon by a lawyer."""

from io import BytesIO
from pathlib import Path

from portal.authz.context import Context
from portal.core import process
from portal.core.dataclass import dataclass
from portal.paper import services
from portal.paper.contract_check import read_and_check
from portal.paper.rules.check_result import RequirementStatus
from portal.paper.services import RulingInput
from portal.paper.uploads import ReceivedFile
from portal.vendors.models import Vendor

TEXTS = Path(__file__).resolve().parent / "texts"


@dataclass(frozen=True)
class ReceivedContract:
    """A contract of the other side: its file, its title, and what the lawyer said of it."""

    vendor: str
    file: str
    title: str
    words: tuple[tuple[str, RequirementStatus, str], ...]
    """Requirement, status, note."""


RECEIVED_CONTRACTS = (
    ReceivedContract(
        "Hébergeur Provence",
        "accord-hebergement.txt",
        "Accord RGPD d'hébergement, version 2026",
        (
            (
                "audits_inspections",
                RequirementStatus.WEAK,
                "Soixante jours de préavis et tout à nos frais : à négocier.",
            ),
            (
                "breach_notification",
                RequirementStatus.WEAK,
                "72 h ne nous laissent rien pour notifier : demander 24 h.",
            ),
        ),
    ),
    ReceivedContract(
        "Beacon Analytics",
        "analytics-terms.txt",
        "Data Protection Terms",
        (
            (
                "subprocessor_authorisation",
                RequirementStatus.CONTRADICTED,
                "« Any sub-processor » : aucune autorisation.",
            ),
        ),
    ),
)


def receive(ctx: Context, paper: ReceivedContract, vendor: Vendor) -> None:
    """Receive a contract, read it, and rule on some lines."""
    data = (TEXTS / paper.file).read_bytes()
    blob = process.store().put(BytesIO(data), filename=paper.file, allowed={"txt"})
    review = services.receive_contract(ctx, ReceivedFile(paper.file, blob), vendor, paper.title)
    services.record_check(ctx, review, read_and_check(data, paper.file))
    for requirement, status, note in paper.words:
        services.record_ruling(ctx, review, requirement, RulingInput(status, note), seen=0)
