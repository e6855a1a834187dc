"""Before answering, and beside: every question on one page, as PDF and as a workbook, which is then read back."""

from collections.abc import Sequence

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired

from portal.audits import queries as audits
from portal.audits import services
from portal.audits.models import Audit
from portal.authz.policy import Permission
from portal.core import process
from portal.core.errors import Refused
from portal.core.spreadsheets import write_form
from portal.vendor_space import queries
from portal.vendor_space.answer_form import read_base
from portal.vendor_space.audit_page import AuditPage, audit_page
from portal.vendor_space.question_conditions import asked_when
from portal.vendor_space.question_paper import printed_questions, question_paper
from portal.vendor_space.views.blueprint import ID, bp, open_audit_page
from portal.vendor_space.wording import due_date, effort_words
from portal.vendor_space.workbook.handing_in import (
    MOST_BYTES,
    WorkbookChoice,
    WorkbookTaken,
    chosen_answer,
    keep_choice,
    read_workbook,
    sealer,
    take_workbook,
)
from portal.vendor_space.workbook.layout import answer_workbook
from portal.vendor_space.workbook_page import choice_lines, kept_words
from portal.web import edge
from portal.web.downloads import attached
from portal.web.forms import PortalForm
from portal.web.guard import requires, takes_files
from portal.web.text import _, current_language, lazy, said

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WorkbookForm(PortalForm):
    """A workbook to read back."""

    file = FileField(
        lazy("Le classeur rempli"),
        [FileRequired(lazy("Choisissez un fichier."))],
        description=lazy("Excel (XLSX), 10 Mo au plus."),
    )


@bp.route(f"/audits/<{ID}:audit_id>/questions")
@requires(Permission.SPACE_VIEW)
def all_questions(audit_id: int) -> ResponseReturnValue:
    """Every question that may be asked, on one page, before anything is answered."""
    page, language = open_audit_page(audit_id), current_language()
    return render_template(
        "vendor_space/all_questions.html",
        page=page,
        audit=page.sheet.audit,
        due=due_date(page.sheet.audit.due_on),
        effort=effort_words(page.text.effort),
        conditions={key: asked_when(page.text, one.question, language) for key, (_part, one) in
                    page.text.by_question.items()},
    )  # fmt: skip


@bp.route(f"/audits/<{ID}:audit_id>/questions.pdf")
@requires(Permission.SPACE_VIEW)
def questions_pdf(audit_id: int) -> ResponseReturnValue:
    """The same on paper."""
    page, vendor = open_audit_page(audit_id), queries.own_vendor(edge.current())
    questionnaire = page.sheet.questionnaire
    document = question_paper(
        page.text,
        current_language(),
        vendor=vendor.name,
        organisation=process.settings().organisation,
        due_on=page.sheet.audit.due_on,
        reference=f"{questionnaire.key} {questionnaire.version}",
    )
    edge.release()
    pdf = Response(printed_questions(document), mimetype="application/pdf")
    return attached(pdf, _name(page.sheet.audit, "pdf"))


@bp.route(f"/audits/<{ID}:audit_id>/classeur.xlsx")
@requires(Permission.SPACE_VIEW)
def workbook_file(audit_id: int) -> ResponseReturnValue:
    """The workbook, with the answers there are."""
    page = open_audit_page(audit_id)
    content = write_form(answer_workbook(page.sheet, page.text, sealer(), current_language()))
    return attached(Response(content, mimetype=_XLSX), _name(page.sheet.audit, "xlsx"))


def _name(audit: Audit, extension: str) -> str:
    return f"questions-{audit.id}.{extension}"


@bp.route(f"/audits/<{ID}:audit_id>/classeur", methods=["GET", "POST"])
@requires(Permission.AUDIT_ANSWER)
@takes_files
def workbook(audit_id: int) -> ResponseReturnValue:
    """Take the workbook away, hand it in filled; what it changes is kept at once, the rest is told."""
    ctx, form, taken = edge.current(), WorkbookForm(), None
    page = open_audit_page(audit_id)
    if form.submitted():
        edge.release()
        data, name = form.file.data.read(MOST_BYTES + 1), form.file.data.filename or ""
        try:
            found = read_workbook(data, page.sheet)
            taken = take_workbook(ctx, services.open_answers_to_write(ctx, audit_id), found, name=name)
        except Refused as refusal:
            form.refuse(Refused(said(refusal.sentence)), "file")
    return _page(page, form, taken), form.status


def _page(page: AuditPage, form: WorkbookForm, taken: WorkbookTaken | None) -> str:
    language = current_language()
    if taken is not None:
        page = audit_page(taken.sheet, language)
    return render_template(
        "vendor_space/workbook.html",
        page=page,
        audit=page.sheet.audit,
        due=due_date(page.sheet.audit.due_on),
        form=form,
        taken=taken,
        kept=kept_words(taken) if taken is not None else "",
        refused=[(one.cell, said(one.sentence)) for one in taken.refused] if taken is not None else (),
        choices=choice_lines(taken.choices, page.text, language) if taken is not None else (),
    )


@bp.route(f"/audits/<{ID}:audit_id>/classeur/choix", methods=["POST"])
@requires(Permission.AUDIT_ANSWER)
def choose_answers(audit_id: int) -> ResponseReturnValue:
    """Keep, question by question, the workbook's answer or the portal's."""
    ctx, sheet = edge.current(), services.open_answers_to_write(edge.current(), audit_id)
    again: list[WorkbookChoice] = []
    refused: list[str] = []
    kept = 0
    for question in sheet.questionnaire.questions:
        if request.form.get(f"{question.key}:then") != "classeur":
            continue
        try:
            ours = chosen_answer(question, request.form.get(f"{question.key}:file", ""))
            after = keep_choice(ctx, sheet, question, ours, read_base(request.form.get(f"{question.key}:base", "")))
        except Refused as refusal:
            refused.append(f"{sheet.numbers.get(question.key, '')} {said(refusal.sentence)}")
            continue
        if isinstance(after, WorkbookChoice):
            again.append(after)
        else:
            sheet, kept = after, kept + 1
    if again:
        edge.commit_despite_error()
        return _choose_again(audit_id, sheet, again, kept)
    for told in refused:
        flash(told, "warning")
    flash(_("Vos choix sont enregistrés."))
    return redirect(url_for(".audit", audit_id=audit_id))


def _choose_again(
    audit_id: int, sheet: audits.AuditAnswers, again: Sequence[WorkbookChoice], kept: int
) -> ResponseReturnValue:  # fmt: skip
    taken = WorkbookTaken(sheet, kept, 0, (), again)
    return _page(open_audit_page(audit_id), WorkbookForm(formdata=None), taken), 409
