"""The register as a table: CSV or XLSX, headers that the import understands, nothing that a spreadsheet would run."""

from collections.abc import Iterable, Iterator
from datetime import date

from portal.core.clock import legal_date
from portal.core.language import N_, Language
from portal.core.spreadsheets import Value, write_csv, write_xlsx
from portal.core.translation import translate
from portal.vendors.models import Vendor
from portal.vendors.place_names import place_name

HEADER = (
    N_("Clé"),
    N_("Nom"),
    N_("Raison sociale"),
    N_("Pays du siège"),
    N_("SIREN"),
    N_("SIRET"),
    N_("Numéro de TVA"),
    N_("LEI"),
    N_("Adresse"),
    N_("Site web"),
    N_("Statut"),
    N_("Niveau"),
    N_("Risque inhérent (1 à 5)"),
    N_("Niveau au mieux"),
    N_("Niveau au pire"),
    N_("Responsable"),
    N_("Prestations"),
    N_("E-mail du contact"),
    N_("Entré le"),
    N_("Contrat"),
    N_("Contrat jusqu'au"),
)


def export_register(vendors: Iterable[Vendor], kind: str, language: Language, *, on: date) -> bytes:
    """A file of `kind` (csv or xlsx), one row per vendor; the services are those that have not ended on a day."""
    header = [translate(name, language) for name in HEADER]
    rows = list(_rows(vendors, language, on))
    if kind == "xlsx":
        return write_xlsx(translate(N_("Sous-traitants"), language), header, rows)
    return write_csv(header, rows, language)


def _rows(vendors: Iterable[Vendor], language: Language, on: date) -> Iterator[list[Value]]:
    for vendor in vendors:
        live = [service.name for service in vendor.services_on(on)]
        yield [
            vendor.key,
            vendor.name,
            vendor.legal_name,
            place_name(vendor.country, language),
            vendor.siren,
            vendor.siret,
            vendor.vat,
            vendor.lei,
            vendor.address,
            vendor.website,
            translate(vendor.status.label, language),
            translate(vendor.tier.label if vendor.tier else N_("Inconnu"), language),
            vendor.inherent,
            translate(vendor.tier_floor.label, language) if vendor.tier_floor else None,
            translate(vendor.tier_ceiling.label, language) if vendor.tier_ceiling else None,
            vendor.owner.name if vendor.owner else None,
            " ; ".join(live),
            " ; ".join(contact.email for contact in vendor.contacts),
            legal_date(vendor.created_at),
            translate(vendor.standing.label, language),
            vendor.covered_until,
        ]
