"""What is noted of a drill: steps that stand, its end, told once whoever comes second."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.authority.rules import SubjectKind
from portal.authz.policy import Role
from portal.core.errors import Refused
from portal.drills import services
from portal.drills.copies import MadeCopy
from portal.drills.models import DrillStep
from portal.drills.rules import DrillKind, DrillState, DrillStepKind
from portal.drills.services import Beginning, DrillPlan
from portal.journal.models import JournalEntry
from tests.conftest import NOW
from tests.factories.people import user_of

S = DrillStepKind
PLAN = DrillPlan(DrillKind.BREACH, SubjectKind.VENDOR, 1, "Hébergeur Sud", "Des données ont fui.", NOW, aim_minutes=60)
pytestmark = pytest.mark.both_databases


@pytest.fixture
def dpo(acting):
    return acting(Role.DPO)


@pytest.fixture
def drill(dpo):
    row = services.ask_drill(dpo, PLAN)
    services.begin_drill(dpo, row, MadeCopy(1000, 5), Beginning({}, {}, []))
    return row


def acts(ctx):
    ctx.session.commit()
    return list(ctx.session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)))


def steps(ctx, drill):
    return set(ctx.session.scalars(select(DrillStep.step).where(DrillStep.drill_id == drill.id)))


def test_a_step_that_is_undone_loses_its_time_and_the_first_time_stays(dpo, drill):
    later = NOW.replace(hour=11)
    services.note_steps(dpo.session, drill.id, {S.AWARE, S.MAP}, at=NOW, by="Claire", mails=1)
    services.note_steps(dpo.session, drill.id, {S.AWARE}, at=later, by="Karim", mails=2)
    assert steps(dpo, drill) == {S.AWARE}
    services.note_steps(dpo.session, drill.id, {S.AWARE, S.MAP}, at=later, by="Karim", mails=3)
    found = dpo.session.execute(select(DrillStep.step, DrillStep.reached_at, DrillStep.reached_by)).all()
    assert {row.step: (row.reached_at, row.reached_by) for row in found} == {
        S.AWARE: (NOW, "Claire"), S.MAP: (later, "Karim"),
    }  # fmt: skip
    assert drill.mails == 3


def test_what_is_over_is_timed_no_more_and_ended_once(dpo, drill):
    services.end_drill(dpo, drill)
    services.end_drill(dpo, drill)
    services.lapse_drill(dpo, drill.id)
    services.note_steps(dpo.session, drill.id, {S.AWARE}, at=NOW, by="Claire", mails=4)
    assert (drill.state, drill.ended_at, steps(dpo, drill), drill.mails) == (DrillState.ENDED, NOW, set(), 0)
    assert acts(dpo) == ["drill.asked", "drill.begun", "drill.ended"]


def test_nobody_ended_it_and_it_is_given_up(dpo, drill):
    services.lapse_drill(dpo, drill.id)
    assert drill.state is DrillState.LAPSED
    services.note_erased(dpo, drill)
    assert acts(dpo)[-2:] == ["drill.lapsed", "drill.erased"]


def test_one_that_was_never_copied_has_failed(dpo):
    row = services.ask_drill(dpo, PLAN)
    services.lapse_drill(dpo, row.id)
    assert row.state is DrillState.FAILED
    assert row.begun_at is None


def test_whoever_came_after_the_copy_is_not_invited(dpo, drill):
    late = user_of(dpo.session, Role.LEGAL, email="karim@verdelet.example")
    late.created_at = NOW.replace(hour=12)
    dpo.session.flush()
    with pytest.raises(Refused):
        services.invite(dpo, drill, late.id)
    late.created_at = NOW.replace(hour=8)
    assert services.invite(dpo, drill, late.id) is late
    assert acts(dpo)[-1] == "drill.invited"


def test_a_drill_set_years_away_is_refused(dpo):
    with pytest.raises(Refused):
        services.ask_drill(dpo, replace(PLAN, set_at=NOW.replace(year=NOW.year + 2)))
    assert acts(dpo) == []
