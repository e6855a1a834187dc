"""The texts under which a vendor is looked up, written with its names."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, insert

from portal.authz.context import Context
from portal.vendors.models import VendorSpelling
from portal.vendors.rules.identifiers import Identifier
from portal.vendors.rules.spellings import texts_of

AT_ONCE = 20_000
_ADD = insert(VendorSpelling)


def keep_spellings(ctx: Context, vendor_id: int, columns: Mapping[str, Any], *, is_new: bool) -> None:
    """Write the texts of one vendor, in place of those it had."""
    ctx.session.flush()
    if not is_new:
        ctx.session.execute(delete(VendorSpelling).where(VendorSpelling.vendor_id == vendor_id))
    add_spellings(ctx, [(vendor_id, columns)])


def add_spellings(ctx: Context, vendors: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Write the texts of new vendors, from the columns that hold their names and numbers."""
    rows = [
        {"text": text, "vendor_id": vendor_id}
        for vendor_id, columns in vendors
        for text in texts_of(columns["name"], columns["legal_name"], [columns[kind] for kind in Identifier])
    ]
    for start in range(0, len(rows), AT_ONCE):
        ctx.session.connection().execute(_ADD, rows[start : start + AT_ONCE])
