"""Which vendor a person answers for: said on every page, changed by a post, asked before a link leads elsewhere."""

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.authz.policy import Permission
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.identity.rules import local_path
from portal.vendor_space.views.blueprint import ID, bp
from portal.vendors import memberships
from portal.vendors.letters import FOR_VENDOR
from portal.web import edge
from portal.web.guard import requires
from portal.web.text import _

_DOOR = frozenset({"vendor_space.choose", "vendor_space.answer_for", "vendor_space.join"})


@bp.before_request
def stop_at_the_door() -> ResponseReturnValue | None:
    """Before each page of the space: ask for whom, when nothing is chosen or when the link is about another vendor."""
    if request.endpoint in _DOOR or not current_user.is_authenticated or not current_user.actor.role.is_vendor:
        return None
    here = current_user.actor.vendor_id
    if request.method != "GET":
        if here is None:
            raise Refused(N_("Dites d'abord pour qui vous répondez, depuis l'accueil."))
        return None
    wanted = request.args.get(FOR_VENDOR, type=int)
    if wanted is not None and wanted != here and _place_name(wanted):
        return _choice(request.path, wanted)
    return None if here is not None else redirect(url_for(".choose", suite=request.full_path.rstrip("?")))


@bp.route("/choisir")
@requires(Permission.ACCOUNT_SELF)
def choose() -> ResponseReturnValue:
    """The vendors one may answer for."""
    if not current_user.actor.role.is_vendor:
        raise NotFound()
    return _choice(local_path(request.args.get("suite"), url_for(".home")), None)


def _choice(onward: str, wanted: int | None) -> str:
    return render_template(
        "vendor_space/choose.html", places=current_user.places, here=current_user.actor.vendor_id, wanted=wanted,
        onward=onward, names={place.vendor_id: place.name for place in current_user.places},
    )  # fmt: skip


@bp.route(f"/choisir/<{ID}:vendor_id>", methods=["POST"])
@requires(Permission.ACCOUNT_SELF)
def answer_for(vendor_id: int) -> ResponseReturnValue:
    """Answer for this vendor from now on."""
    memberships.choose_vendor(edge.current(), current_user.session_id, vendor_id)
    # A form left open in another window was for the other vendor: it must not be taken for this one's.
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
    flash(_("Vous répondez maintenant pour %(vendor)s.", vendor=_place_name(vendor_id)))
    return redirect(local_path(request.form.get("suite"), url_for(".home")))


def _place_name(vendor_id: int) -> str:
    return next((place.name for place in current_user.places if place.vendor_id == vendor_id), "")
