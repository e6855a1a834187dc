"""Submission: a last look at what is missing, the sending itself, and the receipt."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.audits import queries as audits
from portal.audits import services
from portal.audits.models import AnswerEvidence
from portal.audits.proof_doubts import doubts_in
from portal.audits.rules import statement
from portal.audits.services import IncompleteAnswers
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.evidence.reading.doubts import Doubt
from portal.questionnaires.definition import NO_ANSWER
from portal.scorecards.queries import spared_in
from portal.vendor_space import queries
from portal.vendor_space.audit_page import AuditPage
from portal.vendor_space.forms import AttestationForm
from portal.vendor_space.own_remarks import own_remarks
from portal.vendor_space.questionnaire_text import QuestionText, SectionText
from portal.vendor_space.views.blueprint import ID, bp, open_audit_page
from portal.vendor_space.wording import due_date
from portal.web import edge
from portal.web.downloads import download
from portal.web.guard import requires
from portal.web.text import _, current_language, said


@bp.route(f"/audits/<{ID}:audit_id>/envoi")
@requires(Permission.AUDIT_ANSWER)
def review_before_sending(audit_id: int) -> ResponseReturnValue:
    """What is missing, each with a link to its question; or that it may be sent, and who may send it."""
    page = open_audit_page(audit_id)
    if not page.sheet.audit.state.is_with_vendor:
        return redirect(url_for(".audit", audit_id=audit_id))
    return _last_look(page)


def _last_look(page: AuditPage, form: AttestationForm | None = None) -> str:
    ctx, sheet = edge.current(), page.sheet
    vendor = queries.own_vendor(ctx)
    if form is None:
        held = queries.last_attestation(ctx) or {"name": ctx.actor.name}
        form = AttestationForm(formdata=None, data={**held, "address": vendor.address})
    form.attests.label.text = said(statement(vendor.name))
    files = audits.files_of(ctx, sheet.audit)
    spared = spared_in(ctx, sheet, files)
    missing = audits.without_optional(sheet.missing, spared)
    reasons: dict[str, list[str]] = {}
    for owed in missing:
        reasons.setdefault(owed.question, []).append(said(owed.why))
    return render_template(
        "vendor_space/last_look.html",
        page=page,
        audit=sheet.audit,
        due=due_date(sheet.audit.due_on),
        missing=[(*page.text.by_question[question], why) for question, why in reasons.items()],
        points=len(missing),
        optional=0 if missing else len(spared),
        untouched=[page.text.by_question[key] for key in page.text.by_question if key in page.to_redo],
        files=sum(len(attached) for attached in files.values()),
        doubtful=_doubtful(page, files),
        form=form,
        remarked=_remarked(page, files),
        senders=None if ctx.can(Permission.AUDIT_SUBMIT) else _senders(),
    )


def _doubtful(
    page: AuditPage, files: dict[str, list[AnswerEvidence]]
) -> list[tuple[SectionText, QuestionText, AnswerEvidence, list[Doubt]]]:
    """The proofs that do not fit their answers, each with its question."""
    ctx, sheet = edge.current(), page.sheet
    pieces = {key: [link.evidence for link in links] for key, links in files.items()}
    told = doubts_in(ctx, sheet.audit, pieces, sheet.questionnaire)
    attached = [(*page.text.by_question[key], link) for key in page.text.by_question for link in files.get(key, [])]
    found = [
        (part, text, link, told(link.evidence, text.question, sheet.answers.get(text.key, NO_ANSWER)))
        for part, text, link in attached
    ]
    return [one for one in found if one[3]]


def _remarked(page: AuditPage, files: dict[str, list[AnswerEvidence]]) -> list[tuple[SectionText, QuestionText, str]]:
    """What is remarked of the answers, each with its question."""
    found = own_remarks(edge.current(), page.sheet, files)
    return [
        (*page.text.by_question[key], " ".join(said(remark.said) for remark in found[key]))
        for key in page.text.by_question
        if key in found
    ]


def _senders() -> list[queries.Colleague]:
    return [person for person in queries.colleagues(edge.current()) if person.may_send]


@bp.route(f"/audits/<{ID}:audit_id>/envoi", methods=["POST"])
@requires(Permission.AUDIT_SUBMIT)
def send(audit_id: int) -> ResponseReturnValue:
    """Send the answers; what is missing is listed instead when something is."""
    ctx = edge.current()
    sheet, form = audits.open_sheet(ctx, audit_id, to=Permission.AUDIT_SUBMIT, lock=True), AttestationForm()
    try:
        services.must_be_to_send(sheet.audit)
        signed = form.signatory()
        if signed is None:
            return _last_look(open_audit_page(audit_id), form), 422
        services.submit_answers(
            ctx, sheet.audit, language=current_language(), signatory=signed, address=form.address.data or "",
            optional=spared_in,
        )  # fmt: skip
    except IncompleteAnswers:
        edge.db_session().rollback()
        return _last_look(open_audit_page(audit_id), form), 422
    except Refused as refusal:
        flash(said(refusal.sentence), "warning")
        return redirect(url_for(".audit", audit_id=audit_id))
    return redirect(url_for(".sent", audit_id=audit_id))


@bp.route(f"/audits/<{ID}:audit_id>/envoi/merci")
@requires(Permission.SPACE_VIEW)
def sent(audit_id: int) -> ResponseReturnValue:
    """Thanks, what happens next, and the receipt as soon as it is printed."""
    page = open_audit_page(audit_id)
    sendings = queries.sent_rounds(edge.current(), [audit_id])
    if not sendings:
        return redirect(url_for(".audit", audit_id=audit_id))
    return render_template("vendor_space/sent.html", page=page, audit=page.sheet.audit, last=sendings[0])


@bp.route(f"/audits/<{ID}:audit_id>/accuses/<{ID}:number>")
@requires(Permission.SPACE_VIEW)
def receipt(audit_id: int, number: int) -> ResponseReturnValue:
    """The receipt of a round, as PDF."""
    stored = queries.receipt_file(edge.current(), audit_id, number)
    if stored is None:
        flash(_("L'accusé de réception est en préparation."), "info")
        return redirect(url_for(".sent", audit_id=audit_id))
    return download(stored)


@bp.route(f"/audits/<{ID}:audit_id>/accuses/<{ID}:number>/etat")
@requires(Permission.SPACE_VIEW)
def receipt_state(audit_id: int, number: int) -> ResponseReturnValue:
    """Whether the receipt is printed, for the page that waits for it."""
    is_ready = queries.receipt_file(edge.current(), audit_id, number) is not None
    message = _("L'accusé de réception est prêt.") if is_ready else _("L'accusé de réception est en préparation.")
    onward = url_for(".sent", audit_id=audit_id) if is_ready else None
    return {"done": int(is_ready), "total": 1, "message": message, "next": onward}
