"""Findings: the list, one finding and its exchange, and what each side does about it."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.audits import dossiers, queries, queues, reviewing
from portal.audits.dossiers import open_dossier
from portal.audits.forms import SETTLED_HINTS, FindingForm, MessageForm, ReasonForm, SettleForm
from portal.audits.models import Finding
from portal.audits.queues import FindingQueue
from portal.audits.views.blueprint import bp
from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.journal.readable import show as show_entry
from portal.questionnaires.definition import Question, Severity
from portal.questionnaires.queries import questionnaire_of
from portal.questionnaires.rules.completing import severity_opened
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.manifest import finding_origin
from portal.web.routing import page_number
from portal.web.text import _, said


@bp.route("/constats")
@requires(Permission.FINDING_VIEW)
def findings() -> ResponseReturnValue:
    """The findings, by where they stand."""
    named, typed = request.args.get("vue", ""), request.args.get("q", "").strip()
    counts = queues.finding_counts(current())
    queue = FindingQueue(named) if named in set(FindingQueue) else _first(counts)
    severity = request.args.get("gravite", "")
    page = request.args.get("page", 1, type=page_number)
    found = queues.finding_page(
        current(), queue, severity=Severity(severity) if severity in set(Severity) else None, words=typed, page=page
    )
    return render_template(
        "audits/findings.html", queue=queue, queues=FindingQueue, counts=counts, found=found, page=page, typed=typed,
        severities=Severity, is_filtered=bool(typed or severity),
    )  # fmt: skip


def _first(counts: dict[FindingQueue, int]) -> FindingQueue:
    """What waits for the reviewer when something does, else what is expected of vendors."""
    return FindingQueue.ANSWERED if counts[FindingQueue.ANSWERED] else FindingQueue.OPEN


@bp.route("/<int:audit_id>/constats/nouveau", methods=["GET", "POST"])
@requires(Permission.AUDIT_REVIEW)
def open_finding(audit_id: int) -> ResponseReturnValue:
    """A finding on one answer, with its corrective action filled in beforehand."""
    ctx, key = current(), request.args.get("question", "")
    dossier = open_dossier(ctx, audit_id, to=Permission.AUDIT_REVIEW)
    question = next((q for q in dossier.asked if q.key == key), None)
    if question is None:
        raise NotFound()
    usual = Severity.CRITICAL if question.critical else Severity.MAJOR
    severity = severity_opened(question, dossier.answer(key)) or usual
    form = FindingForm(obj=reviewing.prefill(ctx, dossier.audit, question, severity))
    if form.submitted():
        try:
            finding = reviewing.open_finding(ctx, dossier.audit, key, form.command())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Constat ouvert ; le prestataire en est averti."))
            return redirect(url_for(".finding", finding_id=finding.id))
    return render_template(
        "audits/finding_form.html", form=form, audit=dossier.audit, finding=None, question=question,
        number=dossier.questionnaire.numbers[key],
    ), form.status  # fmt: skip


@bp.route("/constats/<int:finding_id>")
@requires(Permission.FINDING_VIEW)
def finding(finding_id: int) -> ResponseReturnValue:
    """One finding."""
    return _page(queries.get_finding(current(), finding_id, to=Permission.FINDING_VIEW))


@dataclass(frozen=True)
class Asked:
    """Where a finding came from, as its pages show it: a question of an audit, or a page of another domain."""

    question: Question | None = None
    number: str = ""
    section: str | None = None
    label: str = ""
    url: str = ""


def _asked(found: Finding) -> Asked:
    if found.audit is None:
        origin = finding_origin(found.origin)
        if origin is None:
            return Asked(label=found.question_key)
        return Asked(label=said(origin.label), url=origin.url(found.origin_id))
    questionnaire, key = questionnaire_of(current().session, found.audit.questionnaire_version), found.question_key
    section = next((s.key for s in questionnaire.sections if key in {q.key for q in s.questions}), None)
    url = url_for("audits.show", audit_id=found.audit_id, section=section, _anchor=f"q-{key}")
    return Asked(questionnaire.question(key), questionnaire.numbers.get(key, ""), section, _("Voir la réponse"), url)


def _page(found: Finding, **failed: Any) -> ResponseReturnValue:
    ctx = current()
    forms = {
        "message": MessageForm(formdata=None),
        "settle": SettleForm(formdata=None),
        "reopen": ReasonForm(formdata=None),
    }
    page = render_template(
        "audits/finding.html", finding=found, asked=_asked(found), hints=SETTLED_HINTS,
        history=[show_entry(entry) for entry in dossiers.history(ctx, "Finding", found.id)], **{**forms, **failed},
    )  # fmt: skip
    return page, 422 if failed else 200


@bp.route("/constats/<int:finding_id>/modifier", methods=["GET", "POST"])
@requires(Permission.FINDING_WORK)
def amend_finding(finding_id: int) -> ResponseReturnValue:
    """Change what is expected, by whom and by when."""
    ctx = current()
    found = queries.get_finding(ctx, finding_id, to=Permission.FINDING_WORK)
    form = FindingForm(obj=found)
    if form.submitted():
        try:
            reviewing.amend(ctx, found, form.command())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Constat modifié."))
            return redirect(url_for(".finding", finding_id=finding_id))
    asked = _asked(found)
    return render_template(
        "audits/finding_form.html", form=form, audit=found.audit, finding=found, question=asked.question,
        number=asked.number,
    ), form.status  # fmt: skip


@bp.route("/constats/<int:finding_id>/messages", methods=["POST"])
@requires(Permission.FINDING_WORK)
def answer_finding(finding_id: int) -> ResponseReturnValue:
    """Write to the vendor, or leave an internal note."""
    found = queries.get_finding(current(), finding_id, to=Permission.FINDING_WORK)
    form = MessageForm()
    if form.submitted():
        try:
            reviewing.answer_vendor(current(), found, form.text.data, internal=form.internal.data)
        except Refused as error:
            form.refuse(error, "text")
        else:
            flash(_("Note gardée.") if form.internal.data else _("Message envoyé au prestataire."))
            return redirect(url_for(".finding", finding_id=finding_id))
    return _page(found, message=form)


@bp.route("/constats/<int:finding_id>/issue", methods=["POST"])
@requires(Permission.FINDING_WORK)
def settle_finding(finding_id: int) -> ResponseReturnValue:
    """Close a finding, corrected or at an accepted risk."""
    found = queries.get_finding(current(), finding_id, to=Permission.FINDING_WORK)
    form = SettleForm()
    if form.submitted():
        try:
            reviewing.settle(current(), found, form.state.data, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Constat clos."))
            return redirect(url_for(".finding", finding_id=finding_id))
    return _page(found, settle=form)


@bp.route("/constats/<int:finding_id>/reouverture", methods=["POST"])
@requires(Permission.FINDING_WORK)
def reopen_finding(finding_id: int) -> ResponseReturnValue:
    """Open a settled finding again."""
    found = queries.get_finding(current(), finding_id, to=Permission.FINDING_WORK)
    form = ReasonForm()
    if form.submitted():
        try:
            reviewing.reopen(current(), found, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Constat rouvert."))
            return redirect(url_for(".finding", finding_id=finding_id))
    return _page(found, reopen=form)
