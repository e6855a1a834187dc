"""The pieces of one vendor of the demonstration: described, replaced, to renew, proving nothing."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from io import BytesIO

from sqlalchemy.orm import Session

from portal.audits.services import replace_piece
from portal.authz.context import Context
from portal.core import process
from portal.evidence import services as evidence
from portal.evidence.models import Evidence
from portal.evidence.reading.stored_reading import read_blob
from portal.evidence.services import EvidenceDetails
from portal.identity.models import User
from portal.seed.plain_pdf import plain_pdf
from portal.vendors.models import Membership, Service, Vendor

At = Callable[[datetime, User, Vendor], Context]


def fill_locker(session: Session, at: At, now: datetime, user: User) -> None:
    """Give the pieces of the vendor that a person answers for, as that person would over a year."""
    vendor = session.query(Vendor).join(Membership).filter(Membership.user_id == user.id).one()
    # The certificate is renewed before the yearly review is answered (`demo_wave`): it is joined to it.
    last_year, renewing, lately = (at(now - timedelta(days=days), user, vendor) for days in (300, 20, 2))
    scope = " et ".join(service.name for service in session.query(Service).filter_by(vendor_id=vendor.id))

    def said(kind: str, issuer: str, since: int, until: int | None, about: str = scope) -> EvidenceDetails:
        day = lately.today
        end = None if until is None else day + timedelta(days=until)
        return EvidenceDetails(kind, issuer, about, day - timedelta(days=since), end)

    old = _given(
        last_year, vendor, "certificat-iso27001-2023.pdf", "Certificat", said("iso27001", "Alpha Certif", 1100, -5)
    )
    new = _given(
        renewing, vendor, "certificat-iso27001-2026.pdf", "Certificat", said("iso27001", "Alpha Certif", 40, 1055)
    )
    replace_piece(renewing, old, new)
    _given(lately, vendor, "declaration-applicabilite.pdf", "Mesures retenues", said("soa", vendor.name, 45, None))
    cover = said("insurance", "Assurances du Rhône", 330, 35, "Responsabilité civile professionnelle")
    _given(last_year, vendor, "attestation-assurance.pdf", "Attestation d'assurance", cover)
    _given(
        lately, vendor, "synthese-pentest.pdf", "Synthese du test d'intrusion",
        lines=[
            "Nous attestons que la societe Sonar Audit a realise un test d'intrusion",
            f"pour le compte de {vendor.legal_name or vendor.name}. Rapport du 12 janvier 2026.",
        ],
    )  # fmt: skip
    promise = ["Notre offre de confiance : demandez une demonstration, nous serons bientot certifies."]
    _given(lately, vendor, "brochure-securite.pdf", "La securite chez nous", lines=promise)


def _given(
    ctx: Context, vendor: Vendor, name: str, title: str, details: EvidenceDetails | None = None,
    lines: Sequence[str] = (),
) -> Evidence:  # fmt: skip
    """Give a file; one without description is left as it was read."""
    pdf = plain_pdf(title, [*lines, f"Document de {vendor.name}, {name}."])
    blob = process.store().put(BytesIO(pdf), filename=name, allowed={"pdf"})
    piece = evidence.give(ctx, vendor, blob, None if details else read_blob(process.store(), blob))
    if details:
        evidence.describe(ctx, piece, details)
    return piece
