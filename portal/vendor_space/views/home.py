"""What the vendor must do next, and what it has sent; one audit from above."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.audits.rules import AuditState
from portal.authz.policy import Permission
from portal.samples import queries as withdrawals
from portal.vendor_space import queries
from portal.vendor_space.audit_page import resume_at
from portal.vendor_space.home_page import audit_to_do, finding_to_do, sample_title, sample_to_do
from portal.vendor_space.views.blueprint import ID, bp, open_audit_page
from portal.vendor_space.wording import due_date, left_words
from portal.web import edge
from portal.web.guard import requires
from portal.web.text import current_language


@bp.route("/")
@requires(Permission.SPACE_VIEW)
def home() -> ResponseReturnValue:
    """First what to do, the most pressing first; then what was sent."""
    ctx = edge.current()
    audits, findings, sendings = queries.vendor_audits(ctx), queries.vendor_findings(ctx), queries.sent_rounds(ctx)
    todo = [audit_to_do(audit) for audit in audits if audit.state.is_with_vendor]
    todo += [finding_to_do(found) for found in findings if found.is_ours_to_answer]
    samples = withdrawals.samples_of_vendor(ctx)
    todo += [sample_to_do(sample) for sample in samples if sample.state.is_with_vendor]
    done = [audit for audit in audits if not audit.state.is_with_vendor]
    return render_template(
        "vendor_space/home.html",
        todo=sorted(todo, key=lambda item: item.due.on),
        done=sorted(done, key=lambda audit: audit.submitted_at or audit.opened_at, reverse=True),
        title_of=lambda audit: queries.version_title(audit.questionnaire_version, current_language()),
        sendings=sendings,
        sample_title=sample_title,
        waiting=[found for found in findings if not found.is_ours_to_answer],
        samples=[sample for sample in samples if sample.state.is_sent],
        states=STATES,
    )


STATES = {
    AuditState.SUBMITTED: ("Envoyé, en cours de lecture", "info"),
    AuditState.ACCEPTED: ("Accepté", "ok"),
    AuditState.CANCELLED: ("Annulé", "neutral"),
}


@bp.route(f"/audits/<{ID}:audit_id>")
@requires(Permission.SPACE_VIEW)
def audit(audit_id: int) -> ResponseReturnValue:
    """An audit from above: who asks, until when, how far each section is, where to take up the work."""
    ctx = edge.current()
    page = open_audit_page(audit_id)
    return render_template(
        "vendor_space/audit.html",
        page=page,
        audit=page.sheet.audit,
        resume=resume_at(page) if page.sheet.audit.state.is_with_vendor else None,
        due=due_date(page.sheet.audit.due_on),
        left=left_words(page),
        sendings=queries.sent_rounds(ctx, audit_id) if page.sheet.audit.submitted_at else [],
        states=STATES,
    )


@bp.route(f"/audits/<{ID}:audit_id>/reprendre")
@requires(Permission.SPACE_VIEW)
def resume(audit_id: int) -> ResponseReturnValue:
    """Straight to the question to answer next, or to the last look before sending."""
    page = open_audit_page(audit_id)
    if not page.sheet.audit.state.is_with_vendor:
        return redirect(url_for(".audit", audit_id=audit_id))
    place = resume_at(page)
    if place is None:
        return redirect(url_for(".review_before_sending", audit_id=audit_id))
    section, question = place
    return redirect(url_for(".section", audit_id=audit_id, section_key=section, _anchor=f"q-{question}"))
