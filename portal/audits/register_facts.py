"""Facts that the register holds, for the questions that ask for them: shown and confirmed, not asked again.

What a vendor corrects goes back to the register when a reviewer has found the answer acceptable and the audit is
accepted. An answer that stands comes before a fact: it has its date and its proof.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from portal.audits.rules import HeldAnswer, officer_row, officer_text
from portal.authz.context import Context
from portal.evidence.models import Evidence
from portal.evidence.queries import facts_of
from portal.evidence.rules import LIVING, standing
from portal.questionnaires.definition import GivenAnswer
from portal.questionnaires.kinds.question_kind import rows_of
from portal.vendors.models import Vendor
from portal.vendors.queries import data_transfers, sub_processors
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import in_eea
from portal.vendors.services import keep_data_transfers, keep_officer, keep_sub_processors

ESTABLISHED, CHAIN, PLACES = "gouvernance.etablissement", "chaine.liste", "transferts.lieux"
OFFICER_NAMED, OFFICER, CERTIFICATES = (
    "gouvernance.dpo-designe", "gouvernance.dpo-contact", "cooperation.certifications",
)  # fmt: skip
ON_SHEET = frozenset({ESTABLISHED, OFFICER_NAMED, OFFICER})
"""Those that the vendor's own sheet answers."""
ASKED = frozenset({*ON_SHEET, CHAIN, PLACES, CERTIFICATES})
"""The questions that ask for a fact of the register."""
_CERTIFICATES = {
    "iso27001": "iso-27001", "iso27701": "iso-27701", "hds": "hds", "secnumcloud": "secnumcloud", "soc2": "soc2",
    "gdpr_certification": "art42", "code_of_conduct": "code-de-conduite",
}  # fmt: skip
"""Kinds of proof, and the choices of the question they answer, in its order."""
_CHAIN = {"nom": "name", "service": "service", "pays": "country", "adresse": "address", "contact": "contact",
          "donnees": "data"}  # fmt: skip
_PLACES = {"organisme": "recipient", "pays": "country", "usage": "usage", "mecanisme": "mechanism",
           "analyse": "assessed_on"}  # fmt: skip
"""Columns of the answer, and of the register."""


def register_facts(ctx: Context, vendor_ids: Sequence[int], keys: Collection[str]) -> dict[int, dict[str, HeldAnswer]]:
    """What the register holds of some vendors for some questions; a statement for each that asks for a fact."""
    found: dict[int, dict[str, HeldAnswer]] = defaultdict(dict)
    for sheet in _sheets(ctx, vendor_ids, keys):
        found[sheet.id] |= {key: held for key, held in _on_sheet(ctx, sheet) if key in keys}
    for read in _APART:
        for vendor_id, facts in read(ctx, vendor_ids, keys).items():
            found[vendor_id] |= facts
    return {vendor_id: facts for vendor_id, facts in found.items() if facts}


def with_register_facts(ctx: Context, vendor_ids: Sequence[int], keys: Collection[str]) -> set[int]:
    """Those of some vendors of whom `register_facts` finds something; no more is looked for once one is found."""
    known = {
        sheet.id for sheet in _sheets(ctx, vendor_ids, keys) if any(key in keys for key, _held in _on_sheet(ctx, sheet))
    }
    for read in _APART:
        if left := [vendor_id for vendor_id in vendor_ids if vendor_id not in known]:
            known |= {vendor_id for vendor_id, facts in read(ctx, left, keys).items() if facts}
    return known


_SHEETS = select(Vendor.id, Vendor.country, Vendor.eu_representative, Vendor.dpo_contact).where(
    Vendor.id.in_(bindparam("vendor_ids", expanding=True))
)


def _sheets(ctx: Context, vendor_ids: Sequence[int], keys: Collection[str]) -> Sequence[Any]:
    asked = not ON_SHEET.isdisjoint(keys) and vendor_ids
    return ctx.session.execute(_SHEETS, {"vendor_ids": vendor_ids}).all() if asked else ()


