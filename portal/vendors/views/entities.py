"""The legal entities of the group."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.vendors import queries, services
from portal.vendors.forms import EntityForm, EntityRulesForm
from portal.vendors.services import InvalidSheet
from portal.vendors.views.blueprint import bp
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.text import _


@bp.route("/entites")
@requires(Permission.ENTITY_MANAGE)
def entities() -> ResponseReturnValue:
    """Every legal entity that signs with processors."""
    return render_template("vendors/entities.html", entities=queries.entities(current()))


@bp.route("/entites/nouvelle", methods=["GET", "POST"])
@requires(Permission.ENTITY_MANAGE)
def new_entity() -> ResponseReturnValue:
    """Enter a legal entity."""
    form = EntityForm()
    if form.submitted():
        try:
            entity = services.create_entity(current(), form.sheet())
        except InvalidSheet as error:
            form.refuse_fields(error)
        else:
            ready = entity.address and entity.representative
            flash(
                _("« %(name)s » peut signer des contrats.", name=entity.name)
                if ready
                else _(
                    "« %(name)s » est enregistrée. Pour signer, il lui faut une adresse et un signataire.",
                    name=entity.name,
                )
            )
            return redirect(url_for(".entities"))
    return render_template("vendors/entity.html", form=form, entity=None), form.status


@bp.route("/entites/<int:entity_id>", methods=["GET", "POST"])
@requires(Permission.ENTITY_MANAGE)
def edit_entity(entity_id: int) -> ResponseReturnValue:
    """Correct what contracts say of a legal entity."""
    ctx = current()
    entity = queries.get_entity(ctx, entity_id)
    form = EntityForm(obj=entity)
    if form.submitted():
        try:
            services.describe_entity(ctx, entity, form.sheet())
        except InvalidSheet as error:
            form.refuse_fields(error)
        else:
            flash(_("Entité mise à jour."))
            return redirect(url_for(".entities"))
    return render_template("vendors/entity.html", form=form, entity=entity), form.status


@bp.route("/entites/<int:entity_id>/regles", methods=["GET", "POST"])
@requires(Permission.ENTITY_MANAGE)
def entity_rules(entity_id: int) -> ResponseReturnValue:
    """What nobody has said of the rules an entity is under, then of the next one."""
    ctx = current()
    entity = queries.get_entity(ctx, entity_id)
    unsaid = services.unsaid_rules(entity)
    form = EntityRulesForm().leaving_out(set(services.ENTITY_RULES).difference(unsaid))
    if not unsaid:
        return redirect(url_for(".edit_entity", entity_id=entity_id))
    if form.submitted():
        services.state_entity_rules(ctx, entity, form.answers())
        flash(_("« %(name)s » : c'est noté.", name=entity.name))
        left = [one.id for one in queries.entities_with_unsaid_rules(ctx) if one.id > entity_id]
        return redirect(url_for(".entity_rules", entity_id=min(left)) if left else url_for("dashboard.home"))
    return render_template("vendors/entity_rules.html", form=form, entity=entity), form.status
