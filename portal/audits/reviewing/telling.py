"""Who is written to: the vendor when a reviewer has decided, the reviewers when a vendor has sent or answered."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from portal.audits.models import Audit, Finding
from portal.authz import policy
from portal.authz.context import Context
from portal.authz.policy import GRANTS, Actor, Permission, Role
from portal.core.landing import Landing
from portal.identity.models import User
from portal.jobs.mail import Envelope, send
from portal.vendors.letters import VendorLetter, write_to_vendor


def tell_vendor(ctx: Context, audit: Audit, what: str, values: Mapping[str, Any]) -> None:
    """Write to everyone the vendor has here: its questionnaire was returned, accepted or withdrawn."""
    write_to_vendor(
        ctx,
        audit.vendor_id,
        VendorLetter(
            template=f"audits/emails/{what}",
            key=f"audit:{audit.id}:{what}:{audit.round}",
            landing=Landing("vendor_space.audit", audit_id=audit.id),
            about=f"audit:{audit.id}",
            values=values,
            title=audit.questionnaire_version.title,
        ),
    )


def tell_of_finding(ctx: Context, finding: Finding, what: str, *, key: str) -> None:
    """Write to everyone the vendor has here about a finding: opened, amended, message, settled, reopened."""
    write_to_vendor(
        ctx,
        finding.vendor_id,
        VendorLetter(
            template="audits/emails/finding",
            key=f"finding:{finding.id}:{what}:{key}",
            landing=Landing("vendor_space.finding", finding_id=finding.id),
            about=f"finding:{finding.id}",
            values={"what": what, "title": finding.title, "due_on": finding.due_on.isoformat()},
        ),
    )


def tell_reviewers(ctx: Context, audit: Audit) -> int:
    """Write to the reviewers that a vendor has sent its answers, once per round and person; returns how many."""
    return send(
        ctx,
        *(
            Envelope(
                template="audits/emails/submitted",
                recipient=user.email,
                language=user.language,
                dedup=f"audit:{audit.id}:submitted:{audit.round}:{user.id}",
                values={
                    "name": user.name,
                    "vendor": audit.vendor.name,
                    "title": audit.questionnaire_version.title[user.language.value],
                    "round": audit.round,
                },
                link=Landing("audits.show", audit_id=audit.id),
                about=f"audit:{audit.id}",
            )
            for user in _holders(ctx, Permission.AUDIT_REVIEW, audit)
        ),
    )


def tell_finding_answered(ctx: Context, finding: Finding, message_id: int) -> int:
    """Write to whoever works findings that the vendor has answered one; once per message and person."""
    return send(
        ctx,
        *(
            Envelope(
                template="audits/emails/finding_answered",
                recipient=user.email,
                language=user.language,
                dedup=f"finding:{finding.id}:answered:{message_id}:{user.id}",
                values={"name": user.name, "vendor": finding.vendor.name, "title": finding.title},
                link=Landing("audits.finding", finding_id=finding.id),
                about=f"finding:{finding.id}",
            )
            for user in _holders(ctx, Permission.FINDING_WORK, finding)
        ),
    )


def _holders(ctx: Context, permission: Permission, row: Any) -> Iterator[User]:
    """The open accounts that hold a permission on this row, by name."""
    roles = [role for role, grants in GRANTS.items() if permission in grants and role is not Role.SYSTEM]
    users = ctx.session.scalars(
        select(User).where(User.role.in_(roles), User.disabled_at.is_(None)).order_by(User.name, User.id)
    )
    for user in users:
        if policy.can(Actor(user.role, user.id), permission, row, today=ctx.today):
            yield user