def _on_sheet(ctx: Context, sheet: Row[Any]) -> Iterator[tuple[str, HeldAnswer]]:
    """What a vendor's sheet says, by question: where it is established, and who its data protection officer is."""
    place = _established(ctx, sheet.country, sheet.eu_representative)
    if place:
        yield ESTABLISHED, HeldAnswer(place)
    officer = officer_row(sheet.dpo_contact)
    if officer:
        yield OFFICER_NAMED, HeldAnswer("oui")
        yield OFFICER, HeldAnswer((officer,))


def _certificates(ctx: Context, vendor_ids: Sequence[int]) -> dict[int, set[str]]:
    """The kinds of certificates that some vendors have sent and that still hold, by vendor."""
    sent = select(Evidence).where(
        Evidence.vendor_id.in_(vendor_ids), Evidence.kind.in_(_CERTIFICATES), Evidence.sent_at.is_not(None)
    )
    found: dict[int, set[str]] = defaultdict(set)
    for proof in ctx.session.scalars(sent):
        if standing(facts_of(proof, None), ctx.today).kind in LIVING:
            found[proof.vendor_id].add(proof.kind)
    return found


def _certified(ctx: Context, vendor_ids: Sequence[int], keys: Collection[str]) -> dict[int, dict[str, HeldAnswer]]:
    if CERTIFICATES not in keys:
        return {}
    return {
        vendor_id: {CERTIFICATES: HeldAnswer(tuple(choice for kind, choice in _CERTIFICATES.items() if kind in kinds))}
        for vendor_id, kinds in _certificates(ctx, vendor_ids).items()
    }


def _chained(ctx: Context, vendor_ids: Sequence[int], keys: Collection[str]) -> dict[int, dict[str, HeldAnswer]]:
    return _tables(CHAIN, _CHAIN, sub_processors(ctx, vendor_ids)) if CHAIN in keys else {}


def _placed(ctx: Context, vendor_ids: Sequence[int], keys: Collection[str]) -> dict[int, dict[str, HeldAnswer]]:
    return _tables(PLACES, _PLACES, data_transfers(ctx, vendor_ids)) if PLACES in keys else {}


def _tables(key: str, columns: Mapping[str, str], rows: Iterable[Any]) -> dict[int, dict[str, HeldAnswer]]:
    tables: dict[int, list[dict[str, str]]] = defaultdict(list)
    for held in rows:
        cells = {column: getattr(held, name) for column, name in columns.items()}
        tables[held.vendor_id].append({column: cell for column, cell in cells.items() if cell})
    return {vendor_id: {key: HeldAnswer(tuple(table))} for vendor_id, table in tables.items()}


_APART = (_certified, _chained, _placed)
"""What the register holds apart from the vendor's own row."""


def _established(ctx: Context, country: str, representative: str) -> str:
    """Where a company is established, as the question offers it; nothing when the country alone does not say it."""
    if country == "FR":
        return "france"
    if country and in_eea(country, atlas(), ctx.today):
        return "eee"
    return "hors-eee-representant" if country and representative.strip() else ""


def keep_register_facts(ctx: Context, vendor: Vendor, accepted: Mapping[str, GivenAnswer]) -> None:
    """Take over in the register what acceptable answers say; what they do not say is left as it is.

    Certificates go nowhere: the proof that was attached is what the register holds of them.
    """
    writes: tuple[tuple[str, Mapping[str, str], Callable[..., Any]], ...] = (
        (CHAIN, _CHAIN, keep_sub_processors),
        (PLACES, _PLACES, keep_data_transfers),
    )
    for key, columns, keep in writes:
        rows = rows_of(accepted[key].value) if key in accepted else ()
        if rows:
            keep(ctx, vendor, [{name: row.get(column, "") for column, name in columns.items()} for row in rows])
    officers = rows_of(accepted[OFFICER].value) if OFFICER in accepted else ()
    if officers and (text := officer_text(officers[0])):
        keep_officer(ctx, vendor, text)
