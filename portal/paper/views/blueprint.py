"""The blueprint that the pages of contracts received hang on, and the vendor that a form names."""

from flask import Blueprint

from portal.authz.context import Context
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.paper import queries
from portal.vendors.models import Vendor

bp = Blueprint("paper", __name__, url_prefix="/contrats-recus")


def find_vendor(ctx: Context, text: str) -> Vendor | None:
    """The vendor of this name, None for an empty one; raises Refused when no vendor, or several, may be meant."""
    if not text:
        return None
    found = queries.vendors_named(ctx, text)
    if not found:
        raise Refused(N_("Aucun sous-traitant du registre ne porte ce nom : corrigez-le, ou laissez ce champ vide."))
    if len(found) > 1:
        names = ", ".join(vendor.name for vendor in found)
        raise Refused(say("Plusieurs sous-traitants répondent à ce nom : %(names)s. Précisez.", names=names))
    return found[0]
