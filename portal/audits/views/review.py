"""The page of an audit under review: answers, proofs, verdicts."""

from typing import Any

from babel.dates import format_time
from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.audits import queries, review_page, services, submitted_audit
from portal.audits.audit_history import HistoryLine, history_lines
from portal.audits.exchange_page import audit_exchanges
from portal.audits.forms import JudgeForm
from portal.audits.models import Audit, Review
from portal.audits.review_page import ReviewView
from portal.audits.rules import is_in_other_language
from portal.audits.services import review_fingerprint
from portal.audits.submitted_audit import SubmittedAudit, open_submitted_audit
from portal.audits.usual_comments import UsualComment, usual_comments
from portal.audits.views.blueprint import bp
from portal.audits.wording import other_language_words
from portal.authz.policy import Permission
from portal.core import process
from portal.core.clock import LEGAL_ZONE
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.stale import StaleWrite
from portal.evidence.forms import VerdictForm
from portal.evidence.queries import get_sent
from portal.vendors.queries import correspondents
from portal.web import edge
from portal.web.error_pages import wants_json
from portal.web.guard import requires
from portal.web.text import _, ngettext, said


@dataclass(frozen=True)
class RefusedForm:
    """A form sent back with what was typed, where it was typed."""

    key: str
    """The question, or `proof:12`."""
    form: Any
    sentence: str
    stale: StaleWrite[Review] | None = None
    """What another reviewer has kept meanwhile."""

    @property
    def kept(self) -> str:
        """The fingerprint of what is kept now: whoever chooses again has seen it."""
        return review_fingerprint(self.stale.theirs) if self.stale else ""


@bp.route("/<int:audit_id>")
@requires(Permission.AUDIT_VIEW)
def show(audit_id: int) -> ResponseReturnValue:
    """The page of an audit."""
    return _page(open_submitted_audit(edge.current(), audit_id, to=Permission.AUDIT_VIEW))


def _page(submitted: SubmittedAudit, failed: RefusedForm | None = None, status: int = 200) -> ResponseReturnValue:
    ctx, view = edge.current(), _chosen_view()
    audit = submitted.audit
    exchanges = audit_exchanges(ctx, audit)
    if submitted.sent is None:
        people = correspondents(ctx.session, [audit.vendor_id])
        told = _history(submitted)
        return render_template(
            "audits/waiting.html", submitted=submitted, audit=audit, people=people, history=told, exchanges=exchanges
        )
    page = review_page.review_page_of(ctx, submitted, view, request.args.get("section", ""))
    entries = _history(submitted) if page.view is ReviewView.FILE else []
    return render_template(
        "audits/show.html", page=page, submitted=submitted, audit=audit, views=ReviewView, failed=failed,
        history=entries, here=_here(), usual=_usual(), is_other_language=is_in_other_language,
        exchanges=exchanges,
    ), status  # fmt: skip


def _usual() -> tuple[UsualComment, ...]:
    return usual_comments(process.settings().questionnaires_dir)


def _judge_form(audit: Audit) -> JudgeForm:
    form = JudgeForm()
    form.choose(_usual(), audit.vendor.language)
    return form


def _history(submitted: SubmittedAudit) -> list[HistoryLine]:
    return history_lines(submitted_audit.history(edge.current(), "Audit", submitted.audit.id), submitted.numbers)


@bp.route("/<int:audit_id>/questions/<key>", methods=["POST"])
@requires(Permission.AUDIT_REVIEW)
def judge(audit_id: int, key: str) -> ResponseReturnValue:
    """Keep a verdict; a script is answered in JSON, a person lands where they were."""
    ctx = edge.current()
    audit = queries.get_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW)
    form = _judge_form(audit)
    if not form.submitted():
        return _refused(audit_id, RefusedForm(key, form, form.fault), 422)
    try:
        review = services.give_verdict(ctx, audit, key, form.judgement(), seen=form.version.data or None)
    except StaleWrite as stale:
        return _refused(audit_id, RefusedForm(key, form, said(stale.sentence), stale), 409)
    except Refused as refusal:
        return _refused(audit_id, RefusedForm(key, form, said(refusal.sentence)), 422)
    if wants_json():
        left = len(open_submitted_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW).left)
        message = _("Enregistré à %(time)s", time=format_time(ctx.now, "HH:mm", tzinfo=LEGAL_ZONE))
        if is_in_other_language(review.comment, audit.vendor.language):
            message = f"{message}. {other_language_words(audit.vendor.language)}"
        return jsonify(message=message, version=review_fingerprint(review), remaining=remaining(left))
    return redirect(_back(audit_id, f"q-{key}"))


