"""The guide for the people of customer relations, on screen and as PDF."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.consumer_law.guide_page import guide as written
from portal.consumer_law.guide_pdf import filename, printed_guide
from portal.consumer_law.views.blueprint import bp
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import current_language


@bp.route("/guide")
@requires(Permission.WITHDRAWAL_VIEW)
def guide() -> ResponseReturnValue:
    """What to log, in what delay, what never to ask."""
    return render_template("consumer_law/guide.html", found=written(current().today, current_language()))


@bp.route("/guide.pdf")
@requires(Permission.WITHDRAWAL_VIEW)
def guide_pdf() -> ResponseReturnValue:
    """The same on paper."""
    language = current_language()
    pdf = Response(printed_guide(current().today, language), mimetype="application/pdf")
    return attached(pdf, filename(language))
