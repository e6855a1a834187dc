"""Proofs: handed in, described, used again, taken off, given back to their vendor."""

from typing import TYPE_CHECKING

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from portal.audits import queries as audits
from portal.audits import services
from portal.audits.models import AnswerEvidence, Audit
from portal.audits.proof_doubts import doubts_in
from portal.audits.queries import AuditAnswers
from portal.authz.policy import Permission
from portal.core import process
from portal.core.errors import Forbidden, NotFound, PortalError, Refused
from portal.core.files import EVIDENCE
from portal.core.language import N_
from portal.core.late import late
from portal.core.stored import keep
from portal.evidence import services as proofs
from portal.evidence.forms import DetailsForm
from portal.evidence.models import Evidence
from portal.evidence.proposed_details import proposed_details
from portal.evidence.queries import get_evidence
from portal.questionnaires.definition import NO_ANSWER
from portal.vendor_space import queries
from portal.vendor_space.questionnaire_text import QuestionText, SectionText, asked_text, questionnaire_text
from portal.vendor_space.section_page import AttachedFileLine, file_line
from portal.vendor_space.views.blueprint import ACCEPT, ID, bp, page_urls
from portal.vendor_space.views.section import saved_state
from portal.vendors.file_share import ShareFull, share_of
from portal.web import edge
from portal.web.downloads import download
from portal.web.error_pages import wants_json
from portal.web.guard import requires, takes_files
from portal.web.text import _, current_language, said

if TYPE_CHECKING:
    from portal.evidence.reading import stored_reading
else:
    stored_reading = late("portal.evidence.reading.stored_reading")


def receive_proof(vendor_id: int, file: FileStorage | None = None) -> Evidence:
    """Seal a file that this request carries and keep it as a piece, once; raises Refused, or Unavailable.

    The database is let go of while the file is sealed and scanned: nobody waits for a slow upload.
    """
    ctx, file = edge.current(), file or request.files.get("file")
    if file is None or not file.filename:
        raise Refused(N_("Choisissez un fichier."))
    share_of(ctx, vendor_id).must_hold(file.stream.seek(0, 2))
    file.stream.seek(0)
    edge.release()
    # Werkzeug gives the file as a stream spooled on disk: nothing here holds it whole in memory.
    blob = process.store().put(
        file.stream, filename=file.filename, allowed=EVIDENCE, scanner=process.scanner()
    )  # fmt: skip
    reading = stored_reading.read_blob(process.store(), blob)
    vendor = queries.own_vendor(ctx)
    if vendor.id != vendor_id:
        raise NotFound()
    try:
        return proofs.give(ctx, vendor, blob, reading)
    except ShareFull:
        # Another file came in meanwhile. This one is in the store already: its row says whose, until the night.
        edge.db_session().rollback()
        keep(ctx.session, blob, at=ctx.now, vendor_id=vendor_id)
        edge.release()
        raise


@bp.route(f"/audits/<{ID}:audit_id>/fichiers/<question>", methods=["GET", "POST"])
@requires(Permission.AUDIT_ANSWER)
@takes_files
def upload(audit_id: int, question: str) -> ResponseReturnValue:
    """Attach a file to an answer: a new one, or one given before."""
    ctx = edge.current()
    sheet = audits.open_sheet(ctx, audit_id, to=Permission.AUDIT_ANSWER)
    section, text = _where(sheet, question)
    if request.method == "GET":
        return _upload_page(sheet, section, text)
    received: list[tuple[AnswerEvidence, str]] = []
    refused: list[str] = []
    given: list[FileStorage | None] = [*request.files.getlist("file")]
    for file in given or [None]:
        try:
            services.question_taking_files(sheet, question)
            proof = receive_proof(sheet.audit.vendor_id, file)
            received.append((services.attach_proof(ctx, sheet.audit, question, proof), proof.stored_file.filename))
        except (NotFound, Forbidden):
            raise
        except PortalError as refusal:
            edge.db_session().rollback()
            refused.append(said(refusal.sentence))
            if not isinstance(refusal, Refused):
                break  # the store does not answer: neither would it for the next one
        else:
            edge.release()  # kept from now on, whatever the next one is
    if refused:
        told = " ".join(
            [*([received_words([name for _link, name in received])] if received else []), *dict.fromkeys(refused)]
        )
        return ({"error": told}, 422) if wants_json() else (_upload_page(sheet, section, text, told), 422)
    link, message = received[0][0], received_words([name for _link, name in received])
    if wants_json():
        fresh = audits.open_sheet(ctx, audit_id, to=Permission.AUDIT_ANSWER)
        html = render_template(
            "vendor_space/_files.html",
            files=_file_lines(fresh, text),
            urls=page_urls(audit_id),
            inside="inside" in request.form,
        )
        return {"message": message, "html": html, **saved_state(fresh, question)}
    flash(message)
    if len(received) > 1:
        return redirect(_back(sheet.audit, section, link))
    return redirect(url_for(".proof", audit_id=audit_id, link_id=link.id))


def received_words(names: list[str]) -> str:
    """Which files were received."""
    if len(names) == 1:
        return str(_("« %(name)s » est reçu.", name=names[0]))
    return str(_("Reçus : %(names)s.", names=", ".join(names)))


