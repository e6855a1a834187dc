"""Which roles may not do without a second factor: administrators never may, and they choose which others."""

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission, Role
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.identity import second_factor
from portal.identity.models import SecondFactorDemand
from portal.journal import services as journal


def demand_second_factor(ctx: Context, role: Role) -> None:
    """Demand a second factor of a role: whoever of it has none enrols before anything else. Safe to repeat."""
    held = _demand(ctx, role)
    if held is None and not second_factor.is_demanded_of(role, chosen=False):
        row = SecondFactorDemand(role=role, since=ctx.now)
        ctx.session.add(row)
        ctx.session.flush()
        journal.record(ctx, "second_factor.demanded", row, after={"role": role})


def lift_second_factor(ctx: Context, role: Role) -> None:
    """Demand it no more; those who have one keep it. Raises Refused for administrators; safe to repeat."""
    held = _demand(ctx, role)
    if second_factor.is_demanded_of(role, chosen=False):
        raise Refused(N_("Le second facteur des administrateurs ne se lève pas : leur compte ouvre tous les autres."))
    if held is not None:
        journal.record(ctx, "second_factor.demand_lifted", held, before={"role": role})
        ctx.session.delete(held)
        ctx.session.flush()


def _demand(ctx: Context, role: Role) -> SecondFactorDemand | None:
    authorize(ctx, Permission.USER_MANAGE)
    if role in {Role.SYSTEM, Role.ANONYMOUS}:
        raise NotFound()
    return ctx.session.get(SecondFactorDemand, role, with_for_update=True)
