"""Campaigns as planned: the list, one plan in words, drafting and revising it, letting it run."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.campaigns import queries, rules, services
from portal.campaigns.audience_words import audience_in_words
from portal.campaigns.forms import CampaignForm
from portal.campaigns.models import COMPOSED_TITLE, Campaign, CampaignState
from portal.campaigns.services import InvalidPlan, Plan
from portal.campaigns.views.blueprint import ID, bp
from portal.core import process
from portal.core.errors import Refused
from portal.core.language import Sentence
from portal.questionnaires import catalogue
from portal.questionnaires.rules.composition import COMPOSED
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.routing import page_asked
from portal.web.text import _, current_language, said


@bp.route("")
@requires(Permission.CAMPAIGN_VIEW)
def index() -> ResponseReturnValue:
    """Every campaign, the soonest to run first, with how far its last wave has come."""
    ctx = current()
    wanted = request.args.get("etat", "")
    state = CampaignState(wanted) if wanted in set(CampaignState) else None
    return render_template(
        "campaigns/index.html", found=queries.campaigns(ctx, state=state, page=page_asked()), state=state,
        states=CampaignState, titles=_titles(),
    )  # fmt: skip


@bp.route("/nouvelle", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def new() -> ResponseReturnValue:
    """Plan a campaign; it stays a draft until it is activated."""
    ctx = current()
    form = _offering(ctx, CampaignForm(start=CampaignForm.first_day(ctx.now)))
    if form.submitted():
        plan = _plan(ctx, form, {"statuses": ["actif"]})
        if plan is not None and "apercu" in request.form:
            return _form_page(form, None, _outlook(ctx, plan))
        if plan is not None and (plan := _named(ctx, plan, form)) is not None:
            campaign = services.create(ctx, plan)
            if "commencer" in request.form:
                return _begun(ctx, campaign, request.form["commencer"])
            flash(_("Campagne enregistrée. Elle ne part pas tant que vous ne l'activez pas."))
            return redirect(url_for(".show", campaign_id=campaign.id))
    return _form_page(form, None, None)


@bp.route(f"/<{ID}:campaign_id>/modifier", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def edit(campaign_id: int) -> ResponseReturnValue:
    """Revise a plan; the waves under way keep what they started with."""
    ctx = current()
    campaign = queries.get_campaign(ctx, campaign_id, to=Permission.CAMPAIGN_MANAGE)
    hold(campaign)
    keys = queries.vendor_keys(ctx, campaign.audience.get("vendor_ids") or [])
    form = _offering(ctx, CampaignForm.of(campaign, keys))
    if form.submitted():
        plan = _plan(ctx, form, campaign.audience)
        if plan is not None and "apercu" in request.form:
            return _form_page(form, campaign, _outlook(ctx, plan, campaign))
        plan = _named(ctx, plan, form) if plan is not None else None
        if plan is not None and _revised(ctx, campaign, plan, form):
            if "commencer" in request.form:
                return _begun(ctx, campaign, request.form["commencer"])
            flash(_("Campagne modifiée."))
            return redirect(url_for(".show", campaign_id=campaign_id))
    return _form_page(form, campaign, None)


def _offering(ctx: Context, form: CampaignForm) -> CampaignForm:
    return form.offering(list(_titles().items()), [saved for saved, _count in queries.saved_audiences(ctx)])


def _plan(ctx: Context, form: CampaignForm, shown: Mapping[str, Any]) -> Plan | None:
    """The plan that was typed, or None once the form says what is wrong with it.

    `shown` are the criteria that the page came with: left as they were, those of the saved audience take their place.
    """
    vendor_ids, unknown = queries.vendors_named(ctx, form.vendors.data or [])
    plan = form.plan(vendor_ids)
    if plan.saved_audience_id is not None and _is_same(plan.audience, shown):
        plan = replace(plan, audience=dict(queries.get_saved_audience(ctx, plan.saved_audience_id).audience))
    form.show([*(rules.FieldProblem("vendors", sentence) for sentence in unknown), *services.plan_problems(ctx, plan)])
    return None if form.errors else plan


def _is_same(typed: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    if queries.audience_problems(typed) or queries.audience_problems(shown):
        return False
    return queries.parse_audience(typed) == queries.parse_audience(shown)


def _named(ctx: Context, plan: Plan, form: CampaignForm) -> Plan | None:
    """The plan whose criteria are kept under the name that was typed, if any; None when another bears it."""
    if not form.save_as.data:
        return plan
    try:
        saved = services.save_audience(ctx, form.save_as.data, plan.audience)
    except Refused as error:
        form.refuse(error, "save_as")
        return None
    return replace(plan, saved_audience_id=saved.id)


def _revised(ctx: Context, campaign: Campaign, plan: Plan, form: CampaignForm) -> bool:
    try:
        services.revise(ctx, campaign, plan)
    except InvalidPlan as error:
        form.show(error.problems)
    return not form.errors


def _outlook(ctx: Context, plan: Plan, campaign: Campaign | None = None) -> queries.Outlook:
    return queries.outlook(ctx, plan.audience, plan.questionnaire_key, plan.recurrence, campaign)


def _form_page(form: CampaignForm, campaign: Campaign | None, outlook: queries.Outlook | None) -> ResponseReturnValue:
    return render_template("campaigns/edit.html", form=form, campaign=campaign, outlook=outlook), form.status


@bp.route(f"/<{ID}:campaign_id>/commencer", methods=["POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def begin(campaign_id: int) -> ResponseReturnValue:
    """Let a campaign that has never run begin today or tomorrow."""
    ctx = current()
    campaign = queries.get_campaign(ctx, campaign_id, to=Permission.CAMPAIGN_MANAGE)
    return _begun(ctx, campaign, request.form.get("commencer", ""))


def _begun(ctx: Context, campaign: Campaign, wanted: str) -> ResponseReturnValue:
    if wanted not in set(services.FirstDay):
        abort(400)
    try:
        wave = services.begin(ctx, campaign, services.FirstDay(wanted))
    except Refused as error:
        flash(said(error.sentence), "danger")
        return redirect(url_for(".show", campaign_id=campaign.id))
    if wave is not None:
        flash(_("Vague lancée. Les invitations partent au fur et à mesure."))
        return redirect(url_for(".wave", wave_id=wave.id))
    flash(_("Campagne activée."))
    return redirect(url_for(".show", campaign_id=campaign.id))


def _titles() -> dict[str, str]:
    """The questionnaires of the catalogue, by key, in the reader's language."""
    folder = process.settings().questionnaires_dir
    found, _defects = catalogue.read(folder, current().session)
    language = current_language()
    composed = {COMPOSED: COMPOSED_TITLE[language.value]} if catalogue.packs_of(COMPOSED, folder) else {}
    return composed | {key: one.title.read(language) for key, one in found.items()}