def _where(sheet: AuditAnswers, question: str) -> tuple[SectionText, QuestionText]:
    text = asked_text(sheet.questionnaire, current_language(), sheet.numbers)
    found = text.by_question.get(question)
    if found is None or not found[1].question.takes_files:
        raise NotFound()
    return found


def _file_lines(sheet: AuditAnswers, text: QuestionText) -> list[AttachedFileLine]:
    ctx = edge.current()
    return [
        file_line(link, text.question, sheet, ctx.today) for link in audits.files_of(ctx, sheet.audit).get(text.key, [])
    ]


def _upload_page(sheet: AuditAnswers, section: SectionText, text: QuestionText, error: str = "") -> str:
    is_open = text.key in sheet.open_keys
    return render_template(
        "vendor_space/upload.html",
        audit=sheet.audit,
        part=section,
        question=text,
        is_open=is_open,
        files=_file_lines(sheet, text),
        reusable=queries.reusable_evidence(edge.current(), sheet, text.question) if is_open else [],
        error=error,
        accept=ACCEPT,
        urls=page_urls(sheet.audit.id),
        limit=edge.settings().upload_max_bytes // (1024 * 1024),
        share=share_of(edge.current(), sheet.audit.vendor_id),
        title=questionnaire_text(sheet.questionnaire, current_language()).title,
    )


@bp.route(f"/audits/<{ID}:audit_id>/fichiers/<question>/reprendre", methods=["POST"])
@requires(Permission.AUDIT_ANSWER)
def reuse(audit_id: int, question: str) -> ResponseReturnValue:
    """Attach a proof that was given before and still holds."""
    ctx = edge.current()
    sheet = audits.open_sheet(ctx, audit_id, to=Permission.AUDIT_ANSWER)
    _section, text = _where(sheet, question)
    proof = get_evidence(ctx, _number(request.form.get("evidence", "")), to=Permission.SPACE_VIEW)
    try:
        if proof.id not in {known.id for known in queries.reusable_evidence(ctx, sheet, text.question)}:
            raise Refused(N_("Ce fichier ne peut pas servir ici : il est périmé, écarté ou déjà joint."))
        services.attach_proof(ctx, sheet.audit, question, proof)
        flash(_("« %(name)s » est joint.", name=proof.stored_file.filename))
    except Refused as refusal:
        flash(said(refusal.sentence), "warning")
    return redirect(url_for(".upload", audit_id=audit_id, question=question))


def _number(text: str) -> int:
    """The number that a form names, 0 for what is none: no row has it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@bp.route(f"/audits/<{ID}:audit_id>/pieces/<{ID}:link_id>", methods=["GET", "POST"])
@requires(Permission.AUDIT_ANSWER)
def proof(audit_id: int, link_id: int) -> ResponseReturnValue:
    """Say who issued a proof, what it covers and until when."""
    ctx = edge.current()
    link = queries.evidence_link(ctx, audit_id, link_id)
    sheet = audits.open_sheet(ctx, audit_id, to=Permission.AUDIT_ANSWER)
    section, text = _where(sheet, link.question_key)
    row = file_line(link, text.question, sheet, ctx.today)
    form = DetailsForm(obj=link.evidence)
    proposal = proposed_details(link.evidence.reading if form.is_blank else None)
    form.propose(proposal)
    may_describe = row.may_change and link.evidence.sent_at is None
    # Asked first: of what no longer changes, no difference with a colleague is there to be settled.
    if may_describe and form.submitted():
        try:
            services.describe_proof(ctx, sheet.audit, link, form.details())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(_("C'est noté."))
            return redirect(_back(sheet.audit, section, link))
    page = render_template(
        "vendor_space/proof.html",
        form=form,
        audit=sheet.audit,
        part=section,
        question=text,
        link=link,
        row=row,
        may_describe=may_describe,
        quotes=proposal.quotes,
        doubts=doubts_in(ctx, sheet.audit)(link.evidence, text.question, sheet.read.get(text.key, NO_ANSWER)),
        title=questionnaire_text(sheet.questionnaire, current_language()).title,
    )
    return page, form.status if may_describe or not form.is_submitted() else 422


@bp.route(f"/audits/<{ID}:audit_id>/pieces/<{ID}:link_id>/retirer", methods=["POST"])
@requires(Permission.AUDIT_ANSWER)
def detach(audit_id: int, link_id: int) -> ResponseReturnValue:
    """Take a file off an answer."""
    ctx = edge.current()
    link = queries.evidence_link(ctx, audit_id, link_id)
    sheet = audits.open_sheet(ctx, audit_id, to=Permission.AUDIT_ANSWER)
    section, _text = _where(sheet, link.question_key)
    try:
        services.detach_proof(ctx, sheet.audit, link)
        flash(_("« %(name)s » n'est plus joint à cette réponse.", name=link.evidence.stored_file.filename))
    except Refused as refusal:
        flash(said(refusal.sentence), "warning")
    return redirect(_back(sheet.audit, section, link))


def _back(audit: Audit, section: SectionText, link: AnswerEvidence) -> str:
    return url_for(".section", audit_id=audit.id, section_key=section.key, _anchor=f"q-{link.question_key}")


@bp.route(f"/fichiers/<{ID}:evidence_id>")
@requires(Permission.SPACE_VIEW)
def file(evidence_id: int) -> Response:
    """Give a file back to the vendor that handed it in."""
    return download(get_evidence(edge.current(), evidence_id, to=Permission.SPACE_VIEW).stored_file)
