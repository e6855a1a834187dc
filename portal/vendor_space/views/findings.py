"""Findings, from the vendor's side: what is expected, by when, and the exchange about it."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.context import authorize
from portal.authz.policy import Permission
from portal.core.errors import Forbidden, NotFound, PortalError, Refused
from portal.core.language import N_
from portal.evidence.services import mark_sent
from portal.findings import services
from portal.findings.forms import InChargeForm, ProposedDateForm
from portal.findings.plan_document import XLSX, plan_pdf, plan_workbook
from portal.findings.queries import contacts_of
from portal.findings.rules import MOST_POSTPONEMENTS
from portal.findings.services import reply_to_finding
from portal.vendor_space import queries
from portal.vendor_space.forms import ReplyForm
from portal.vendor_space.plan_page import OwnGroup, own_plan, own_plan_on_paper
from portal.vendor_space.views.blueprint import ACCEPT, ID, bp
from portal.vendor_space.views.files import receive_proof
from portal.vendor_space.wording import due_date, finding_status
from portal.web import edge
from portal.web.downloads import attached
from portal.web.forms import PortalForm
from portal.web.guard import requires, takes_files
from portal.web.text import _, current_language, said


@bp.route("/constats")
@requires(Permission.SPACE_VIEW)
def findings() -> ResponseReturnValue:
    """The plan of the vendor: every finding, those to answer first."""
    plan = own_plan(edge.current())
    return render_template("vendor_space/findings.html", plan=plan, due=due_date, own=OwnGroup)


@bp.route("/constats/plan.xlsx")
@requires(Permission.SPACE_VIEW)
def plan_table() -> ResponseReturnValue:
    """The plan as a workbook."""
    ctx = edge.current()
    vendor = queries.own_vendor(ctx)
    content = plan_workbook(own_plan_on_paper(ctx, vendor.name), current_language())
    return attached(Response(content, mimetype=XLSX), f"plan-d-actions-{vendor.key}.xlsx")


@bp.route("/constats/plan.pdf")
@requires(Permission.SPACE_VIEW)
def plan_file() -> ResponseReturnValue:
    """The plan on paper."""
    ctx = edge.current()
    vendor = queries.own_vendor(ctx)
    content = plan_pdf(own_plan_on_paper(ctx, vendor.name), current_language())
    return attached(Response(content, mimetype="application/pdf"), f"plan-d-actions-{vendor.key}.pdf")


@bp.route(f"/constats/<{ID}:finding_id>", methods=["GET", "POST"])
@requires(Permission.SPACE_VIEW)
@takes_files
def finding(finding_id: int) -> ResponseReturnValue:
    """One finding: the action expected, the exchange, and a reply with a proof."""
    exchange = queries.finding_exchange(edge.current(), finding_id)
    form = ReplyForm()
    if request.method == "POST":
        authorize(edge.current(), Permission.FINDING_REPLY, exchange.finding)
    if form.submitted():
        try:
            _reply(exchange, form)
        except (NotFound, Forbidden):
            raise
        except PortalError as refusal:
            edge.db_session().rollback()
            form.refuse(Refused(said(refusal.sentence)), "file" if _has_file() else "text")
        else:
            flash(_("Votre réponse est envoyée."))
            return redirect(url_for(".finding", finding_id=finding_id))
    return _page(exchange, form)


def _page(exchange: queries.FindingExchange, form: ReplyForm, **failed: PortalForm) -> ResponseReturnValue:
    people = contacts_of(edge.current(), exchange.finding.vendor_id)
    forms = {
        "date": ProposedDateForm(formdata=None),
        "in_charge": InChargeForm(formdata=None, contact_id=exchange.finding.contact_id).offering(people),
    }
    page = render_template(
        "vendor_space/finding.html",
        found=exchange.correction,
        messages=exchange.messages,
        form=form,
        may_propose=exchange.correction.is_ours_to_answer and exchange.correction.postponements < MOST_POSTPONEMENTS,
        due=due_date(exchange.correction.due_on),
        status=finding_status(exchange.correction),
        accept=ACCEPT,
        **{**forms, **failed},
    )
    return page, 422 if failed else form.status


@bp.route(f"/constats/<{ID}:finding_id>/date", methods=["POST"])
@requires(Permission.FINDING_REPLY)
def propose_date(finding_id: int) -> ResponseReturnValue:
    """Propose another day; nothing moves until it is accepted."""
    exchange = queries.finding_exchange(edge.current(), finding_id)
    form = ProposedDateForm()
    if form.submitted():
        try:
            services.propose_date(edge.current(), exchange.finding, form.due_on.data, form.reason.data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("Votre proposition est envoyée : la date reste la même jusqu'à la réponse."))
            return redirect(url_for(".finding", finding_id=finding_id))
    return _page(exchange, ReplyForm(formdata=None), date=form)


@bp.route(f"/constats/<{ID}:finding_id>/personne", methods=["POST"])
@requires(Permission.FINDING_REPLY)
def take_charge(finding_id: int) -> ResponseReturnValue:
    """Say who of the vendor is in charge."""
    ctx = edge.current()
    exchange = queries.finding_exchange(ctx, finding_id)
    people = contacts_of(ctx, exchange.finding.vendor_id)
    form = InChargeForm().offering(people)
    if form.submitted():
        try:
            chosen = next(person for person in people if person.id == form.contact_id.data)
            services.assign_finding(ctx, exchange.finding, chosen)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("C'est noté."))
            return redirect(url_for(".finding", finding_id=finding_id))
    return _page(exchange, ReplyForm(formdata=None), in_charge=form)


def _has_file() -> bool:
    file = request.files.get("file")
    return file is not None and bool(file.filename)


def _reply(exchange: queries.FindingExchange, form: ReplyForm) -> None:
    ctx, finding = edge.current(), exchange.finding
    if finding.state.is_settled:
        raise Refused(N_("Ce constat est clos : il n'attend plus de réponse."))
    proof = receive_proof(finding.vendor_id) if _has_file() else None
    # Read again after a slow upload: it may have been closed meanwhile.
    fresh = queries.finding_exchange(ctx, finding.id).finding if proof is not None else finding
    reply_to_finding(ctx, fresh, form.text.data, proof.stored_file if proof is not None else None)
    if proof is not None:
        mark_sent(ctx, [proof.id])
