"""A finding opened on one answer under review."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.audits import services
from portal.audits.submitted_audit import open_submitted_audit
from portal.audits.views.blueprint import bp
from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.findings.forms import FindingForm
from portal.findings.queries import findings_by_subject
from portal.findings.rules import Severity
from portal.questionnaires.rules.completing import severity_opened
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _


@bp.route("/<int:audit_id>/constats/nouveau", methods=["GET", "POST"])
@requires(Permission.AUDIT_REVIEW)
def open_finding(audit_id: int) -> ResponseReturnValue:
    """A finding on one answer, with its corrective action filled in beforehand."""
    ctx, key = current(), request.args.get("question", "")
    submitted = open_submitted_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW)
    question = next((q for q in submitted.asked if q.key == key), None)
    if question is None:
        raise NotFound()
    usual = Severity.CRITICAL if question.critical else Severity.MAJOR
    severity = severity_opened(question, submitted.answer(key)) or usual
    known = findings_by_subject(ctx, submitted.audit.vendor_id).get(key)
    form = FindingForm(obj=services.propose_action(ctx, submitted.audit, question, severity, known))
    if form.submitted():
        try:
            finding = services.open_finding_on_answer(ctx, submitted.audit, key, form.command())
        except Refused as error:
            form.refuse(error)
        else:
            if known is None:
                flash(_("Constat ouvert ; le prestataire en est averti."))
            else:
                flash(_("Ce constat était déjà connu : il est revu dans cet audit, et rouvert s'il était clos."))
            return redirect(url_for("findings.show", finding_id=finding.id))
    return render_template(
        "audits/open_finding.html", form=form, audit=submitted.audit, question=question,
        number=submitted.numbers.get(key, ""),
    ), form.status  # fmt: skip
