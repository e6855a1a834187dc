"""Two drills of a breach at the host, a year apart: the second was faster, and one gap was still there."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.authority.rules import SubjectKind
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Actor, Role
from portal.core.language import Language
from portal.core.translation import translate
from portal.drills import services
from portal.drills.copies import MadeCopy
from portal.drills.gaps import breach_gaps
from portal.drills.rules import DrillKind, DrillStepKind
from portal.drills.services import Beginning, DrillPlan
from portal.drills.wording import SCENES
from portal.identity.models import User
from portal.incidents.contract_terms import breach_terms
from portal.incidents.services import clock_of
from portal.vendors.models import Vendor

S = DrillStepKind
FIRST: Mapping[DrillStepKind, int] = {S.AWARE: 14, S.VENDOR: 41, S.MAP: 95, S.CONTENT: 188}
SECOND: Mapping[DrillStepKind, int] = {
    S.AWARE: 6, S.MAP: 22, S.VENDOR: 25, S.CONTENT: 71, S.DECIDED: 96, S.NOTIFICATION: 103, S.LETTER: 104,
}  # fmt: skip


def run_drills(now: datetime, session: Session, staff: Mapping[Role, User], host: Vendor) -> None:
    """What was rehearsed; what was written in the copies is no more."""
    _held(session, staff, host, now - timedelta(days=380), FIRST, 9)
    _held(session, staff, host, now - timedelta(days=12), SECOND, 6)


def _held(
    session: Session, staff: Mapping[Role, User], host: Vendor, then: datetime,
    reached: Mapping[DrillStepKind, int], mails: int,
) -> None:  # fmt: skip
    officer = staff[Role.DPO]

    def at(minutes: int) -> Context:
        actor = Actor(officer.role, officer.id, officer.name, officer.email, officer.language)
        return Context(session, actor, then + timedelta(minutes=minutes))

    set_at = then.replace(hour=17, minute=0, second=0, microsecond=0)
    plan = DrillPlan(
        DrillKind.BREACH, SubjectKind.VENDOR, host.id, host.name, translate(SCENES[DrillKind.BREACH], Language.FR),
        set_at, aim_minutes=120, members=(staff[Role.LEGAL].id,),
    )  # fmt: skip
    drill = services.ask_drill(at(0), plan)
    gaps = [gap.plain() for gap in breach_gaps(Context(session, SYSTEM, then), host)]
    limits = {
        "due": clock_of(set_at).due.isoformat(),
        "contracts": [term.plain() for term in breach_terms(at(0), host)],
    }
    marks = {"incident": 0, "authority_file": 0, "mail": 0, "journal_entry": 0}
    services.begin_drill(at(0), drill, MadeCopy(14_680_064, 210), Beginning(marks, limits, gaps))
    for minutes in sorted(reached.values()):
        so_far = {one for one, when in reached.items() if when <= minutes}
        services.note_steps(
            session, drill.id, so_far, at=then + timedelta(minutes=minutes), by=officer.name, mails=mails
        )
    services.end_drill(at(240), drill)
    services.note_erased(at(240), drill)
