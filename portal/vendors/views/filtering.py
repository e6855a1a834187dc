"""The filter of the list of vendors, as the query string says it."""

from flask import request

from portal.vendors.queries import AT_RISK_TIERS, EXPIRING, UNCLASSIFIED, WITHOUT, VendorFilter
from portal.vendors.rules.standing import ContractStanding
from portal.vendors.rules.status import VendorStatus
from portal.vendors.rules.tier import Tier
from portal.web.routing import row_number

FOLLOWED, AT_WORK = "suivis", "en-cours"
"""What the filter on stages calls those that hold our data or are about to; and those at work or suspended."""
_FORMER = {"signe": ContractStanding.IN_FORCE.value}
"""What addresses kept until version 0.4 say, and what it is now."""


def wanted_vendors() -> VendorFilter:
    """The filter of the query string; what is not one filters nothing."""
    args = request.args
    tier, status, contract = args.get("criticite", ""), args.get("statut", ""), args.get("contrat", "")
    contract = _FORMER.get(contract, contract)
    return VendorFilter(
        words=args.get("q", "").strip(),
        tier=tier if tier in {*Tier, UNCLASSIFIED, AT_RISK_TIERS} else "",
        status=VendorStatus(status) if status in set(VendorStatus) else None,
        live=status == FOLLOWED,
        working=status == AT_WORK,
        country=args.get("pays", ""),
        owner_id=args.get("responsable", type=row_number),
        contract=contract if contract in {*ContractStanding, EXPIRING, WITHOUT} else "",
    )
