"""Samples: what was asked of whom, a measured one with its rates and worst cases, findings opened from it."""

from datetime import date, datetime, timedelta

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.core.spreadsheets import write_csv
from portal.findings.forms import MeasuredFindingForm
from portal.samples import queries, services, wording
from portal.samples.forms import AskSampleForm, CancelSampleForm
from portal.samples.models import CaseSample, FlaggedCase, SampleState
from portal.samples.report import ReportedRate, report_of
from portal.vendors import queries as vendors
from portal.vendors.queries import VendorFilter
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.formats import number, short_date
from portal.web.guard import requires
from portal.web.routing import page_asked, row_number
from portal.web.text import _, current_language, ngettext, said

bp = Blueprint("samples", __name__, url_prefix="/retractation")

USUAL_DAYS = 21
PERIOD_DAYS = 90
OFFERED = 12


@bp.route("/")
@requires(Permission.WITHDRAWAL_VIEW)
def index() -> ResponseReturnValue:
    """The first page of « Rétractation »: the samples."""
    return redirect(url_for(".list_samples"))


@bp.route("/echantillons")
@requires(Permission.WITHDRAWAL_VIEW)
def list_samples() -> ResponseReturnValue:
    """Every sample within reach."""
    page = page_asked()
    found = queries.sample_page(current(), page=page, vendor_id=request.args.get("vendor_id", type=row_number))
    return render_template("samples/index.html", found=found, words=wording)


@bp.route("/echantillons/nouveau", methods=["GET", "POST"])
@requires(Permission.WITHDRAWAL_AUDIT)
def ask() -> ResponseReturnValue:
    """Choose the vendor, then how many cases, of which period, by when."""
    ctx, vendor_id = current(), request.args.get("vendor_id", type=row_number)
    if vendor_id is None:
        typed = request.args.get("q", "").strip()
        found = vendors.vendors(ctx, VendorFilter(words=typed), size=OFFERED)
        return render_template("samples/choose_vendor.html", typed=typed, found=found)
    vendor = vendors.get_vendor(ctx, vendor_id, to=Permission.WITHDRAWAL_AUDIT)
    until = ctx.today - timedelta(days=1)
    form = AskSampleForm(
        due_on=ctx.today + timedelta(days=USUAL_DAYS), period_from=until - timedelta(days=PERIOD_DAYS), period_to=until
    )
    proposed = None
    if form.submitted():
        try:
            if "propose" in request.form:
                proposed = services.size_for(form.order())
            else:
                return _asked(services.ask(ctx, vendor, form.order()))
        except Refused as error:
            form.refuse(error)
    return render_template("samples/ask.html", form=form, vendor=vendor, proposed=proposed), form.status


def _asked(asked: services.SampleRequested) -> ResponseReturnValue:
    if asked.told:
        flash(_("Échantillon demandé ; le prestataire reçoit un lien qui y mène."))
    else:
        flash(_("Échantillon demandé, mais personne n'est prévenu : ajoutez un contact au prestataire."), "warning")
    return redirect(url_for(".show", sample_id=asked.sample.id))


@bp.route("/echantillons/<int:sample_id>")
@requires(Permission.WITHDRAWAL_VIEW)
def show(sample_id: int) -> ResponseReturnValue:
    """One sample: its progress, or its report once it is sent."""
    return _page(queries.get_sample(current(), sample_id, to=Permission.WITHDRAWAL_VIEW))


def _page(found: CaseSample, reason: CancelSampleForm | None = None) -> ResponseReturnValue:
    ctx = current()
    if not found.state.is_sent:
        form = reason or CancelSampleForm(formdata=None)
        page = render_template("samples/waiting.html", sample=found, words=wording, reason=form)
        return page, form.status
    report, flag = report_of(found), request.args.get("faute", "")
    earlier = queries.previous_sample(ctx, found)
    return render_template(
        "samples/show.html", sample=found, words=wording, report=report, flag=flag,
        worst=queries.gravest_cases(ctx, found, flag), findings=queries.findings_of_sample(ctx, found),
        labels={line.flag: line.label for line in report.lines}, progress=_progress(found),
        earlier=earlier, earlier_lines={line.flag: line for line in report_of(earlier).lines} if earlier else {},
        message=_message(report.faults), shown=_facts, kept=services.MOST_FLAGGED,
        at_fault=next((line.failures for line in report.lines if line.flag == flag), 0) if flag else report.flagged,
    )  # fmt: skip


