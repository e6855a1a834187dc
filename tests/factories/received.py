"""Contracts on the other side's paper, in our own words, received and read."""

from io import BytesIO

from portal.authz.context import Context
from portal.core import process
from portal.paper import services
from portal.paper.contract_check import read_and_check
from portal.paper.models import PaperReview
from portal.paper.uploads import ReceivedFile
from portal.vendors.models import Vendor

GOOD = """Accord de protection des données

1. Objet
Le prestataire héberge le portail des adhérents pour le compte du client. Il agit en qualité de sous-traitant.

2. Instructions
Le sous-traitant traite les données personnelles uniquement sur instruction documentée du responsable du traitement, y
compris pour les transferts vers un pays tiers.

3. Violations de données
Le sous-traitant notifie au responsable du traitement toute violation de données dans un délai de quarante-huit (48)
heures après en avoir pris connaissance.

4. Confidentialité
Les personnes autorisées à traiter les données personnelles sont soumises à une obligation de confidentialité.

5. Audits
Le sous-traitant permet la réalisation d'audits, y compris des inspections, par le responsable du traitement ou un
auditeur qu'il a mandaté, et y contribue.
"""

GAPS = """Data Processing Addendum

1. Scope
The Provider hosts the Customer's loyalty platform and acts as a processor on behalf of the Customer.

2. Security
The Provider takes reasonable measures to protect personal data.

3. Breach
The Provider may inform the Customer of a personal data breach where it deems it useful.
"""


def parcel_of(text: str, name: str = "accord.txt") -> ReceivedFile:
    """A text sealed in the store."""
    data = text.encode()
    blob = process.store().put(BytesIO(data), filename=name, allowed={"txt"})
    return ReceivedFile(name, blob, content=data)


def review_of(ctx: Context, text: str = GOOD, vendor: Vendor | None = None, **facts: str) -> PaperReview:
    """A contract received and read; `waiting=True` leaves the reading to its job."""
    name = facts.get("name", "accord.txt")
    parcel = parcel_of(text, name)
    review = services.receive_contract(ctx, parcel, vendor, facts.get("title", ""))
    if not facts.get("waiting"):
        services.record_check(ctx, review, read_and_check(parcel.content, name))
    ctx.session.refresh(review, ["vendor", "stored_file"])
    return review