def _refused(audit_id: int, failed: RefusedForm, status: int) -> ResponseReturnValue:
    if not wants_json():
        return _page(open_submitted_audit(edge.current(), audit_id, to=Permission.AUDIT_REVIEW), failed, status)
    html = ""
    if failed.stale is not None:
        html = render_template("audits/_stale.html", failed=failed, audit_id=audit_id, here=_here())
    return jsonify(error=failed.sentence, html=html), status


def remaining(left: int) -> str:
    """« 3 réponses restent à juger »."""
    if left == 0:
        return str(_("Toutes les réponses sont jugées"))
    return str(ngettext("%(num)s réponse reste à juger", "%(num)s réponses restent à juger", left))


@bp.route("/<int:audit_id>/reste-acceptable", methods=["POST"])
@requires(Permission.AUDIT_REVIEW)
def judge_rest(audit_id: int) -> ResponseReturnValue:
    """Find acceptable, together, the answers left that need no word."""
    ctx = edge.current()
    audit = queries.get_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW)
    try:
        keys = services.accept_remaining_answers(ctx, audit)
    except Refused as refusal:
        flash(said(refusal.sentence), "warning")
    else:
        flash(ngettext("%(num)s réponse jugée acceptable.", "%(num)s réponses jugées acceptables.", len(keys)))
    return redirect(_back(audit_id))


@bp.route("/<int:audit_id>/inchangees", methods=["POST"])
@requires(Permission.AUDIT_REVIEW)
def judge_unchanged(audit_id: int) -> ResponseReturnValue:
    """Take over, in one act, the answers that stand as they were accepted before."""
    ctx = edge.current()
    audit = queries.get_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW)
    try:
        keys = services.accept_unchanged_answers(ctx, audit, seen=request.form.get("seen", ""))
    except Refused as refusal:
        flash(said(refusal.sentence), "warning")
    else:
        flash(ngettext("%(num)s réponse reprise sans changement.", "%(num)s réponses reprises sans changement.",
                       len(keys)))  # fmt: skip
    return redirect(_back(audit_id))


@bp.route("/<int:audit_id>/ensemble", methods=["POST"])
@requires(Permission.AUDIT_REVIEW)
def judge_together(audit_id: int) -> ResponseReturnValue:
    """Give one verdict on the answers that were picked."""
    ctx = edge.current()
    audit = queries.get_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW)
    form = _judge_form(audit)
    if not form.submitted():
        flash(form.fault, "warning")
        return redirect(_back(audit_id))
    try:
        keys = services.judge_together(ctx, audit, request.form.getlist("picked"), form.judgement())
    except Refused as refusal:
        flash(said(refusal.sentence), "warning")
    else:
        flash(ngettext("%(num)s réponse jugée.", "%(num)s réponses jugées.", len(keys)))
    return redirect(_back(audit_id))


@bp.route("/<int:audit_id>/preuves/<int:evidence_id>", methods=["POST"])
@requires(Permission.AUDIT_REVIEW)
def judge_evidence(audit_id: int, evidence_id: int) -> ResponseReturnValue:
    """Keep a verdict on a file."""
    ctx = edge.current()
    audit = queries.get_audit(ctx, audit_id, to=Permission.AUDIT_REVIEW)
    form, mark = VerdictForm(), f"proof:{evidence_id}"
    if not form.submitted():
        return _refused(audit_id, RefusedForm(mark, form, _("Choisissez : vérifiée ou écartée.")), 422)
    evidence = get_sent(ctx, evidence_id, to=Permission.EVIDENCE_JUDGE)
    try:
        services.judge_evidence(
            ctx, audit, evidence, form.verdict.data, form.note.data or "", seen=form.version.data or None
        )
    except Refused as refusal:
        return _refused(audit_id, RefusedForm(mark, form, said(refusal.sentence)), 422)
    key = request.args.get("question", "")
    return redirect(_back(audit_id, f"q-{key}" if key else None))


def _chosen_view() -> ReviewView | None:
    """The view asked for; none lets the page choose."""
    named = request.args.get("vue", "")
    if named in set(ReviewView):
        return ReviewView(named)
    return ReviewView.SECTION if request.args.get("section") else None


def _here() -> dict[str, str]:
    """The view and the section shown, as arguments of an address."""
    return {name: request.args[name] for name in ("vue", "section") if request.args.get(name)}


def _back(audit_id: int, anchor: str | None = None) -> str:
    """The address of the same view and section."""
    here = _here()
    return url_for(".show", audit_id=audit_id, vue=here.get("vue"), section=here.get("section"), _anchor=anchor)
