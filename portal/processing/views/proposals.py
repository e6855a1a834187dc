"""What vendors propose to the register, and what a person makes of it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound, Refused
from portal.processing import proposing, queries
from portal.processing.rules.sheets import ActivityRole
from portal.processing.views.blueprint import bp
from portal.vendors.queries import entities
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.routing import page_asked, row_number
from portal.web.text import _, said

ACCEPT, REST, DISMISS = "accepter", "lier", "ecarter"


@bp.route("/propositions")
@requires(Permission.REGISTER_EDIT)
def proposals() -> ResponseReturnValue:
    """What services and accepted answers propose: corrections of lines, then lines."""
    return _page(Typed())


@dataclass(frozen=True)
class Typed:
    """What a form that was refused had in it, and why it was."""

    key: str = ""
    message: str = ""
    reason: str = ""
    chosen: frozenset[str] = frozenset()


def _page(typed: Typed) -> ResponseReturnValue:
    ctx = current()
    found = queries.proposal_page(ctx, page_asked())
    return render_template(
        "processing/proposals.html", found=found, entities=entities(ctx),
        has_lines=queries.has_open_line(ctx), dismissed=queries.dismissals(ctx), role=ActivityRole.CONTROLLER,
        typed=typed,
    ), 422 if typed.message else 200  # fmt: skip


@bp.route("/<int:activity_id>/propositions", methods=["POST"])
@requires(Permission.REGISTER_EDIT)
def decide_corrections(activity_id: int) -> ResponseReturnValue:
    """Accept or dismiss what is ticked of what is proposed to a line."""
    ctx, form = current(), request.form
    activity = queries.get_activity(ctx, activity_id, to=Permission.REGISTER_EDIT)
    chosen = frozenset(form.getlist("proposition"))
    number = row_number(form["number"]) if form.get("number", "").isdecimal() else 0
    try:
        if form.get("decision") == DISMISS:
            proposing.dismiss_corrections(ctx, activity, number, chosen, form.get("motif", ""))
            flash(_("Écarté : reviendra si les faits changent."))
        else:
            proposing.accept_corrections(ctx, activity, number, chosen)
            flash(_("« %(name)s » a une nouvelle version, à confirmer.", name=activity.name))
    except Refused as error:
        return _page(Typed(f"f{activity_id}", said(error.sentence), form.get("motif", ""), chosen))
    return _back()


@bp.route("/propositions/prestations/<int:service_id>", methods=["POST"])
@requires(Permission.REGISTER_EDIT)
def decide_line(service_id: int) -> ResponseReturnValue:
    """Enter the line proposed for a service, have another line rest on it, or dismiss it."""
    ctx, form = current(), request.form
    service = queries.service_under_way(ctx, service_id)
    if service is None:
        raise NotFound
    proposed = queries.proposal_of(ctx, service)
    try:
        if form.get("decision") == DISMISS:
            proposing.dismiss_line(ctx, proposed, form.get("motif", ""))
            flash(_("Écarté : reviendra si les faits changent."))
        elif form.get("decision") == REST:
            activity = queries.get_activity(ctx, _chosen("fiche"), to=Permission.REGISTER_EDIT)
            proposing.rest_on_service(ctx, proposed, activity)
            flash(_("« %(name)s » s'appuie sur cette prestation.", name=activity.name))
        else:
            made = proposing.enter_line(ctx, proposed, queries.get_register_entity(ctx, _chosen("entite")))
            flash(_("Fiche entrée au registre : relisez-la, puis confirmez-la."))
            return redirect(url_for(".show", activity_id=made.id))
    except Refused as error:
        return _page(Typed(f"p{service_id}", said(error.sentence), form.get("motif", "")))
    return _back()


def _chosen(name: str) -> int:
    text = request.form.get(name, "")
    if not text.isdecimal():
        raise NotFound
    return row_number(text)


@bp.route("/propositions/prestations/<int:service_id>/fiches")
@requires(Permission.REGISTER_EDIT)
def choose_line(service_id: int) -> ResponseReturnValue:
    """The lines under way that a service may be linked to, found by their words: a register may have thousands."""
    ctx = current()
    service = queries.service_under_way(ctx, service_id)
    if service is None:
        raise NotFound
    words = request.args.get("q", "").strip()
    found = queries.activity_page(ctx, queries.ActivityFilter(words=words), page_asked())
    return render_template("processing/choose_line.html", service=service, found=found, words=words)


@bp.route("/propositions/<int:dismissal_id>/reprendre", methods=["POST"])
@requires(Permission.REGISTER_EDIT)
def propose_again(dismissal_id: int) -> ResponseReturnValue:
    """Take back a dismissal."""
    proposing.propose_again(current(), dismissal_id)
    flash(_("C'est de nouveau proposé, si les faits le disent encore."))
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for(".proposals"))
