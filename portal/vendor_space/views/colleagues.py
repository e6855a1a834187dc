"""The accounts of the vendor: who they are and what each may do, a colleague to invite, to limit or to remove."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission, Role
from portal.core.errors import Refused
from portal.core.language import N_
from portal.vendor_space import queries
from portal.vendor_space.forms import COLLEAGUE_ROLES, ColleagueForm
from portal.vendor_space.views.blueprint import ID, bp
from portal.vendors import colleagues as acts
from portal.web import edge
from portal.web.guard import requires
from portal.web.text import _, current_language, said

ROLE_BADGES = {
    Role.VENDOR_ADMIN: N_("envoie et invite"),
    Role.VENDOR_RESPONDENT: N_("répond"),
    Role.VENDOR_READER: N_("lit seulement"),
}


@bp.route("/collegues", methods=["GET", "POST"])
@requires(Permission.COLLEAGUE_INVITE)
def colleagues() -> ResponseReturnValue:
    """List one's colleagues, and invite one more."""
    ctx = edge.current()
    form = ColleagueForm(language=current_language().value)
    if form.submitted():
        try:
            acts.invite_colleague(ctx, edge.settings().secrets, queries.own_vendor(ctx), form.person())
        except Refused as refusal:
            form.refuse(refusal, "email")
        else:
            flash(_("L'invitation part à l'adresse %(email)s.", email=form.email.data))
            return redirect(url_for(".colleagues"))
    page = render_template(
        "vendor_space/colleagues.html", form=form, people=queries.colleagues(ctx),
        invitations=queries.waiting_invitations(ctx), now=ctx.now, me=ctx.actor.id, badges=ROLE_BADGES,
        roles=[(role.value, said(words)) for role, words in COLLEAGUE_ROLES.items()],
    )  # fmt: skip
    return page, form.status


@bp.route(f"/collegues/<{ID}:user_id>", methods=["POST"])
@requires(Permission.COLLEAGUE_INVITE)
def limit_colleague(user_id: int) -> ResponseReturnValue:
    """Say what a colleague may do from now on."""
    ctx, wanted = edge.current(), request.form.get("role", "")
    role = Role(wanted) if wanted in set(Role) else Role.ANONYMOUS
    user = acts.limit_colleague(ctx, queries.own_vendor(ctx), user_id, role)
    flash(_("C'est noté pour %(name)s, dès sa prochaine page.", name=user.name))
    return redirect(url_for(".colleagues"))


@bp.route(f"/collegues/<{ID}:user_id>/retirer", methods=["POST"])
@requires(Permission.COLLEAGUE_INVITE)
def remove_colleague(user_id: int) -> ResponseReturnValue:
    """Take a colleague out, at once."""
    ctx = edge.current()
    user = acts.remove_colleague(ctx, queries.own_vendor(ctx), user_id)
    flash(_("%(name)s n'a plus accès à cet espace.", name=user.name))
    return redirect(url_for(".colleagues"))


@bp.route(f"/collegues/<{ID}:user_id>/relancer", methods=["POST"])
@requires(Permission.COLLEAGUE_INVITE)
def send_colleague_link(user_id: int) -> ResponseReturnValue:
    """Send the opening link again to a colleague who has not used it."""
    ctx = edge.current()
    user = acts.send_colleague_link(ctx, edge.settings().secrets, queries.own_vendor(ctx), user_id)
    flash(_("L'invitation part à l'adresse %(email)s.", email=user.email))
    return redirect(url_for(".colleagues"))


@bp.route(f"/collegues/invitations/<{ID}:invitation_id>/relancer", methods=["POST"])
@requires(Permission.COLLEAGUE_INVITE)
def invite_colleague_again(invitation_id: int) -> ResponseReturnValue:
    """Send an invitation again; the former link opens nothing more."""
    ctx = edge.current()
    made = acts.invite_colleague_again(ctx, edge.settings().secrets, queries.own_vendor(ctx), invitation_id)
    flash(_("L'invitation part à l'adresse %(email)s.", email=made.email))
    return redirect(url_for(".colleagues"))


@bp.route(f"/collegues/invitations/<{ID}:invitation_id>/retirer", methods=["POST"])
@requires(Permission.COLLEAGUE_INVITE)
def withdraw_invitation(invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    ctx = edge.current()
    held = acts.withdraw_invitation(ctx, queries.own_vendor(ctx), invitation_id)
    flash(_("L'invitation de %(name)s est retirée : son lien n'ouvre plus rien.", name=held.name))
    return redirect(url_for(".colleagues"))
