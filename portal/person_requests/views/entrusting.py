"""What vendors are asked to do for a request, and what is made of what they give back."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core import workdays
from portal.core.errors import Refused
from portal.person_requests import queries, services
from portal.person_requests.forms import EntrustForm, WhyForm
from portal.person_requests.rules.entrusted import PROPOSED, TaskKind
from portal.person_requests.rules.life import RequestAct, leads_to
from portal.person_requests.views.blueprint import bp
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.routing import row_number
from portal.web.text import _

USUAL_DAYS = 7
W = Permission.REQUEST_WORK


@bp.route("/<int:request_id>/confier", methods=["GET", "POST"])
@requires(W)
def entrust(request_id: int) -> ResponseReturnValue:
    """Ask one vendor; others that the map says concerned are proposed beside."""
    ctx = current()
    row = queries.get_request(ctx, request_id, to=W)
    if leads_to(RequestAct.ENTRUST, row.state, row.kind) is None:
        return redirect(url_for(".show", request_id=row.id))
    asked_already = {one.vendor_id for one in queries.tasks_of(ctx, row)}
    number = request.args.get("sous-traitant", type=row_number)
    named = queries.vendor_by_number(ctx, number) if number is not None else None
    first = row.vendor if row.vendor_id not in asked_already else None
    vendor = named or first
    usual = workdays.next_working(min(ctx.today + timedelta(days=USUAL_DAYS), max(row.due_on, ctx.today)))
    kind = PROPOSED[row.kind] if row.state.is_waiting else TaskKind.INFORM
    form = EntrustForm(
        data={"vendor": vendor.name if vendor else "", "kind": kind, "due_on": usual, "with_identity": True}
    )
    if form.submitted():
        try:
            services.entrust(ctx, row, queries.vendor_named(ctx, form.vendor.data), form.sheet())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("C'est demandé. Le prestataire est prévenu au prochain courrier du matin."))
            return redirect(url_for(".show", request_id=row.id))
    concerned = queries.concerned_vendors(ctx, row, asked_already | ({vendor.id} if vendor else set()))
    shown = render_template("person_requests/entrust.html", form=form, request_row=row, concerned=concerned)
    return shown, form.status


@bp.route("/<int:request_id>/taches/<int:task_id>/verifier", methods=["POST"])
@requires(W)
def accept_return(request_id: int, task_id: int) -> ResponseReturnValue:
    """What came back is what was asked."""
    ctx = current()
    services.accept_return(ctx, queries.get_task(ctx, request_id, task_id, to=W))
    flash(_("Vérifié."))
    return redirect(url_for(".show", request_id=request_id))


@bp.route("/<int:request_id>/taches/<int:task_id>/<any(renvoyer, annuler):named>", methods=["GET", "POST"])
@requires(W)
def settle_task(request_id: int, task_id: int, named: str) -> ResponseReturnValue:
    """Send it back to the vendor, or ask no more; with why."""
    ctx = current()
    task = queries.get_task(ctx, request_id, task_id, to=W)
    form = WhyForm()
    if form.submitted():
        do = services.send_back if named == "renvoyer" else services.cancel_task
        try:
            do(ctx, task, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("C'est noté."))
            return redirect(url_for(".show", request_id=request_id))
    return render_template("person_requests/task.html", form=form, task=task, named=named), form.status
