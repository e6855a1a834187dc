"""Beginning and ending to see a vendor's space as it sees it; each beginning is in the journal."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.journal import services as journal
from portal.vendor_space import seen_as
from portal.vendors.queries import get_vendor
from portal.web import edge
from portal.web.guard import requires

bp = Blueprint("seen_as", __name__, url_prefix="/vu-par-le-prestataire")


@bp.route("/<int:vendor_id>", methods=["POST"])
@requires(Permission.SPACE_PREVIEW)
def begin(vendor_id: int) -> ResponseReturnValue:
    """See the space of a vendor, or the page of one of its audits."""
    ctx = edge.current()
    vendor = get_vendor(ctx, vendor_id, to=Permission.SPACE_PREVIEW)
    minutes = int(seen_as.SEEN_FOR.total_seconds() // 60)
    journal.record(ctx, "vendor.seen_as", vendor, after={"minutes": minutes})
    seen_as.begin(vendor.id, ctx.now)
    audit_id = request.form.get("audit", type=int)
    if audit_id is not None:
        return redirect(url_for("vendor_space.audit", audit_id=audit_id))
    return redirect(url_for("vendor_space.home"))


@bp.route("/fin", methods=["POST"])
@requires(Permission.SPACE_PREVIEW)
def end() -> ResponseReturnValue:
    """Back to our own pages."""
    vendor_id = seen_as.end()
    return redirect(url_for("vendors.show", vendor_id=vendor_id) if vendor_id else url_for("dashboard.home"))
