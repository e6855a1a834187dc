"""The dates of the vendor, and the secret address that its calendar reads them by."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.calendars import calendar_page
from portal.vendor_space.views.blueprint import bp
from portal.web import edge
from portal.web.guard import requires
from portal.web.routing import page_asked


@bp.route("/echeances")
@requires(Permission.SPACE_VIEW)
def calendar() -> ResponseReturnValue:
    """What falls due in the year to come; the address to subscribe to, once, when it was just given."""
    return render_template("vendor_space/calendar.html", page=calendar_page.calendar_page(edge.current(), page_asked()))


@bp.route("/echeances/adresse", methods=["POST"])
@requires(Permission.SPACE_VIEW)
def give_calendar() -> ResponseReturnValue:
    """Give an address, or another in its place."""
    calendar_page.give(edge.current())
    return redirect(url_for(".calendar"))


@bp.route("/echeances/adresse/retrait", methods=["POST"])
@requires(Permission.SPACE_VIEW)
def stop_calendar() -> ResponseReturnValue:
    """Stop the address."""
    calendar_page.revoke(edge.current())
    return redirect(url_for(".calendar"))
