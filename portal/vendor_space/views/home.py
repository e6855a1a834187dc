"""What the vendor must do next, and what it has sent; one audit from above."""

from types import SimpleNamespace

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.policy import Permission
from portal.questionnaires.queries import questionnaire_of
from portal.questionnaires.rules.completing import progress_by_section
from portal.samples import queries as withdrawals
from portal.samples.models import CaseSample, SampleState
from portal.vendor_space import queries
from portal.vendor_space.audit_page import resume_at
from portal.vendor_space.queries import VendorFinding
from portal.vendor_space.views.blueprint import ID, bp, deadline, done_words, left_words, open_audit_page, sample_title
from portal.web import edge
from portal.web.formats import typography
from portal.web.guard import requires
from portal.web.text import _, current_language, ngettext


@bp.route("/")
@requires(Permission.SPACE_VIEW)
def home() -> ResponseReturnValue:
    """First what to do, the most pressing first; then what was sent."""
    ctx = edge.current()
    audits, corrections, sendings = queries.vendor_audits(ctx), queries.vendor_findings(ctx), queries.sent_rounds(ctx)
    todo = [_audit_to_do(audit) for audit in audits if audit.state.is_with_vendor]
    todo += [_correction_to_do(found) for found in corrections if found.is_ours_to_answer]
    samples = withdrawals.samples_of_vendor(ctx)
    todo += [_sample_to_do(sample) for sample in samples if sample.state.is_with_vendor]
    done = [audit for audit in audits if not audit.state.is_with_vendor]
    return render_template(
        "vendor_space/home.html",
        todo=sorted(todo, key=lambda item: item.due_on),
        done=sorted(done, key=lambda audit: audit.submitted_at or audit.opened_at, reverse=True),
        title_of=lambda audit: queries.version_title(audit.questionnaire_version, current_language()),
        sendings=sendings,
        sample_title=sample_title,
        waiting=[found for found in corrections if not found.is_ours_to_answer],
        samples=[sample for sample in samples if sample.state.is_sent],
        states=STATES,
    )


STATES = {
    AuditState.SUBMITTED: ("Envoyé, en cours de lecture", "info"),
    AuditState.ACCEPTED: ("Accepté", "ok"),
    AuditState.CANCELLED: ("Annulé", "neutral"),
}


def _audit_to_do(audit: Audit) -> SimpleNamespace:
    due = deadline(audit.due_on)
    return SimpleNamespace(
        title=typography(queries.version_title(audit.questionnaire_version, current_language())),
        url=url_for("vendor_space.audit", audit_id=audit.id),
        detail=_how_far(audit),
        due_text=due.text, due_on=due.on, tone=due.tone,
        action=_("Commencer") if audit.state is AuditState.OPENED else _("Continuer"),
    )  # fmt: skip


def _how_far(audit: Audit) -> str:
    if audit.state is AuditState.RETURNED:
        count = len(audit.returned_questions)
        return str(ngettext("%(num)s question vous est renvoyée", "%(num)s questions vous sont renvoyées", count))
    if audit.state is AuditState.OPENED:
        questionnaire = questionnaire_of(edge.db_session(), audit.questionnaire_version)
        count = sum(part.total for part in progress_by_section(questionnaire, {}))
        if questionnaire.minutes is None:
            return str(ngettext("%(num)s question", "%(num)s questions", count))
        return str(_("%(count)s questions, environ %(minutes)s minutes", count=count, minutes=questionnaire.minutes))
    if audit.answered >= audit.expected:
        return str(_("Tout est répondu : il reste à envoyer."))
    return done_words(audit.answered, audit.expected)


def _correction_to_do(found: VendorFinding) -> SimpleNamespace:
    due = deadline(found.due_on)
    return SimpleNamespace(
        title=typography(_("À corriger : %(title)s", title=found.title)),
        url=url_for("vendor_space.finding", finding_id=found.id),
        detail=typography(found.action), due_text=due.text, due_on=due.on, tone=due.tone, action=_("Répondre"),
    )  # fmt: skip


def _sample_to_do(found: CaseSample) -> SimpleNamespace:
    due = deadline(found.due_on)
    if found.state is SampleState.TO_CORRECT:
        count = found.problem_count
        detail = str(ngettext("%(num)s point à corriger", "%(num)s points à corriger", count))
    else:
        detail = str(ngettext("%(num)s dossier à envoyer", "%(num)s dossiers à envoyer", found.size))
    return SimpleNamespace(
        title=sample_title(found.kind), url=url_for("vendor_space.sample", sample_id=found.id), detail=detail,
        due_text=due.text, due_on=due.on, tone=due.tone,
        action=_("Commencer") if found.state is SampleState.ASKED else _("Continuer"),
    )  # fmt: skip


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
        due=deadline(page.sheet.audit.due_on),
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
