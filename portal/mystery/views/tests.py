"""Mystery withdrawals: what is to be done, lists, plans, and what becomes of a planned test."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.consumer_law.rules.periods import CONTRACT_KINDS
from portal.core.errors import Refused
from portal.mystery import queries, services, wording
from portal.mystery.forms import AmendForm, OrderForm, PlanForm, ReasonForm
from portal.mystery.judgement import breaches_of
from portal.mystery.models import MysteryState
from portal.mystery.mystery_page import last_day_of, mystery_test_page
from portal.mystery.queries import MysteryFilter
from portal.mystery.rules.script import WAYS
from portal.mystery.views.blueprint import bp
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.routing import page_asked, row_number
from portal.web.text import _


@bp.route("/tests")
@requires(Permission.WITHDRAWAL_VIEW)
def index() -> ResponseReturnValue:
    """What is to be done now, then every test within reach."""
    ctx = current()
    state = request.args.get("etat", "")
    wanted = MysteryFilter(
        request.args.get("sous-traitant", type=row_number), MysteryState(state) if state in set(MysteryState) else None
    )
    page = page_asked()
    found = queries.list_tests(ctx, wanted, page=page)
    return render_template(
        "mystery/index.html", found=found, wanted=wanted,
        to_do=[] if wanted.is_anything or page > 1 else queries.to_do(ctx), vendors=queries.vendors_tested(ctx),
        words=wording, ways=WAYS, states=MysteryState,
    )  # fmt: skip


@bp.route("/tests/plans")
@requires(Permission.WITHDRAWAL_VIEW)
def plans() -> ResponseReturnValue:
    """Every plan within reach, the next due first."""
    page = page_asked()
    return render_template("mystery/plans.html", found=queries.plans(current(), page=page), ways=WAYS)


@bp.route("/tests/nouveau", methods=["GET", "POST"])
@requires(Permission.WITHDRAWAL_AUDIT)
def new_plan() -> ResponseReturnValue:
    """Plan tests of a vendor's channel."""
    ctx = current()
    asked = request.args.get("sous-traitant", type=row_number)
    vendor = queries.get_vendor(ctx, asked) if asked is not None else None
    form = PlanForm(data={"vendor": vendor.name if vendor else "", "first_on": ctx.today, "tester": ctx.actor.name})
    if form.submitted():
        try:
            found = queries.vendor_named(ctx, form.vendor.data)
        except Refused as error:
            form.refuse(error, "vendor")
        else:
            try:
                made = services.plan_tests(ctx, found, form.sheet())
            except Refused as error:
                form.refuse(error, "first_on")
            else:
                flash(_("C'est planifié. Le sous-traitant n'en voit rien."))
                planned = queries.planned_of(ctx, made)
                return redirect(url_for(".show", test_id=planned.id) if planned else url_for(".index"))
    return render_template("mystery/plan.html", form=form, plan=None), form.status


@bp.route("/tests/plans/<int:plan_id>/modifier", methods=["GET", "POST"])
@requires(Permission.WITHDRAWAL_AUDIT)
def amend_plan(plan_id: int) -> ResponseReturnValue:
    """Change what a plan tests, who, or how often."""
    ctx = current()
    plan = queries.get_plan(ctx, plan_id, to=Permission.WITHDRAWAL_AUDIT)
    form = AmendForm(obj=plan)
    if form.submitted():
        try:
            services.amend_plan(ctx, plan, form.interface.data, form.tester.data or "", form.every.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("C'est noté."))
            return redirect(url_for(".plans"))
    return render_template("mystery/plan.html", form=form, plan=plan), form.status


@bp.route("/tests/plans/<int:plan_id>/arreter", methods=["GET", "POST"])
@requires(Permission.WITHDRAWAL_AUDIT)
def stop_plan(plan_id: int) -> ResponseReturnValue:
    """End a plan, saying why."""
    ctx = current()
    plan = queries.get_plan(ctx, plan_id, to=Permission.WITHDRAWAL_AUDIT)
    form = ReasonForm()
    if form.submitted():
        try:
            services.stop_plan(ctx, plan, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Le plan est arrêté ; les tests déjà conclus restent."))
            return redirect(url_for(".plans"))
    page = render_template("mystery/reason.html", form=form, plan=plan, test=None, ways=WAYS)
    return page, form.status


@bp.route("/tests/<int:test_id>")
@requires(Permission.WITHDRAWAL_VIEW)
def show(test_id: int) -> ResponseReturnValue:
    """A test: what is planned, or its steps with what they come to."""
    ctx = current()
    test = queries.get_test(ctx, test_id, to=Permission.WITHDRAWAL_VIEW)
    if test.state in {MysteryState.PLANNED, MysteryState.SKIPPED}:
        return render_template("mystery/planned.html", test=test, words=wording, ways=WAYS, states=MysteryState)
    return render_template(
        "mystery/result.html",
        test=test,
        found=mystery_test_page(ctx, test),
        words=wording,
        ways=WAYS,
        kinds=CONTRACT_KINDS,
        states=MysteryState,
        last_day=last_day_of(test),
        breaches=breaches_of(test),
        findings=queries.findings_of_test(ctx, test),
    )


@bp.route("/tests/<int:test_id>/commencer", methods=["GET", "POST"])
@requires(Permission.WITHDRAWAL_AUDIT)
def start(test_id: int) -> ResponseReturnValue:
    """Start a planned test on the order that was placed."""
    ctx = current()
    test = queries.get_test(ctx, test_id, to=Permission.WITHDRAWAL_AUDIT)
    if test.state is not MysteryState.PLANNED:
        return redirect(url_for(".show", test_id=test.id))
    form = OrderForm(data={"ordered_on": ctx.today})
    if form.submitted():
        try:
            services.start_test(ctx, test, form.sheet())
        except Refused as error:
            form.refuse(error)
        else:
            return redirect(url_for(".step", test_id=test.id, key=test.script[0]["key"]))
    return render_template("mystery/start.html", form=form, test=test, words=wording, ways=WAYS), form.status


@bp.route("/tests/<int:test_id>/passer", methods=["GET", "POST"])
@requires(Permission.WITHDRAWAL_AUDIT)
def skip(test_id: int) -> ResponseReturnValue:
    """Leave a planned test out, saying why."""
    ctx = current()
    test = queries.get_test(ctx, test_id, to=Permission.WITHDRAWAL_AUDIT)
    if test.state is not MysteryState.PLANNED:
        return redirect(url_for(".show", test_id=test.id))
    form = ReasonForm()
    if form.submitted():
        try:
            following = services.skip_test(ctx, test, form.reason.data)
        except Refused as error:
            form.refuse(error)
        else:
            flash(_("Ce test est passé ; le suivant est planifié.") if following else _("Ce test est passé."))
            return redirect(url_for(".index"))
    page = render_template("mystery/reason.html", form=form, plan=None, test=test, ways=WAYS)
    return page, form.status
