"""Mails about a finding: to the vendor when a reviewer has acted, to whoever works findings when a vendor has."""

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.landing import Landing
from portal.findings.models import Finding
from portal.identity.queries import holders_of
from portal.jobs.mail import Envelope, send
from portal.vendors.letters import VendorLetter, write_to_vendor


def tell_vendor_of_finding(ctx: Context, finding: Finding, what: str, *, key: str) -> None:
    """Write to everyone the vendor has here about a finding: opened, amended, message, settled, reopened.

    `key` tells one such act from the next: the same act is never written about twice to one person.
    """
    write_to_vendor(
        ctx,
        finding.vendor_id,
        VendorLetter(
            template="findings/emails/changed",
            key=f"finding:{finding.id}:{what}:{key}",
            landing=Landing("vendor_space.finding", finding_id=finding.id),
            about=f"finding:{finding.id}",
            values={"what": what, "title": finding.title, "due_on": finding.due_on.isoformat()},
        ),
    )


def tell_workers_of_answer(ctx: Context, finding: Finding, message_id: int) -> int:
    """Write to whoever works findings that the vendor has answered one; once per message and person."""
    return send(
        ctx,
        *(
            Envelope(
                template="findings/emails/answered",
                recipient=user.email,
                language=user.language,
                dedup=f"finding:{finding.id}:answered:{message_id}:{user.id}",
                values={"name": user.name, "vendor": finding.vendor.name, "title": finding.title},
                link=Landing("findings.show", finding_id=finding.id),
                about=f"finding:{finding.id}",
            )
            for user in holders_of(ctx, Permission.FINDING_WORK, finding)
        ),
    )
