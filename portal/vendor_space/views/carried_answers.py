"""The answers of the audit before, read again on one page and confirmed section by section, or all at once."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.audits import services
from portal.audits.queries import asked_in
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.vendor_space.answer_form import read_base
from portal.vendor_space.audit_page import AuditPage, CarriedSection, audit_page, carried_sections, resume_at
from portal.vendor_space.views.blueprint import ID, bp, open_audit_page
from portal.vendor_space.wording import confirmed_words, due_date
from portal.web import edge
from portal.web.guard import requires
from portal.web.text import current_language, said


@bp.route(f"/audits/<{ID}:audit_id>/reprise")
@requires(Permission.AUDIT_ANSWER)
def carried(audit_id: int) -> ResponseReturnValue:
    """What was said in the audit before and need only be confirmed."""
    page = open_audit_page(audit_id)
    found = _to_confirm(page)
    if not found:
        return redirect(url_for(".resume", audit_id=audit_id))
    return render_template(
        "vendor_space/carried.html",
        page=page,
        audit=page.sheet.audit,
        sections=found,
        count=sum(len(section.lines) for section in found),
        due=due_date(page.sheet.audit.due_on),
    )


@bp.route(f"/audits/<{ID}:audit_id>/reprise", methods=["POST"])
@requires(Permission.AUDIT_ANSWER)
def confirm_carried(audit_id: int) -> ResponseReturnValue:
    """« Rien n'a changé »: of one section, or of all those on the page; only what was shown, as it was shown."""
    sheet = services.open_answers_to_write(edge.current(), audit_id)
    seen = {name.removesuffix(":base"): read_base(value)[1] for name, value in request.form.items()}
    wanted = request.form.get("then", "").partition(":")[2]
    before = len(sheet.answers)
    try:
        for section in sheet.questionnaire.sections:
            if wanted in {"", section.key}:
                sheet = services.confirm_section(edge.current(), sheet, section.key, seen)
    except Refused as over:
        flash(said(over.sentence), "warning")
        return redirect(url_for(".audit", audit_id=audit_id))
    flash(confirmed_words(len(sheet.answers) - before))
    return redirect(_onward(audit_page(sheet, current_language())))


def _onward(page: AuditPage) -> str:
    audit_id = page.sheet.audit.id
    if _to_confirm(page):
        return url_for(".carried", audit_id=audit_id)
    place = resume_at(page)
    if place is None:
        return url_for(".review_before_sending", audit_id=audit_id)
    return url_for(".section", audit_id=audit_id, section_key=place[0], _anchor=f"q-{place[1]}")


def _to_confirm(page: AuditPage) -> list[CarriedSection]:
    return carried_sections(page, asked_in(edge.current(), page.sheet), current_language())
