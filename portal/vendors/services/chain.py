"""What a vendor has said of its chain, officer and address, once reviewed: rows said no more end, the others stay."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from portal.authz.context import Context
from portal.journal import services as journal
from portal.vendors.models import DataTransfer, SubProcessor, Vendor

Row = Mapping[str, str]
SUB_PROCESSOR_FIELDS = ("name", "service", "country", "address", "contact", "data")
TRANSFER_FIELDS = ("recipient", "country", "usage", "mechanism", "assessed_on")


def keep_sub_processors(ctx: Context, vendor: Vendor, rows: Sequence[Row]) -> bool:
    """Make these the sub-processors of a vendor from today; whether anything changed. The caller has authorised."""
    return _keep(ctx, vendor, SubProcessor, SUB_PROCESSOR_FIELDS, rows, "vendor.sub_processors")


def keep_data_transfers(ctx: Context, vendor: Vendor, rows: Sequence[Row]) -> bool:
    """Make these the places of a vendor from today; whether anything changed. The caller has authorised."""
    return _keep(ctx, vendor, DataTransfer, TRANSFER_FIELDS, rows, "vendor.transfers")


def keep_officer(ctx: Context, vendor: Vendor, contact: str) -> bool:
    """Make this the data protection officer of a vendor; whether anything changed. The caller has authorised."""
    before, after = journal.changes(vendor, {"dpo_contact": contact})
    if after:
        journal.record(ctx, "vendor.described", vendor, before=before, after=after)
    return bool(after)


def keep_address(ctx: Context, vendor: Vendor, address: str) -> bool:
    """Make this the address of the head office of a vendor; whether anything changed. The caller has authorised."""
    before, after = journal.changes(vendor, {"address": address})
    if after:
        journal.record(ctx, "vendor.described", vendor, before=before, after=after)
    return bool(after)


def _keep(
    ctx: Context, vendor: Vendor, model: type[Any], fields: Sequence[str], rows: Sequence[Row], action: str
) -> bool:
    held = ctx.session.scalars(select(model).where(model.vendor_id == vendor.id, model.valid_until.is_(None))).all()
    known = {_facts(row, fields): row for row in held}
    said = dict.fromkeys(tuple(row.get(name, "") for name in fields) for row in rows)
    ended = [row for facts, row in known.items() if facts not in said]
    begun = [facts for facts in said if facts not in known]
    for row in ended:
        row.valid_until = ctx.today
    ctx.session.add_all(
        model(vendor_id=vendor.id, valid_from=ctx.today, **dict(zip(fields, facts, strict=True))) for facts in begun
    )
    if not ended and not begun:
        return False
    ctx.session.flush()
    journal.record(
        ctx,
        action,
        vendor,
        before={"ended": [getattr(row, fields[0]) for row in ended]},
        after={"begun": [facts[0] for facts in begun]},
    )
    return True


def _facts(row: Any, fields: Sequence[str]) -> tuple[str, ...]:
    return tuple(getattr(row, name) for name in fields)
