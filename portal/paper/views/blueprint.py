"""The blueprint that the pages of contracts received hang on, and the vendor that a form names."""

from flask import Blueprint

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.language import N_
from portal.vendors.models import Vendor
from portal.vendors.queries import one_vendor_named

bp = Blueprint("paper", __name__, url_prefix="/contrats-recus")


def find_vendor(ctx: Context, text: str) -> Vendor | None:
    """The vendor of this name, None for an empty one; raises Refused when no vendor, or several, may be meant."""
    if not text:
        return None
    absent = N_("Aucun sous-traitant du registre ne porte ce nom : corrigez-le, ou laissez ce champ vide.")
    return one_vendor_named(ctx, text, to=Permission.PAPER_REVIEW, absent=absent)
