"""Facts that the register holds, for the questions that ask for them: shown and confirmed, not asked again.

What a vendor corrects goes back to the register when a reviewer has found the answer acceptable and the audit is
accepted. An answer that stands comes before a fact: it has its date and its proof.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from portal.audits.rules import HeldAnswer
from portal.authz.context import Context
from portal.questionnaires.definition import GivenAnswer
from portal.questionnaires.kinds.question_kind import rows_of
from portal.vendors.models import Vendor
from portal.vendors.queries import data_transfers, sub_processors
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import in_eea
from portal.vendors.services import keep_data_transfers, keep_sub_processors

ESTABLISHED, CHAIN, PLACES = "gouvernance.etablissement", "chaine.liste", "transferts.lieux"
ASKED = frozenset({ESTABLISHED, CHAIN, PLACES})
"""The questions that ask for a fact of the register."""
_CHAIN = {"nom": "name", "service": "service", "pays": "country", "adresse": "address", "contact": "contact",
          "donnees": "data"}  # fmt: skip
_PLACES = {"organisme": "recipient", "pays": "country", "usage": "usage", "mecanisme": "mechanism",
           "analyse": "assessed_on"}  # fmt: skip
"""Columns of the answer, and of the register."""


def register_facts(ctx: Context, vendor_ids: Sequence[int], keys: Collection[str]) -> dict[int, dict[str, HeldAnswer]]:
    """What the register holds of some vendors for some questions; a statement for each that asks for a fact."""
    found: dict[int, dict[str, HeldAnswer]] = defaultdict(dict)
    if ESTABLISHED in keys:
        vendors = select(Vendor.id, Vendor.country, Vendor.eu_representative).where(Vendor.id.in_(vendor_ids))
        for row in ctx.session.execute(vendors):
            place = _established(ctx, row.country, row.eu_representative)
            if place:
                found[row.id][ESTABLISHED] = HeldAnswer(place)
    for key, columns, read in ((CHAIN, _CHAIN, sub_processors), (PLACES, _PLACES, data_transfers)):
        tables: dict[int, list[dict[str, str]]] = defaultdict(list)
        rows: Sequence[Any] = read(ctx, vendor_ids) if key in keys else ()
        for held in rows:
            cells = {column: getattr(held, name) for column, name in columns.items()}
            tables[held.vendor_id].append({column: cell for column, cell in cells.items() if cell})
        for vendor_id, table in tables.items():
            found[vendor_id][key] = HeldAnswer(tuple(table))
    return dict(found)


def _established(ctx: Context, country: str, representative: str) -> str:
    """Where a company is established, as the question offers it; nothing when the country alone does not say it."""
    if country == "FR":
        return "france"
    if country and in_eea(country, atlas(), ctx.today):
        return "eee"
    return "hors-eee-representant" if country and representative.strip() else ""


def keep_register_facts(ctx: Context, vendor: Vendor, accepted: Mapping[str, GivenAnswer]) -> None:
    """Take over in the register what acceptable answers say of the chain; what they do not say is left as it is."""
    writes: tuple[tuple[str, Mapping[str, str], Callable[..., Any]], ...] = (
        (CHAIN, _CHAIN, keep_sub_processors),
        (PLACES, _PLACES, keep_data_transfers),
    )
    for key, columns, keep in writes:
        rows = rows_of(accepted[key].value) if key in accepted else ()
        if rows:
            keep(ctx, vendor, [{name: row.get(column, "") for column, name in columns.items()} for row in rows])
