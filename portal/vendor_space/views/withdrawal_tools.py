"""Tools on the consumer's right of withdrawal, for the people of the vendor: calculator, exceptions, guide.

They read the law's data and what is typed, never a row: nothing of the organisation or of another vendor is in them.
"""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.consumer_law import legislation
from portal.consumer_law.calculator_page import answer, excluded, exclusion_form
from portal.consumer_law.forms import CalculatorForm
from portal.consumer_law.guide_page import guide
from portal.consumer_law.guide_pdf import filename, printed_guide
from portal.vendor_space.views.blueprint import ID, bp
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import current_language


@bp.route("/retractation", methods=["GET", "POST"])
@requires(Permission.SPACE_VIEW)
def withdrawal() -> ResponseReturnValue:
    """The last day of a period, and what runs after a withdrawal; nothing is kept."""
    form = CalculatorForm()
    found = answer(form) if form.submitted() else None
    page = render_template(
        "vendor_space/withdrawal.html", form=form, found=found, law_read_on=legislation.periods().read_on
    )
    return page, form.status


@bp.route("/retractation/exceptions")
@requires(Permission.SPACE_VIEW)
def withdrawal_exceptions() -> ResponseReturnValue:
    """The exceptions of L221-28, to choose one."""
    return render_template("vendor_space/withdrawal_exceptions.html", exclusions=excluded(current().today))


@bp.route(f"/retractation/exceptions/<{ID}:number>", methods=["GET", "POST"])
@requires(Permission.SPACE_VIEW)
def withdrawal_exception(number: int) -> ResponseReturnValue:
    """One exception: its conditions as questions, then whether it applies."""
    form, exclusion = exclusion_form(number, current().today)
    ruling = form.ruling() if form.submitted() else None
    page = render_template("vendor_space/withdrawal_exception.html", form=form, exclusion=exclusion, ruling=ruling)
    return page, form.status


@bp.route("/retractation/guide")
@requires(Permission.SPACE_VIEW)
def withdrawal_guide() -> ResponseReturnValue:
    """What to log, in what delay, what never to ask."""
    found = guide(current().today, current_language())
    return render_template("vendor_space/withdrawal_guide.html", found=found)


@bp.route("/retractation/guide.pdf")
@requires(Permission.SPACE_VIEW)
def withdrawal_guide_pdf() -> ResponseReturnValue:
    """The same on paper."""
    language = current_language()
    pdf = Response(printed_guide(current().today, language), mimetype="application/pdf")
    return attached(pdf, filename(language))
