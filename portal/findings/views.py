"""Pages of findings: the list, one finding and its exchange, and what each side does about it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.findings import list_page, queries, services, wording
from portal.findings.forms import SETTLED_HINTS, FindingForm, MessageForm, ReopenForm, SettleForm
from portal.findings.list_page import FindingQueue
from portal.findings.models import Finding
from portal.findings.rules import RelationStage, Severity
from portal.journal.entry_text import shown_entry
from portal.web.downloads import download
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.manifest import FindingSighting, finding_sightings, finding_stages
from portal.web.routing import page_asked
from portal.web.text import _

bp = Blueprint("findings", __name__, url_prefix="/audits/constats")


@bp.record_once
def _install(state: BlueprintSetupState) -> None:
    """The names and tones of states, for macros: those see no context."""
    state.app.jinja_env.globals["finding_words"] = wording


@bp.route("")
@requires(Permission.FINDING_VIEW)
def index() -> ResponseReturnValue:
    """The findings, by where they stand."""
    named, typed = request.args.get("vue", ""), request.args.get("q", "").strip()
    counts = list_page.finding_counts(current())
    queue = FindingQueue(named) if named in set(FindingQueue) else _first(counts)
    severity, stage = request.args.get("gravite", ""), request.args.get("etape", "")
    page, stages = page_asked(), finding_stages()
    level = Severity(severity) if severity in set(Severity) else None
    asked = [subject for subject, its in stages.items() if its == stage] if stage in set(RelationStage) else None
    found = list_page.finding_page(current(), queue, severity=level, words=typed, subjects=asked, page=page)
    by_stage = list_page.stage_counts(current(), queue, stages, severity=level, words=typed)
    return render_template(
        "findings/index.html", queue=queue, queues=FindingQueue, counts=counts, found=found, page=page, typed=typed,
        severities=Severity, by_stage=by_stage, stages=stages, stage=stage,
        is_filtered=bool(typed or severity or stage),
    )  # fmt: skip


def _first(counts: dict[FindingQueue, int]) -> FindingQueue:
    """What waits for the reviewer when something does, else what is expected of vendors."""
    return FindingQueue.ANSWERED if counts[FindingQueue.ANSWERED] else FindingQueue.OPEN


@bp.route("/<int:finding_id>")
@requires(Permission.FINDING_VIEW)
def show(finding_id: int) -> ResponseReturnValue:
    """One finding."""
    return _page(queries.get_finding(current(), finding_id, to=Permission.FINDING_VIEW))


def _page(found: Finding, **failed: Any) -> ResponseReturnValue:
    ctx = current()
    forms = {
        "message": MessageForm(formdata=None),
        "settle": SettleForm(formdata=None),
        "reopen": ReopenForm(formdata=None),
    }
    seen = _sightings(found)
    page = render_template(
        "findings/show.html", finding=found, sightings=seen, last=seen[-1] if seen else None, hints=SETTLED_HINTS,
        history=[shown_entry(entry) for entry in queries.history_of(ctx, found)],
        stage=finding_stages().get(found.subject, ""), **{**forms, **failed},
    )  # fmt: skip
    return page, 422 if failed else 200


def _sightings(found: Finding) -> Sequence[FindingSighting]:
    """Where the gap was seen, the first time first."""
    return finding_sightings(current(), found.id)


@bp.route("/<int:finding_id>/messages/<int:message_id>/fichier")
@requires(Permission.EVIDENCE_VIEW)
def file(finding_id: int, message_id: int) -> ResponseReturnValue:
    """The file that came with a message."""
    return download(queries.get_message_file(current(), finding_id, message_id, to=Permission.EVIDENCE_VIEW))


@bp.route("/<int:finding_id>/modifier", methods=["GET", "POST"])
@requires(Permission.FINDING_WORK)
def amend(finding_id: int) -> ResponseReturnValue:
    """Change what is expected, by whom and by when."""
    ctx = current()
    found = queries.get_finding(ctx, finding_id, to=Permission.FINDING_WORK)
    form = FindingForm(obj=found)
    if form.submitted():
        try:
            services.amend_finding(ctx, found, form.command())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Constat modifié."))
            return redirect(url_for(".show", finding_id=finding_id))
    seen = _sightings(found)
    return render_template(
        "findings/amend.html", form=form, finding=found, last=seen[-1] if seen else None
    ), form.status  # fmt: skip


@bp.route("/<int:finding_id>/messages", methods=["POST"])
@requires(Permission.FINDING_WORK)
def write(finding_id: int) -> ResponseReturnValue:
    """Write to the vendor, or leave an internal note."""
    found = queries.get_finding(current(), finding_id, to=Permission.FINDING_WORK)
    form = MessageForm()
    if form.submitted():
        work = services.note_internally if form.internal.data else services.send_message_to_vendor
        try:
            work(current(), found, form.text.data)
        except Refused as error:
            form.refuse(error, "text")
        else:
            flash(_("Note gardée.") if form.internal.data else _("Message envoyé au prestataire."))
            return redirect(url_for(".show", finding_id=finding_id))
    return _page(found, message=form)


@bp.route("/<int:finding_id>/issue", methods=["POST"])
@requires(Permission.FINDING_WORK)
def settle(finding_id: int) -> ResponseReturnValue:
    """Close a finding, corrected or at an accepted risk."""
    found = queries.get_finding(current(), finding_id, to=Permission.FINDING_WORK)
    form = SettleForm()
    if form.submitted():
        try:
            services.settle_finding(current(), found, form.state.data, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Constat clos."))
            return redirect(url_for(".show", finding_id=finding_id))
    return _page(found, settle=form)


@bp.route("/<int:finding_id>/reouverture", methods=["POST"])
@requires(Permission.FINDING_WORK)
def reopen(finding_id: int) -> ResponseReturnValue:
    """Open a settled finding again."""
    found = queries.get_finding(current(), finding_id, to=Permission.FINDING_WORK)
    form = ReopenForm()
    if form.submitted():
        try:
            services.reopen_finding(current(), found, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Constat rouvert."))
            return redirect(url_for(".show", finding_id=finding_id))
    return _page(found, reopen=form)
