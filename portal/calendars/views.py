"""The page of dates, and the file that calendars read by a secret address."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.calendars import calendar_page, feed, queries, services
from portal.identity import web_session
from portal.web import edge
from portal.web.guard import public, requires
from portal.web.text import _, read_in

bp = Blueprint("calendars", __name__, url_prefix="/agenda")
_GIVEN = "calendar"
"""In the browser's own cookie, until the page has shown it: the address that was just given."""


@bp.route("")
@requires(Permission.VENDOR_VIEW)
def index() -> ResponseReturnValue:
    """What falls due in the year to come; the address to subscribe to, once, when it was just given."""
    ctx = edge.current()
    token = session.pop(_GIVEN, None)
    address = url_for(".feed_file", cle=token, _external=True) if token else None
    dates, held = calendar_page.calendar_dates(ctx), queries.address_of(ctx)
    return render_template(
        "calendars/index.html", dates=dates, held=held, address=address, most=calendar_page.MOST_EACH, today=ctx.today
    )


@bp.route("/adresse", methods=["POST"])
@requires(Permission.VENDOR_VIEW)
def give() -> ResponseReturnValue:
    """Give an address, or another in its place."""
    session[_GIVEN] = services.give_address(edge.current())
    return redirect(url_for(".index"))


@bp.route("/adresse/retrait", methods=["POST"])
@requires(Permission.VENDOR_VIEW)
def revoke() -> ResponseReturnValue:
    """Stop the address."""
    if services.revoke_address(edge.current()):
        flash(_("L'adresse ne répond plus. Retirez-la de votre agenda."))
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
    actor = web_session.actor_of(reading, user)
    ctx = Context(reading, actor, edge.request_time())
    if not ctx.can(Permission.VENDOR_VIEW):
        abort(404)
    read_in(actor.language)
    dates = calendar_page.calendar_dates(ctx)
    about = _("Échéances que Vigie suit pour vous.")
    if dates.is_cut:
        about = _("Les %(most)s premières échéances de chaque sorte.", most=calendar_page.MOST_EACH)
    made = feed.calendar_file(
        dates.things, name=_("Vigie : échéances"), about=about, base_url=edge.settings().base_url, now=ctx.now
    )
    answer = Response(made, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
