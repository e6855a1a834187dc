"""Home and portfolio."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import ROLE_NAMES, Permission
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.core.workdays import next_working
from portal.dashboard import decision_page, first_steps, home_page, portfolio_page, queries, rules, services
from portal.dashboard.forms import DecisionForm
from portal.dashboard.todo import Todo
from portal.identity import web_session
from portal.vendors import queries as vendors
from portal.vendors.models import Vendor
from portal.vendors.rules.tier import Tier
from portal.web.downloads import download
from portal.web.edge import current, settings
from portal.web.formats import percent, relative
from portal.web.guard import requires
from portal.web.routing import page_asked, row_number
from portal.web.text import _, current_language, said

A_QUARTER = timedelta(days=91)
"""How long a decision is proposed to stand."""
bp = Blueprint("dashboard", __name__)


@bp.route("/")
@requires(Permission.ACCOUNT_SELF)
def home() -> ResponseReturnValue:
    """What this person must do next, then how things stand; whoever works elsewhere is led there."""
    ctx = current()
    if not ctx.can(Permission.HOME_VIEW):
        return redirect(web_session.home_url(ctx.actor))
    counts = home_page.home_counts(ctx)
    todos = [_shown_todo(todo) for todo in home_page.todos(ctx, counts)]
    decisions = queries.pending_decisions(ctx) if ctx.can(Permission.PORTFOLIO_VIEW) and not todos else []
    return render_template(
        "dashboard/home.html",
        is_unnamed=not settings().signing_name and any(ctx.can(permission) for permission in home_page.SIGNING),
        steps=first_steps.first_steps(ctx),
        role_names=ROLE_NAMES,
        todos=todos or [_shown_decision(decision) for decision in decisions],
        figures=[
            (f.value, said(f.label), url_for(f.endpoint, **f.arguments), f.tone) for f in home_page.figures(ctx, counts)
        ],
    )


def _shown_todo(todo: Todo) -> dict[str, Any]:
    return {
        "title": said(todo.title),
        "detail": said(todo.detail) if todo.detail else "",
        "url": url_for(todo.endpoint, **todo.arguments),
        "due_on": todo.due_on,
        "due_text": relative(todo.due_on) if todo.due_on else "",
        "tone": todo.tone,
        "action": _("Ouvrir"),
    }


_ARGUMENTS = {
    "vendors.show": "vendor_id",
    "audits.show": "audit_id",
    "findings.show": "finding_id",
    "contracts.show": "contract_id",
    "scorecards.show": "card_id",
}


def _argument(endpoint: str, number: int) -> dict[str, Any]:
    return {_ARGUMENTS[endpoint]: number}


def _shown_decision(decision: rules.PendingDecision) -> dict[str, Any]:
    return {
        "title": decision.vendor,
        "detail": said(decision.words),
        "url": _decision_url(decision),
        "also": [(said(reason.words), _decision_url(reason)) for reason in decision.also] + _decision_links(decision),
        "due_on": decision.on,
        "due_text": relative(decision.on) if decision.on else "",
        "tone": "danger" if decision.urgency <= rules.Urgency.NO_CONTRACT else "warning",
        "action": _("Ouvrir le dossier"),
    }


def _decision_links(decision: rules.PendingDecision) -> list[tuple[str, str]]:
    """What was decided before, and where to decide."""
    url = url_for(".decision", vendor_id=decision.vendor_id)
    former = [(said(decision_page.former_words(decision.former)), url)] if decision.former else []
    may_decide = current().can(Permission.PORTFOLIO_DECIDE)
    return former + ([(_("Décider : poursuivre, encadrer ou sortir"), f"{url}#decider")] if may_decide else [])


def _decision_url(decision: rules.PendingDecision) -> str:
    endpoint, number = decision.link or ("vendors.show", decision.vendor_id)
    if endpoint == "audits.show" and not current().can(Permission.AUDIT_VIEW):
        # Management reads levels and findings, never a vendor's answers.
        endpoint, number = "vendors.show", decision.vendor_id
    return url_for(endpoint, **_argument(endpoint, number))


@bp.route("/portefeuille")
@requires(Permission.PORTFOLIO_VIEW)
def portfolio() -> ResponseReturnValue:
    """Where the risk is, and what there is to decide."""
    ctx = current()
    found = queries.portfolio(ctx)
    page = page_asked()
    inherent, grade = request.args.get("risque", type=row_number), request.args.get("niveau")
    grade = {"sans": ""}.get(grade, grade) if grade else None
    rows = queries.risk_rows(
        ctx, found.heat, sort=request.args.get("tri", "-risque"), page=page, inherent=inherent, grade=grade
    )
    return render_template(
        "dashboard/portfolio.html",
        found=found,
        headline=said(rules.headline(found.heat)), left_out=rules.left_out(found.heat),
        heat_rows=[(f"{level} / 5", [_cell(level, g, n) for g, n in zip(found.heat.grades, cells, strict=True)])
                   for level, cells in found.heat.rows],
        heat_columns=[g or _("Non mesuré") for g in found.heat.grades],
        decisions=[_shown_decision(decision) for decision in found.decisions], most=rules.MOST_DECISIONS,
        taken=decision_page.taken_rows(found.taken.values(), ctx.today),
        tiles=[(f.value, said(f.label), _figure_url(f.key), f.tone) for f in portfolio_page.key_figures(found)],
        contracts=[(f.value, said(f.label), _standing_url(f.key), f.tone)
                   for f in portfolio_page.contract_figures(found)],
        trend=[(portfolio_page.month_name(one.month), round(one.mean)) for one in found.trend],
        trend_title=said(portfolio_page.trend_title(found.trend)),
        ranked=rows,
        narrowed=inherent is not None or grade is not None,
        levels={tier: tier.rank + 1 for tier in Tier},
        percent=percent,
    )  # fmt: skip


def _figure_url(key: str) -> str | None:
    """The list that a figure counts, when this person may read it."""
    lists: dict[str, tuple[Permission, str, dict[str, Any]]] = {
        "late_audits": (Permission.AUDIT_VIEW, "audits.index", home_page.LATE_LIST),
        "open_findings": (Permission.FINDING_VIEW, "findings.index", {}),
        "incomplete_contracts": (Permission.CONTRACT_VIEW, "contracts.index", {}),
        "without_contract": (Permission.VENDOR_VIEW, "vendors.index", home_page.WITHOUT_CONTRACT_LIST),
    }
    if key not in lists or not current().can(lists[key][0]):
        return None
    _permission, endpoint, arguments = lists[key]
    return url_for(endpoint, **arguments)


def _standing_url(key: str) -> str | None:
    """The vendors that a figure of contracts counts, when this person may list them."""
    if not current().can(Permission.VENDOR_VIEW):
        return None
    return url_for("vendors.index", statut="suivis", contrat="expire" if key == "expiring" else key)


def _cell(level: int, grade: str, count: int) -> tuple[int, str | None]:
    return count, url_for(".portfolio", risque=level, niveau=grade or "sans", _anchor="table") if count else None


@bp.route("/portefeuille/rapports", methods=["POST"])
@requires(Permission.PORTFOLIO_VIEW)
def ask_report() -> ResponseReturnValue:
    """Ask for the portfolio on one page."""
    report = services.ask_report(current(), current_language())
    return redirect(url_for(".report", report_id=report.id))


@bp.route("/portefeuille/rapports/<int:report_id>")
@requires(Permission.PORTFOLIO_VIEW)
def report(report_id: int) -> ResponseReturnValue:
    """The page of a report: being printed, then ready."""
    return render_template("dashboard/report.html", report=queries.get_report(current(), report_id))


@bp.route("/portefeuille/rapports/<int:report_id>/etat")
@requires(Permission.PORTFOLIO_VIEW)
def report_state(report_id: int) -> ResponseReturnValue:
    """Whether it is ready, for the page that waits."""
    done = queries.get_report(current(), report_id).stored_file is not None
    following = url_for(".report", report_id=report_id) if done else None
    return jsonify(done=int(done), total=1, message=_("Prêt") if done else _("Impression en cours"), next=following)


@bp.route("/portefeuille/rapports/<int:report_id>/fichier")
@requires(Permission.PORTFOLIO_VIEW)
def report_file(report_id: int) -> ResponseReturnValue:
    """The PDF."""
    stored = queries.get_report(current(), report_id).stored_file
    if stored is None:
        raise NotFound(N_("Ce rapport n'est pas encore imprimé."))
    return download(stored)


@bp.route("/portefeuille/decisions/<int:vendor_id>")
@requires(Permission.PORTFOLIO_VIEW)
def decision(vendor_id: int) -> ResponseReturnValue:
    """What waits for a decision about a vendor, and what was decided of it."""
    ctx = current()
    vendor = vendors.get_vendor(ctx, vendor_id, to=Permission.PORTFOLIO_VIEW)
    form = DecisionForm() if ctx.can(Permission.PORTFOLIO_DECIDE, vendor) else None
    return _decision_page(vendor, queries.reasons_to_decide(ctx, vendor_id), form)


@bp.route("/portefeuille/decisions/<int:vendor_id>", methods=["POST"])
@requires(Permission.PORTFOLIO_DECIDE)
def decide(vendor_id: int) -> ResponseReturnValue:
    """Record a decision; somebody who decided since the page was shown is read first."""
    ctx = current()
    vendor = vendors.get_vendor(ctx, vendor_id, to=Permission.PORTFOLIO_DECIDE)
    people = {user.id: user for user in queries.deciders_and_owners(ctx)}
    reasons = queries.reasons_to_decide(ctx, vendor_id)
    form = DecisionForm()
    form.offer(list(people.values()))
    if not form.submitted():
        return _decision_page(vendor, reasons, form), 422
    decided = services.Decided(form.choice.data, form.motive.data, people[form.owner.data], form.due_on.data)
    try:
        services.decide(ctx, vendor, decided, [reason.urgency for reason in reasons], seen=form.last.data or "")
    except Refused as error:
        form.refuse(error)
        status = 409 if isinstance(error, services.DecidedMeanwhile) else 422
        return _decision_page(vendor, reasons, form), status
    flash(_("Décision enregistrée : %(name)s.", name=vendor.name))
    return redirect(url_for(".portfolio"))


def _decision_page(vendor: Vendor, reasons: list[rules.PendingDecision], form: DecisionForm | None) -> str:
    ctx = current()
    taken = queries.decisions_on(ctx, vendor.id)
    if form is not None:
        form.offer(queries.deciders_and_owners(ctx))
        form.last.data = str(taken[0].id) if taken else ""
        if not form.is_submitted():
            form.owner.data = vendor.owner_id
            form.due_on.data = next_working(ctx.today + A_QUARTER)
    return render_template(
        "dashboard/decision.html",
        vendor=vendor,
        reasons=[(said(reason.words), _decision_url(reason)) for reason in reasons],
        rows=decision_page.decision_rows(taken, ctx.today),
        form=form if reasons else None,
    )
