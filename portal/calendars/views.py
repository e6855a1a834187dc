"""Our page of dates, and the file that calendars read by a secret address: ours and that of vendors."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.calendars import calendar_page, feed, queries
from portal.identity import web_session
from portal.web import edge
from portal.web.guard import public, requires
from portal.web.routing import page_asked
from portal.web.text import _, read_in

bp = Blueprint("calendars", __name__, url_prefix="/agenda")


@bp.route("")
@requires(Permission.VENDOR_VIEW)
def index() -> ResponseReturnValue:
    """What falls due in the year to come; the address to subscribe to, once, when it was just given."""
    return render_template("calendars/index.html", page=calendar_page.calendar_page(edge.current(), page_asked()))


@bp.route("/adresse", methods=["POST"])
@requires(Permission.VENDOR_VIEW)
def give() -> ResponseReturnValue:
    """Give an address, or another in its place."""
    calendar_page.give(edge.current())
    return redirect(url_for(".index"))


@bp.route("/adresse/retrait", methods=["POST"])
@requires(Permission.VENDOR_VIEW)
def revoke() -> ResponseReturnValue:
    """Stop the address."""
    calendar_page.revoke(edge.current())
    return redirect(url_for(".index"))


@bp.route("/dates.ics")
@public
def feed_file() -> ResponseReturnValue:
    """The dates of whoever was given this address, as they may see them today; 404 for any other.

    The secret stands behind the « ? », which neither the portal's errors nor its access log write down.
    """
    reading = edge.db_session()
    user = queries.reader_of(reading, request.args.get("cle", ""))
    if user is None:
        abort(404)
    actor = web_session.calendar_actor(reading, user)
    if actor is None:
        abort(404)
    ctx = Context(reading, actor, edge.request_time())
    if not (ctx.can(Permission.VENDOR_VIEW) or ctx.can(Permission.SPACE_VIEW)):
        abort(404)
    read_in(actor.language)
    dates = calendar_page.calendar_dates(ctx)
    name, about = _("Vigie : échéances"), _("Échéances que Vigie suit pour vous.")
    if actor.role.is_vendor:
        organisation = edge.settings().organisation
        name = _("%(organisation)s : vos échéances", organisation=organisation)
        about = _("Ce que %(organisation)s attend de vous.", organisation=organisation)
    if dates.is_cut:
        about = _("Les %(most)s premières échéances de chaque sorte.", most=calendar_page.MOST_EACH)
    made = feed.calendar_file(
        calendar_page.in_order(dates.things), name=name, about=about, base_url=edge.settings().base_url, now=ctx.now
    )
    answer = Response(made, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
