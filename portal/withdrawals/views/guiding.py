"""The guide for the people of customer relations, on screen and as PDF."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import current_language
from portal.withdrawals.guide import guide as written
from portal.withdrawals.guide_printing import filename, printed
from portal.withdrawals.views.blueprint import bp


@bp.route("/guide")
@requires(Permission.WITHDRAWAL_VIEW)
def guide() -> ResponseReturnValue:
    """What to log, in what delay, what never to ask."""
    return render_template("withdrawals/guide.html", found=written(current().today, current_language()))


@bp.route("/guide.pdf")
@requires(Permission.WITHDRAWAL_VIEW)
def guide_pdf() -> ResponseReturnValue:
    """The same on paper."""
    language = current_language()
    pdf = Response(printed(current().today, language), mimetype="application/pdf")
    return attached(pdf, filename(language))
