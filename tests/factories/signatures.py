"""Signed copies, vendors whose contract is recorded as signed, contracts in force."""

from datetime import date, timedelta
from io import BytesIO

from portal.authz.context import Context
from portal.contracts import services as contracts
from portal.contracts.models import Contract
from portal.contracts.rules.life import ArticleCoverage, CopyReading
from portal.contracts.services import ContractDates
from portal.core.stored import StoredFile
from portal.vendors import services
from portal.vendors.models import SignedContract, Vendor
from portal.vendors.services import SignedCopy
from tests.factories.files import pdf

WHOLE = ArticleCoverage(32, 32)


def copy_of(ctx: Context, name: str = "accord-signe.pdf") -> StoredFile:
    """A signed copy kept in the store."""
    return services.keep_signed_copy(ctx, services.seal_signed_copy(BytesIO(pdf()), name))


def signed_contract_of(
    ctx: Context, vendor: Vendor, *, on: date | None = None, title: str = "Accord"
) -> SignedContract:
    """A contract with a vendor recorded as signed, a month ago unless told otherwise."""
    day = on or ctx.today - timedelta(days=30)
    return services.record_signed_contract(ctx, vendor, title, SignedCopy(day, copy_of(ctx)))


def contract_of(
    ctx: Context,
    vendor: Vendor,
    *,
    on: date | None = None,
    dates: ContractDates | None = None,
    reading: CopyReading | None = CopyReading.READ,
    coverage: ArticleCoverage | None = WHOLE,
    title: str = "Accord",
) -> Contract:
    """A contract signed elsewhere, a month ago unless told otherwise, whose copy shows `reading` (None: it waits).

    Its text writes all that art. 28 wants in a contract, unless told otherwise (None: nobody knows).
    """
    day = on or ctx.today - timedelta(days=30)
    contract = contracts.register_elsewhere(ctx, vendor, title, day, copy_of(ctx), dates or ContractDates())
    if reading is not None:
        assert contract.signature_id is not None
        contracts.record_copy_reading(ctx, contract.id, contract.signature_id, reading, coverage)
    return contract
