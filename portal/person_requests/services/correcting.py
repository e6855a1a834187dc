"""Who asked was written down wrong: the identity is corrected, and the journal never holds it."""

from dataclasses import asdict

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.errors import Refused
from portal.core.language import N_
from portal.core.row_lock import hold_row
from portal.journal import services as journal
from portal.person_requests.identity import RequestingPerson, person_of, sealed_person
from portal.person_requests.models import PersonRequest

CORRECTED = "…"
"""What the journal keeps of a corrected value (RGPD art. 5(1)(c)): that it was."""


def correct_person(ctx: Context, request: PersonRequest, person: RequestingPerson) -> None:
    """Write who asked in place of what was written (RGPD art. 5(1)(d)); raises Refused once the person is forgotten."""
    authorize(ctx, Permission.REQUEST_WORK, request)
    hold_row(ctx.session, request)
    known = person_of(ctx, request)
    if known is None:
        raise Refused(N_("L'identité de cette personne est effacée : il n'y a plus rien à corriger."))
    before, after = asdict(known), asdict(person)
    changed = {name: CORRECTED for name in after if after[name] != before[name]}
    if not changed:
        return
    request.sealed = sealed_person(person)
    journal.record(ctx, "person_request.person_corrected", request, before=changed, after=changed)
