"""Who is written to: the vendor when a reviewer has decided, the reviewers when a vendor has sent."""

from collections.abc import Mapping
from typing import Any

from portal.audits.models import Audit
from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.landing import Landing
from portal.identity.queries import holders_of
from portal.jobs.mail import Envelope, send
from portal.vendors.letters import VendorLetter, write_to_vendor


def write_decision_to_vendor(ctx: Context, audit: Audit, what: str, values: Mapping[str, Any]) -> None:
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


def write_to_reviewers(ctx: Context, audit: Audit) -> int:
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
            for user in holders_of(ctx, Permission.AUDIT_REVIEW, audit)
        ),
    )
