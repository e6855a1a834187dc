"""The accounts of others: who may come in, and what an administrator may do for them."""

from enum import StrEnum
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.authz.policy import ROLE_NAMES, Permission, Role
from portal.core.errors import NotFound, Refused
from portal.identity import queries, services
from portal.identity.forms import InviteForm
from portal.identity.queries import ACCOUNT_STATES, AccountFilter, AccountState
from portal.identity.rules import Coverage
from portal.identity.views.blueprint import bp
from portal.journal import queries as journal
from portal.journal.entry_text import shown_entry
from portal.web import edge
from portal.web.guard import requires
from portal.web.routing import page_asked
from portal.web.text import _, said

Kind = TypeVar("Kind", bound=StrEnum)


@bp.route("/comptes")
@requires(Permission.USER_MANAGE)
def users() -> ResponseReturnValue:
    """Every account, searched, filtered, page by page."""
    wanted = AccountFilter(request.args.get("q", "").strip(), _chosen(Role, "role"), _chosen(AccountState, "etat"))
    page = page_asked()
    found = queries.accounts(edge.current(), wanted, sort=request.args.get("tri", "nom"), page=page)
    return render_template(
        "identity/users.html", found=found,
        filtered=wanted != AccountFilter(), role_names=ROLE_NAMES, states=ACCOUNT_STATES,
        role_choices=[(r.value, said(ROLE_NAMES[r])) for r in Role if r not in {Role.SYSTEM, Role.ANONYMOUS}],
        state_choices=[(state.value, said(name)) for state, name in ACCOUNT_STATES.items()],
    )  # fmt: skip


@bp.route("/comptes/inviter", methods=["GET", "POST"])
@requires(Permission.USER_MANAGE)
def invite() -> ResponseReturnValue:
    """Open an account for a colleague or an expert."""
    form = InviteForm()
    if form.submitted():
        try:
            user = services.invite_staff(edge.current(), edge.settings().secrets, form.person())
        except Refused as error:
            form.refuse(error, "email")
        else:
            flash(_("L'invitation part à l'adresse %(email)s.", email=user.email))
            return redirect(url_for(".user", user_id=user.id))
    return render_template("identity/invite.html", form=form), form.status


@bp.route("/comptes/second-facteur")
@requires(Permission.USER_MANAGE)
def second_factor_demands() -> ResponseReturnValue:
    """Which roles may not do without a second factor, and how many have one."""
    demands = queries.second_factor_demands(edge.current())
    whole = sum((one.coverage for one in demands), Coverage(0, 0))
    return render_template(
        "identity/second_factor_demands.html", demands=demands, whole=whole, role_names=ROLE_NAMES
    )  # fmt: skip


@bp.route("/comptes/second-facteur/<role>/exiger", methods=["POST"])
@requires(Permission.USER_MANAGE)
def demand_second_factor(role: str) -> ResponseReturnValue:
    """Demand a second factor of a role."""
    services.demand_second_factor(edge.current(), _role(role))
    flash(_("Second facteur exigé : qui n'en a pas l'activera à sa prochaine page, avant tout le reste."))
    return redirect(url_for(".second_factor_demands"))


@bp.route("/comptes/second-facteur/<role>/lever", methods=["POST"])
@requires(Permission.USER_MANAGE)
def lift_second_factor(role: str) -> ResponseReturnValue:
    """Demand it no more."""
    try:
        services.lift_second_factor(edge.current(), _role(role))
    except Refused as error:
        flash(said(error.sentence), "danger")
    else:
        flash(_("Second facteur laissé au choix : ceux qui en ont un le gardent."))
    return redirect(url_for(".second_factor_demands"))


def _role(value: str) -> Role:
    try:
        return Role(value)
    except ValueError as error:
        raise NotFound() from error


@bp.route("/comptes/<int:user_id>")
@requires(Permission.USER_MANAGE)
def user(user_id: int) -> ResponseReturnValue:
    """One account, what may be done for its holder, and what happened to it."""
    ctx = edge.current()
    return render_template(
        "identity/user.html", account=queries.account(ctx, user_id), is_me=user_id == ctx.actor.id,
        role_names=ROLE_NAMES, states=ACCOUNT_STATES,
        history=[shown_entry(entry) for entry in journal.history(ctx, "User", user_id)],
    )  # fmt: skip


@bp.route("/comptes/<int:user_id>/fermer", methods=["POST"])
@requires(Permission.USER_MANAGE)
def disable(user_id: int) -> ResponseReturnValue:
    """Close an account; its holder is out at the next page."""
    ctx = edge.current()
    services.disable(ctx, queries.get_user(ctx, user_id))
    flash(_("Compte fermé : son titulaire n'entre plus, ses sessions et ses liens sont éteints."))
    return redirect(url_for(".user", user_id=user_id))


@bp.route("/comptes/<int:user_id>/rouvrir", methods=["POST"])
@requires(Permission.USER_MANAGE)
def enable(user_id: int) -> ResponseReturnValue:
    """Open a closed account again."""
    ctx = edge.current()
    services.enable(ctx, queries.get_user(ctx, user_id))
    flash(_("Compte rouvert."))
    return redirect(url_for(".user", user_id=user_id))


@bp.route("/comptes/<int:user_id>/second-facteur", methods=["POST"])
@requires(Permission.USER_MANAGE)
def reset_second_factor(user_id: int) -> ResponseReturnValue:
    """Remove the second factor of someone who has lost it."""
    ctx = edge.current()
    services.reset_second_factor(ctx, queries.get_user(ctx, user_id))
    flash(_("Second facteur retiré ; son titulaire en est averti et ses sessions sont fermées."))
    return redirect(url_for(".user", user_id=user_id))


@bp.route("/comptes/<int:user_id>/sessions/fermer", methods=["POST"])
@requires(Permission.USER_MANAGE)
def end_sessions(user_id: int) -> ResponseReturnValue:
    """End the sessions of somebody."""
    ctx = edge.current()
    ended = services.end_sessions_of(ctx, queries.get_user(ctx, user_id))
    flash(
        _("Sessions fermées ; leur titulaire en est averti.")
        if ended
        else _("Ce compte n'avait aucune session ouverte.")
    )
    return redirect(url_for(".user", user_id=user_id))


@bp.route("/comptes/<int:user_id>/inviter", methods=["POST"])
@requires(Permission.USER_MANAGE)
def invite_again(user_id: int) -> ResponseReturnValue:
    """Send an invitation again."""
    ctx = edge.current()
    services.invite_again(ctx, edge.settings().secrets, queries.get_user(ctx, user_id))
    flash(_("Une nouvelle invitation est partie."))
    return redirect(url_for(".user", user_id=user_id))


def _chosen(kind: type[Kind], name: str) -> Kind | None:
    """The member named in the query string; an unknown one filters nothing."""
    value = request.args.get(name, "")
    return kind(value) if value in set(kind) else None
