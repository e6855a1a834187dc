"""The list of findings, one finding and its exchange, and what we do about it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.calendar import BeyondCalendar
from portal.core.errors import Refused
from portal.findings import list_page, queries, services
from portal.findings.forms import (
    OUTCOME_HINTS,
    FindingForm,
    InChargeForm,
    MessageForm,
    Outcome,
    ReopenForm,
    SettleForm,
    WaiverForm,
)
from portal.findings.list_page import FindingQueue
from portal.findings.models import Finding
from portal.findings.plan_wording import settled_sentence
from portal.findings.rules import WAIVER_DAYS, RelationStage, Severity
from portal.findings.views.blueprint import bp
from portal.journal.entry_text import shown_entry
from portal.web.downloads import download
from portal.web.edge import current
from portal.web.forms import typed_day
from portal.web.guard import requires
from portal.web.manifest import FindingSighting, finding_sightings, finding_stages
from portal.web.routing import page_asked
from portal.web.text import _, said


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
        "again": WaiverForm(formdata=None),
        "reopen": ReopenForm(formdata=None),
        "contact": InChargeForm(formdata=None, contact_id=found.contact_id).offering(
            queries.contacts_of(ctx, found.vendor_id)
        ),
    }
    stale = found.planned.stale(ctx.today, found.vendor.level_points)
    seen = _sightings(found)
    page = render_template(
        "findings/show.html", finding=found, sightings=seen, last=seen[-1] if seen else None, hints=OUTCOME_HINTS,
        stale=stale, settled=settled_sentence(found, stale) if found.state.is_settled else None,
        last_waiver=ctx.today + timedelta(days=WAIVER_DAYS[found.severity]),
        proofs=sum(one.from_vendor and one.file_id is not None and one.at >= found.asked_at for one in found.messages),
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
    """Say what a look at a finding came to: corrected, not corrected, or accepted as it is until a day."""
    found = queries.get_finding(current(), finding_id, to=Permission.FINDING_WORK)
    form = SettleForm()
    if form.submitted():
        try:
            told = _settle(found, form)
        except Refused as error:
            form.refuse(error)
        else:
            flash(told)
            return redirect(url_for(".show", finding_id=finding_id))
    return _page(found, settle=form)


def _settle(found: Finding, form: SettleForm) -> str:
    ctx, outcome, words = current(), form.outcome.data, form.reason.data
    if outcome is Outcome.WAIVED:
        services.waive_finding(ctx, found, words, form.until.data)
        return str(_("Constat accepté en l'état."))
    if outcome is Outcome.FAILED:
        services.fail_retest(ctx, found, words)
        return str(_("Le prestataire doit reprendre."))
    services.pass_retest(ctx, found, words, outcome.basis)
    return str(_("Constat clos."))


@bp.route("/<int:finding_id>/acceptation", methods=["POST"])
@requires(Permission.FINDING_WORK)
def waive_again(finding_id: int) -> ResponseReturnValue:
    """Accept a finding as it is once more."""
    found = queries.get_finding(current(), finding_id, to=Permission.FINDING_WORK)
    form = WaiverForm()
    if form.submitted():
        try:
            services.waive_finding(current(), found, form.reason.data, form.until.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Constat accepté en l'état."))
            return redirect(url_for(".show", finding_id=finding_id))
    return _page(found, again=form)


@bp.route("/<int:finding_id>/reouverture", methods=["POST"])
@requires(Permission.FINDING_WORK)
def reopen(finding_id: int) -> ResponseReturnValue:
    """Ask for a settled finding again."""
    found = queries.get_finding(current(), finding_id, to=Permission.FINDING_WORK)
    form = ReopenForm()
    if form.submitted():
        try:
            services.reopen_finding(current(), found, form.reason.data, form.due_on.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Constat rouvert."))
            return redirect(url_for(".show", finding_id=finding_id))
    return _page(found, reopen=form)


@bp.route("/<int:finding_id>/personne", methods=["POST"])
@requires(Permission.FINDING_WORK)
def assign(finding_id: int) -> ResponseReturnValue:
    """Name the person in charge at the vendor."""
    found = queries.get_finding(current(), finding_id, to=Permission.FINDING_WORK)
    people = queries.contacts_of(current(), found.vendor_id)
    form = InChargeForm().offering(people)
    if form.submitted():
        try:
            chosen = next(person for person in people if person.id == form.contact_id.data)
            services.assign_finding(current(), found, chosen)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("C'est noté."))
            return redirect(url_for(".show", finding_id=finding_id))
    return _page(found, contact=form)


@bp.route("/<int:finding_id>/date", methods=["POST"])
@requires(Permission.FINDING_WORK)
def decide_date(finding_id: int) -> ResponseReturnValue:
    """Accept or refuse, in one tap, the day that the vendor proposes."""
    found = queries.get_finding(current(), finding_id, to=Permission.FINDING_WORK)
    accepted = request.form.get("decision") == "accepter"
    try:
        services.decide_date(current(), found, typed_day(request.form.get("date", "")), accepted=accepted)
    except (Refused, BeyondCalendar) as error:
        flash(said(error.sentence), "warning")
    else:
        flash(_("Nouvelle date acceptée.") if accepted else _("La date reste celle qui était prévue."))
    return redirect(url_for(".plan", vendor_id=found.vendor_id) if "plan" in request.form else
                    url_for(".show", finding_id=finding_id))  # fmt: skip