@bp.route(f"/<{ID}:campaign_id>")
@requires(Permission.CAMPAIGN_VIEW)
def show(campaign_id: int) -> ResponseReturnValue:
    """A plan in words, what a wave would do now (when asked: it counts the audience), the next dates, the waves."""
    ctx = current()
    campaign = queries.get_campaign(ctx, campaign_id, to=Permission.CAMPAIGN_VIEW)
    faults = services.plan_problems(ctx, services.plan_of(campaign))
    counted = "apercu" in request.args and not faults and ctx.can(Permission.CAMPAIGN_MANAGE)
    waves = queries.waves_of(ctx, campaign, page=page_asked())
    return render_template(
        "campaigns/show.html", campaign=campaign, waves=waves,
        first=None if faults or waves.total else rules.first_run(campaign.recurrence, ctx.now),
        faults=faults, stuck=queries.is_stalled(ctx, campaign),
        missed=0 if faults else queries.missed_runs(ctx, campaign), held_above=rules.MOST_SKIPPED, today=ctx.today,
        titles=_titles(),
        upcoming=[] if faults else queries.next_dates(ctx, campaign),
        outlook=_outlook(ctx, services.plan_of(campaign), campaign) if counted else None,
        nobody_on=queries.last_empty_run(ctx, campaign),
        audience=audience_in_words(campaign.audience),
        saved=queries.saved_audience_of(ctx, campaign), rhythm=_rhythm(campaign),
        reminders=rules.describe_reminders(campaign.reminders),
    )  # fmt: skip


def _rhythm(campaign: Campaign) -> Sentence | None:
    """When it runs, in words; None when that cannot be read."""
    if rules.recurrence_problems(campaign.recurrence):
        return None
    return rules.describe_recurrence(rules.parse_recurrence(campaign.recurrence))


@bp.route(f"/<{ID}:campaign_id>/activer", methods=["POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def activate(campaign_id: int) -> ResponseReturnValue:
    """Let a campaign run."""
    return _act(campaign_id, services.activate, _("Campagne activée."))


@bp.route(f"/<{ID}:campaign_id>/suspendre", methods=["POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def pause(campaign_id: int) -> ResponseReturnValue:
    """Stop starting waves; those under way go on."""
    return _act(campaign_id, services.pause, _("Campagne suspendue. Les vagues en cours continuent."))


@bp.route(f"/<{ID}:campaign_id>/reprendre", methods=["POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def resume(campaign_id: int) -> ResponseReturnValue:
    """Start the one wave that stands for those missed."""
    return _act(campaign_id, services.resume, _("Vague lancée. Les invitations partent au fur et à mesure."))


def _act(campaign_id: int, deed: Callable[[Context, Campaign], object], done: str) -> ResponseReturnValue:
    ctx = current()
    campaign = queries.get_campaign(ctx, campaign_id, to=Permission.CAMPAIGN_MANAGE)
    try:
        deed(ctx, campaign)
    except Refused as error:
        flash(said(error.sentence), "danger")
    else:
        flash(done)
    return redirect(url_for(".show", campaign_id=campaign_id))


@bp.route(f"/<{ID}:campaign_id>/lancer", methods=["POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def launch(campaign_id: int) -> ResponseReturnValue:
    """Start a wave at once, and show it."""
    ctx = current()
    campaign = queries.get_campaign(ctx, campaign_id, to=Permission.CAMPAIGN_MANAGE)
    try:
        wave = services.launch_now(ctx, campaign)
    except Refused as error:
        flash(said(error.sentence), "danger")
        return redirect(url_for(".show", campaign_id=campaign_id))
    flash(_("Vague lancée. Les invitations partent au fur et à mesure."))
    return redirect(url_for(".wave", wave_id=wave.id))
