"""The filter of the list of vendors, as the query string says it."""

from flask import request

from portal.vendors.queries import AT_RISK_TIERS, SIGNED, UNCLASSIFIED, UNSIGNED, VendorFilter
from portal.vendors.rules.status import VendorStatus
from portal.vendors.rules.tier import Tier
from portal.web.routing import row_number


def wanted_vendors() -> VendorFilter:
    """The filter of the query string; what is not one filters nothing."""
    args = request.args
    tier, status = args.get("criticite", ""), args.get("statut", "")
    return VendorFilter(
        words=args.get("q", "").strip(),
        tier=tier if tier in {*Tier, UNCLASSIFIED, AT_RISK_TIERS} else "",
        status=VendorStatus(status) if status in set(VendorStatus) else None,
        country=args.get("pays", ""),
        owner_id=args.get("responsable", type=row_number),
        contract=args["contrat"] if args.get("contrat") in {SIGNED, UNSIGNED} else "",
    )
