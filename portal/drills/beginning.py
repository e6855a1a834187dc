"""What is to be rehearsed, found in the true data; and what is known of it when the copy is there."""

from collections.abc import Sequence

from portal.authority.rules import SubjectKind
from portal.authority.scopes import Subject, get_subject, subject_named
from portal.authz.context import Context, authorize
from portal.authz.policy import SYSTEM, Permission
from portal.core.language import N_
from portal.drills.gaps import authority_gaps, breach_gaps
from portal.drills.models import Drill
from portal.drills.progress import marks_of
from portal.drills.rules import DrillKind
from portal.drills.services import Beginning
from portal.incidents.contract_terms import breach_terms
from portal.incidents.services import clock_of
from portal.vendors.models import Vendor
from portal.vendors.queries import one_vendor_named
from portal.web.file_parts import FilePart

P = Permission


def find_subject(ctx: Context, kind: DrillKind, subject: SubjectKind, text: str) -> Subject:
    """What a drill is to be about, by its name or its key; raises Refused when none, or several, answer to it.

    Whoever holds drills sees all vendors and all of the register, without making files for the authority.
    """
    authorize(ctx, P.DRILL_HOLD)
    authorize(ctx, P.VENDOR_VIEW)
    authorize(ctx, P.REGISTER_VIEW)
    if kind is DrillKind.BREACH:
        absent = N_("Aucun sous-traitant du registre ne porte ce nom : corrigez-le.")
        vendor = one_vendor_named(ctx, text, to=P.VENDOR_VIEW, absent=absent)
        return Subject(SubjectKind.VENDOR, vendor.id, vendor.key, vendor.name)
    return subject_named(Context(ctx.session, SYSTEM, ctx.now), subject, text)


def beginning_of(ctx: Context, drill: Drill, parts: Sequence[FilePart]) -> Beginning:
    """Where the copy stands, what there is of time, what is missing; `ctx` reads the copy, as it was just made."""
    if drill.kind is DrillKind.BREACH:
        vendor = ctx.session.get_one(Vendor, drill.subject_id)
        limits = {
            "due": clock_of(drill.set_at).due.isoformat(),
            "contracts": [term.plain() for term in breach_terms(ctx, vendor)],
        }
        gaps = breach_gaps(ctx, vendor)
    else:
        subject = get_subject(Context(ctx.session, SYSTEM, ctx.now), drill.subject, drill.subject_id)
        limits, gaps = {}, authority_gaps(ctx, drill, subject, parts)
    return Beginning(marks_of(ctx), limits, [gap.plain() for gap in gaps])
