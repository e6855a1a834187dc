"""The exposure page: legal ceilings for the controller and for the vendor, never a forecast; nothing is kept."""

import re
from decimal import Decimal

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.consumer_law import legislation
from portal.consumer_law.exposure_form import ExposureForm
from portal.consumer_law.exposure_page import SHOWN_FINDINGS, exposed_findings, exposure_page
from portal.consumer_law.rules.exposure import every_fine
from portal.consumer_law.views.blueprint import bp
from portal.core.errors import NotFound
from portal.vendors import queries as vendors
from portal.vendors.queries import VendorFilter
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.routing import LARGEST_ID

OFFERED = 8


@bp.route("/exposition", methods=["GET", "POST"])
@requires(Permission.WITHDRAWAL_VIEW)
def exposure() -> ResponseReturnValue:
    """Choose a vendor, or compose the breaches by hand; read the ceilings."""
    ctx = current()
    vendor = vendors.get_vendor(ctx, _number(), to=Permission.VENDOR_VIEW) if "vendor_id" in request.args else None
    found = exposed_findings(ctx, vendor.id) if vendor is not None else []
    form = ExposureForm(surcharge=_of_sample())
    form.offer(found, ctx.today)
    typed = request.args.get("q", "").strip()
    page = render_template(
        "consumer_law/exposure.html",
        form=form,
        vendor=vendor,
        found=found,
        most=SHOWN_FINDINGS,
        all_fines=every_fine(legislation.ceilings(), ctx.today),
        typed=typed,
        offered=vendors.vendors(ctx, VendorFilter(words=typed), size=OFFERED) if typed and vendor is None else None,
        result=exposure_page(form.exposure_input(), ctx.today, form.surcharge.data) if form.submitted() else None,
        law_read_on=legislation.ceilings_read_on(),
    )
    return page, form.status


def _number() -> int:
    """The vendor of the address; raises NotFound for a number that no row can have."""
    found = request.args.get("vendor_id", type=int)
    if found is None or not 0 < found <= LARGEST_ID:
        raise NotFound()
    return found


def _of_sample() -> Decimal | None:
    """The surcharge that the report of a sample brings along in the address, if it is one."""
    text = request.args.get("majoration", "")
    return Decimal(text) if re.fullmatch(r"[0-9]{1,8}(\.[0-9]{1,2})?", text) else None
