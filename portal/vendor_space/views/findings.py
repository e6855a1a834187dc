"""Findings, from the vendor's side: what is expected, by when, and the exchange about it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.context import authorize
from portal.authz.policy import Permission
from portal.core.errors import Forbidden, NotFound, PortalError, Refused
from portal.core.language import N_
from portal.evidence.services import mark_sent
from portal.findings.services import reply_to_finding
from portal.vendor_space import queries
from portal.vendor_space.forms import ReplyForm
from portal.vendor_space.views.blueprint import ACCEPT, ID, bp
from portal.vendor_space.views.files import receive_proof
from portal.vendor_space.wording import due_date, finding_status
from portal.web import edge
from portal.web.guard import requires, takes_files
from portal.web.text import _, said


@bp.route("/constats")
@requires(Permission.SPACE_VIEW)
def findings() -> ResponseReturnValue:
    """Every finding of the vendor, those to answer first."""
    found = queries.vendor_findings(edge.current())
    rows = [(correction, finding_status(correction), due_date(correction.due_on)) for correction in found]
    return render_template("vendor_space/findings.html", rows=rows)


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
    page = render_template(
        "vendor_space/finding.html",
        found=exchange.correction,
        messages=exchange.messages,
        form=form,
        due=due_date(exchange.correction.due_on),
        status=finding_status(exchange.correction),
        accept=ACCEPT,
    )
    return page, form.status


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
