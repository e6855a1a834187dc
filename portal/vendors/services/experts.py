"""Experts: they see the vendors they were given, until the day that was said, and nothing after it."""

from datetime import date

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission, Role
from portal.core.errors import Refused
from portal.core.language import N_
from portal.identity.models import User
from portal.journal import services as journal
from portal.vendors.models import Membership, Vendor


def grant_expert(ctx: Context, vendor: Vendor, user: User, until: date) -> Membership:
    """Let an expert read a vendor up to a day, included; granting it again moves the day. Raises Refused.

    The account itself is opened by an administrator; whoever may invite a vendor decides which expert sees it.
    """
    authorize(ctx, Permission.VENDOR_INVITE, vendor)
    if user.role is not Role.EXPERT or user.disabled_at is not None:
        raise Refused(N_("Ce compte n'est pas celui d'un expert."))
    if until < ctx.today:
        raise Refused(N_("Ce jour est passé : l'expert ne verrait rien."))
    held = ctx.session.scalar(
        select(Membership).where(Membership.user_id == user.id, Membership.vendor_id == vendor.id)
    )
    before = {"expert": user.name, "until": held.until} if held else {}
    if held is None:
        held = Membership(user_id=user.id, vendor_id=vendor.id, role=Role.EXPERT)
        ctx.session.add(held)
    held.until = until
    journal.record(ctx, "vendor.expert_granted", vendor, before=before, after={"expert": user.name, "until": until})
    return held


def withdraw_expert(ctx: Context, vendor: Vendor, access: Membership) -> None:
    """Take a vendor back from an expert, at once."""
    authorize(ctx, Permission.VENDOR_INVITE, vendor)
    told = {"expert": access.user.name, "until": access.until}
    journal.record(ctx, "vendor.expert_withdrawn", vendor, before=told)
    ctx.session.delete(access)
    ctx.session.flush()
