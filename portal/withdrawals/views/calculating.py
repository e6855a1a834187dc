"""The calculator and the exceptions: facts in, an explained answer out; nothing is kept."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.web.edge import current
from portal.web.guard import requires
from portal.withdrawals import legislation
from portal.withdrawals.calculator import answer, excluded, exclusion_form
from portal.withdrawals.forms import CalculatorForm
from portal.withdrawals.views.blueprint import bp


@bp.route("/")
@requires(Permission.WITHDRAWAL_VIEW)
def index() -> ResponseReturnValue:
    """The first thing there is to do here."""
    return redirect(url_for(".samples"))


@bp.route("/calculateur", methods=["GET", "POST"])
@requires(Permission.WITHDRAWAL_VIEW)
def calculator() -> ResponseReturnValue:
    """The last day of a period, and what runs after a withdrawal."""
    form = CalculatorForm()
    found = answer(form) if form.submitted() else None
    page = render_template(
        "withdrawals/calculator.html", form=form, found=found, law_read_on=legislation.periods().read_on
    )
    return page, form.status


@bp.route("/exceptions", methods=["GET"])
@requires(Permission.WITHDRAWAL_VIEW)
def exceptions() -> ResponseReturnValue:
    """The exceptions of L221-28, to choose one."""
    return render_template("withdrawals/exceptions.html", exclusions=excluded(current().today))


@bp.route("/exceptions/<int:number>", methods=["GET", "POST"])
@requires(Permission.WITHDRAWAL_VIEW)
def exception(number: int) -> ResponseReturnValue:
    """One exception: its conditions as questions, then whether it applies."""
    form, exclusion = exclusion_form(number, current().today)
    ruling = form.ruling() if form.submitted() else None
    return render_template("withdrawals/exception.html", form=form, exclusion=exclusion, ruling=ruling), form.status
