"""The calculator and the exceptions: facts in, an explained answer out; nothing is kept."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.consumer_law import legislation
from portal.consumer_law.calculator_page import answer, excluded, exclusion_form
from portal.consumer_law.forms import CalculatorForm
from portal.consumer_law.views.blueprint import bp
from portal.web.edge import current
from portal.web.guard import requires


@bp.route("/calculateur", methods=["GET", "POST"])
@requires(Permission.WITHDRAWAL_VIEW)
def calculator() -> ResponseReturnValue:
    """The last day of a period, and what runs after a withdrawal."""
    form = CalculatorForm()
    found = answer(form) if form.submitted() else None
    page = render_template(
        "consumer_law/calculator.html", form=form, found=found, law_read_on=legislation.periods().read_on
    )
    return page, form.status


@bp.route("/exceptions", methods=["GET"])
@requires(Permission.WITHDRAWAL_VIEW)
def exceptions() -> ResponseReturnValue:
    """The exceptions of L221-28, to choose one."""
    return render_template("consumer_law/exceptions.html", exclusions=excluded(current().today))


@bp.route("/exceptions/<int:number>", methods=["GET", "POST"])
@requires(Permission.WITHDRAWAL_VIEW)
def exception(number: int) -> ResponseReturnValue:
    """One exception: its conditions as questions, then whether it applies."""
    form, exclusion = exclusion_form(number, current().today)
    ruling = form.ruling() if form.submitted() else None
    return render_template("consumer_law/exception.html", form=form, exclusion=exclusion, ruling=ruling), form.status
