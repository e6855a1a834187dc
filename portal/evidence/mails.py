"""Who is told that a proof is about to expire, or has: its vendor first, then whoever judges proofs."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.evidence.models import Evidence
from portal.evidence.rules import EvidenceVerdict
from portal.identity.queries import holders_of_each
from portal.notices.rules import due_window, step_reached
from portal.notices.services import AddressedNews, News, note_for_vendors, note_many
from portal.vendors.models import Vendor
from portal.vendors.rules.status import LIVE

STEPS = (-30, -7, 1)
"""Days from the last day a proof is good for (decision 17) at which its vendor is told."""


def note_expiring_proofs(ctx: Context, day: date) -> int:
    """Note, for the digests of a morning, the proofs that audits rest on and that expire soon or have just expired."""
    first, last = due_window(day, STEPS)
    proofs = ctx.session.scalars(
        select(Evidence)
        .join(Vendor, Vendor.id == Evidence.vendor_id)
        .options(contains_eager(Evidence.vendor), joinedload(Evidence.stored_file))
        .where(
            Evidence.good_until.between(first, last),
            Evidence.in_use.is_(True),
            Evidence.verdict != EvidenceVerdict.REJECTED,
            Vendor.status.in_(LIVE),
        )
        .order_by(Evidence.good_until, Evidence.id)
    ).all()
    due = [
        (one, step)
        for one in proofs
        if one.good_until is not None and (step := step_reached(one.good_until, day, STEPS)) is not None
    ]
    told = note_for_vendors(ctx, [(one.vendor_id, _news(one, step)) for one, step in due])
    expired = [one for one, step in due if step > 0]
    holders = holders_of_each(ctx, Permission.EVIDENCE_JUDGE, expired)
    return told + note_many(
        ctx, [AddressedNews(user.id, one.vendor_id, _news(one, 1, "expired")) for one, user in holders]
    )


def _news(proof: Evidence, step: int, template: str = "expiring") -> News:
    until = proof.good_until or date.max
    return News(
        template=f"evidence/emails/{template}",
        key=f"evidence:{proof.id}:{until}:{step}",
        about=f"evidence:{proof.id}",
        values={
            "file": proof.stored_file.filename, "until": until.isoformat(), "over": step > 0,
            "vendor": proof.vendor.name,
        },
        due_on=until,
    )  # fmt: skip