def _message(faults: tuple[ReportedRate, ...]) -> str:
    """The title of the chart says what it shows."""
    if not faults:
        return str(_("Aucune faute dans cet échantillon"))
    worst = max(faults, key=lambda line: line.share)
    values = {"fault": said(worst.label), "failures": worst.failures, "trials": worst.trials}
    return str(_("« %(fault)s » : %(failures)s sur %(trials)s", **values))


def _facts(row: FlaggedCase) -> list[tuple[str, str]]:
    """What a case says, in the reader's language; what it does not say is left out."""
    return [
        (label, _fact(row.facts[name]))
        for name, label in wording.FACT_NAMES.items()
        if row.facts.get(name) not in {None, "", 0, "0", "0.00"}
    ]


def _fact(value: int | str) -> str:
    held = _held(value)
    if isinstance(held, datetime):
        return f"{short_date(held)}, {held:%H:%M}"
    if isinstance(held, date):
        return short_date(held)
    return f"{number(held, 2)} €" if isinstance(held, float) else number(held)


def _held(value: int | str) -> int | float | date:
    """What the text of a fact stands for: a day, a moment, or a sum in euros; counts are numbers already."""
    if isinstance(value, int):
        return value
    if "T" in value:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if value[4:5] == "-" else float(value)


def _progress(found: CaseSample) -> str:
    text = ngettext(
        "%(num)s dossier mesuré sur %(total)s", "%(num)s dossiers mesurés sur %(total)s", found.done, total=found.total
    )
    return str(text)


@bp.route("/echantillons/<int:sample_id>/etat")
@requires(Permission.WITHDRAWAL_VIEW)
def progress(sample_id: int) -> ResponseReturnValue:
    """How far a sample is, for the page that waits."""
    found = queries.get_sample(current(), sample_id, to=Permission.WITHDRAWAL_VIEW)
    following = url_for(".show", sample_id=sample_id) if found.state is SampleState.MEASURED else None
    return jsonify(done=found.done, total=found.total, message=_progress(found), next=following)


@bp.route("/echantillons/<int:sample_id>/annulation", methods=["POST"])
@requires(Permission.WITHDRAWAL_AUDIT)
def cancel(sample_id: int) -> ResponseReturnValue:
    """Ask no longer."""
    found, form = queries.get_sample(current(), sample_id, to=Permission.WITHDRAWAL_AUDIT), CancelSampleForm()
    if form.submitted():
        try:
            services.cancel(current(), found, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Demande annulée ; le prestataire en est averti."))
            return redirect(url_for(".show", sample_id=sample_id))
    return _page(found, form)


@bp.route("/echantillons/<int:sample_id>/constats/nouveau", methods=["GET", "POST"])
@requires(Permission.FINDING_WORK)
def finding(sample_id: int) -> ResponseReturnValue:
    """A finding on one fault, filled in from its rate."""
    ctx, flag = current(), request.args.get("faute", "")
    found = queries.get_sample(ctx, sample_id, to=Permission.FINDING_WORK)
    line = next((one for one in report_of(found).faults if one.flag == flag), None)
    if line is None or found.state is not SampleState.MEASURED:
        raise NotFound()
    form = MeasuredFindingForm(obj=services.proposed_action(ctx, found, line))
    if form.submitted():
        try:
            made = services.open_finding_from_sample(ctx, found, flag, form.command())
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Constat ouvert ; le prestataire en est averti."))
            return redirect(url_for("findings.show", finding_id=made.id))
    return render_template("samples/finding.html", form=form, sample=found, line=line), form.status


@bp.route("/echantillons/<int:sample_id>/dossiers.csv")
@requires(Permission.WITHDRAWAL_VIEW)
def cases_csv(sample_id: int) -> ResponseReturnValue:
    """The gravest cases with their faults, as a table."""
    ctx = current()
    found = queries.get_sample(ctx, sample_id, to=Permission.WITHDRAWAL_VIEW)
    labels = {line.flag: said(line.label) for line in report_of(found).lines}
    rows = queries.gravest_cases(ctx, found, at_most=services.MOST_FLAGGED)
    names = list(dict.fromkeys(name for row in rows for name in row.facts if name in wording.FACT_NAMES))
    header = [_("Ligne"), _("Référence"), _("Fautes"), *(said(wording.FACT_NAMES[name]) for name in names)]
    body = [
        [
            row.line, row.reference, ", ".join(labels.get(f, f) for f in row.flags),
            *(None if row.facts.get(name) is None else _held(row.facts[name]) for name in names),
        ]
        for row in rows
    ]  # fmt: skip
    content = write_csv(header, body, current_language())
    return attached(Response(content, mimetype="text/csv"), f"echantillon-{found.id}.csv")
