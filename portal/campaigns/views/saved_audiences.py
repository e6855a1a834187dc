"""Criteria kept under a name: the list, one of them with the campaigns that use it, its removal."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.campaigns import queries, rules, services
from portal.campaigns.audience_words import audience_in_words
from portal.campaigns.forms import AudienceForm, typed_criteria
from portal.campaigns.models import SavedAudience
from portal.campaigns.views.blueprint import ID, bp
from portal.core.errors import Refused
from portal.web.edge import current
from portal.web.edit_form import hold
from portal.web.guard import requires
from portal.web.text import _, said


@bp.route("/filtres")
@requires(Permission.CAMPAIGN_MANAGE)
def audiences() -> ResponseReturnValue:
    """Every saved audience, in words."""
    rows = [(saved, count, audience_in_words(saved.audience)) for saved, count in queries.saved_audiences(current())]
    return render_template("campaigns/audiences.html", rows=rows)


@bp.route("/filtres/nouveau", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def new_audience() -> ResponseReturnValue:
    """Write criteria and name them."""
    return _audience_page(AudienceForm(), None)


@bp.route(f"/filtres/<{ID}:audience_id>", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def audience(audience_id: int) -> ResponseReturnValue:
    """Count it, see who it holds and which campaigns use it, change it."""
    ctx = current()
    saved = queries.get_saved_audience(ctx, audience_id)
    hold(saved)
    keys = queries.vendor_keys(ctx, saved.audience.get("vendor_ids") or [])
    return _audience_page(AudienceForm(row=saved, name=saved.name, **typed_criteria(saved.audience, keys)), saved)


def _audience_page(form: AudienceForm, saved: SavedAudience | None) -> ResponseReturnValue:
    ctx = current()
    named = queries.audience_names(ctx, queries.parse_audience(saved.audience)) if saved else None
    if form.submitted():
        vendor_ids, unknown = queries.vendors_named(ctx, form.vendors.data or [])
        criteria = form.criteria(vendor_ids)
        faults = [rules.FieldProblem("vendors", sentence) for sentence in unknown]
        form.show([*faults, *queries.audience_problems(criteria)])
        if not form.errors and "apercu" in request.form:
            named = queries.audience_names(ctx, queries.parse_audience(criteria))
        elif not form.errors and _kept(form, saved, criteria):
            flash(_("Filtre enregistré. Les vagues déjà lancées restent comme elles sont parties."))
            return redirect(url_for(".audiences"))
    using = queries.campaigns_using(ctx, saved) if saved else []
    return render_template("campaigns/audience.html", form=form, saved=saved, named=named, using=using), form.status


def _kept(form: AudienceForm, saved: SavedAudience | None, criteria: dict[str, Any]) -> bool:
    try:
        if saved is None:
            services.save_audience(current(), form.name.data, criteria)
        else:
            services.revise_audience(current(), saved, form.name.data, criteria)
    except Refused as error:
        form.refuse(error, "name")
    return not form.errors


@bp.route(f"/filtres/<{ID}:audience_id>/retirer", methods=["POST"])
@requires(Permission.CAMPAIGN_MANAGE)
def remove_audience(audience_id: int) -> ResponseReturnValue:
    """Forget a name that no campaign uses."""
    ctx = current()
    try:
        services.remove_audience(ctx, queries.get_saved_audience(ctx, audience_id))
    except Refused as error:
        flash(said(error.sentence), "danger")
        return redirect(url_for(".audience", audience_id=audience_id))
    flash(_("Filtre retiré."))
    return redirect(url_for(".audiences"))
