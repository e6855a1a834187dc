"""How a drill begins, lapses and is erased: without room, without end, after a death on the way."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import database_copy
from portal.core.errors import Refused
from portal.drills import copies, services, tasks, workshop
from portal.drills.models import Drill
from portal.drills.rules import LASTS_DAYS, MOST_OPEN, DrillState
from portal.jobs import ledger
from portal.journal.models import JournalEntry
from portal.journal.queries import verify
from tests.conftest import NOW
from tests.drills.conftest import BREACH, digests
from tests.drills.test_breach_drill import record
from tests.factories.people import user_of


def states(portal):
    with portal.database.reading() as session:
        return session.scalars(select(Drill.state).order_by(Drill.id)).all()


def sweep(portal, at):
    with portal.database.transaction() as session:
        return tasks.sweep(Context(session, SYSTEM, at))


def test_a_database_that_cannot_be_copied_begins_nothing_and_leaves_nothing(portal, dpo, monkeypatch):
    monkeypatch.setattr(database_copy, "LARGEST", 1)
    page = dpo.post("/exercices/nouveau/fuite", BREACH, status=422)
    assert "n’est pas copiée pour un exercice" in page.words
    assert "Hébergeur Sud" in [one.get("value") for one in page.all("//input")]
    assert states(portal) == [DrillState.FAILED]
    assert not list(portal.folder.glob("exercices/*"))
    assert dpo.get("/exercices/1").status == 200
    with portal.database.reading() as session:
        noted = select(JournalEntry.action).where(JournalEntry.action.like("drill.%")).order_by(JournalEntry.id)
        assert session.scalars(noted).all() == ["drill.asked", "drill.failed", "drill.erased"]


def test_so_many_at_once_and_no_more(portal, dpo):
    for _number in range(MOST_OPEN):
        dpo.post("/exercices/nouveau/fuite", BREACH)
    page = dpo.post("/exercices/nouveau/fuite", BREACH, status=422)
    assert "déjà en cours" in page.words


def test_a_drill_that_nobody_ends_is_given_up_after_some_days_and_its_copy_erased(portal, dpo, breach):
    before = digests(portal.database)
    record(dpo, breach)
    workshop.wait_for_work(1)
    assert sweep(portal, NOW + timedelta(days=LASTS_DAYS) - timedelta(minutes=1)) == 0
    assert sweep(portal, NOW + timedelta(days=LASTS_DAYS, minutes=1)) == 1
    assert states(portal) == [DrillState.LAPSED]
    assert dpo.client.get(f"{breach}/violations").status_code == 404
    assert not list(portal.folder.glob("exercices/*"))
    assert digests(portal.database) == before
    assert sweep(portal, NOW + timedelta(days=30)) == 0


def test_one_whose_process_died_while_copying_is_cleaned_up(portal, dpo):
    with portal.database.transaction() as session:
        session.add(Drill(
            kind="fuite", subject="vendor", subject_id=1, label="x", scene="", set_at=NOW, asked_at=NOW, held_by="x",
        ))  # fmt: skip
    copies.make(portal.database, 1)
    assert sweep(portal, NOW + timedelta(minutes=31)) == 1
    assert states(portal) == [DrillState.FAILED]


def test_a_copy_that_has_gone_is_a_page_not_an_error(portal, dpo, breach):
    copies.erase(portal.database, 1)
    assert dpo.client.get(f"{breach}/violations").status_code == 404
    assert dpo.get("/exercices/1").status == 200
    dpo.post("/exercices/1/terminer", page="/exercices/1")


def test_a_restart_on_the_way_loses_nothing(portal, dpo, breach):
    record(dpo, breach)
    copies._known.clear()
    assert "Hébergeur Sud" in dpo.get(f"{breach}/violations").words


def test_an_account_opened_since_is_not_in_the_copy_and_is_not_invited(portal, breach):
    with portal.database.transaction() as session:
        late = user_of(session, Role.LEGAL, created_at=NOW + timedelta(hours=1))
        drill = session.get(Drill, 1)
        with pytest.raises(Refused, match="après le début"):
            services.invite(Context(session, SYSTEM, NOW + timedelta(hours=2)), drill, late.id)


def test_ending_twice_is_ending_once(portal, dpo, breach):
    for _turn in range(2):
        dpo.post("/exercices/1/terminer", page="/exercices/1")
    with portal.database.reading() as session:
        ended = session.scalars(select(JournalEntry.id).where(JournalEntry.action == "drill.ended")).all()
    assert len(ended) == 1


def test_a_drill_that_is_over_without_a_step_is_nowhere_green(portal, dpo, breach):
    dpo.post("/exercices/1/terminer", page="/exercices/1")
    page = dpo.get("/exercices")
    assert "0 sur 7" in page.words
    assert not page.all("//main//*[contains(@class, 'badge--ok')]")


def test_the_true_journal_stays_whole_and_that_of_the_copy_is_no_part_of_it(portal, dpo, breach):
    record(dpo, breach)
    dpo.post("/exercices/1/terminer", page="/exercices/1")
    with portal.database.reading() as session:
        assert verify(Context(session, SYSTEM, NOW)).broken is None


def test_what_waited_in_the_true_portal_is_not_done_in_the_copy(portal, dpo):
    with portal.database.transaction() as session:
        kind = next(iter(workshop.OUTSIDE))
        ledger.enqueue(Context(session, SYSTEM, NOW), kind, {}, dedup="waiting")
    dpo.post("/exercices/nouveau/fuite", BREACH)
    record(dpo, "/exercice/1")
    workshop.wait_for_work(1)
    with copies.opened(portal.database, 1).reading() as session:
        assert not session.scalars(select(workshop.Job.id).where(workshop.Job.dedup == "waiting")).all()


@pytest.mark.parametrize("kind", ["published.fetch", "mail.send", "mail.read_bounces", "decoys.read_mailbox"])
def test_nothing_that_calls_outside_is_ever_run_on_a_copy(kind):
    assert kind not in workshop.OUTSIDE
    assert workshop.REGISTRY[kind].outside


def test_every_kind_that_may_be_run_exists():
    assert set(workshop.REGISTRY) >= workshop.OUTSIDE


def test_a_copy_that_cannot_be_erased_now_ends_the_drill_all_the_same_and_is_erased_by_the_sweep(
    portal, dpo, breach, monkeypatch
):
    def held(*_told, **_named):
        raise OSError("held")

    with monkeypatch.context() as patch:
        patch.setattr(database_copy.shutil, "rmtree", held)
        patch.setattr(database_copy, "DropSchema", held)
        made = dpo.post("/exercices/1/terminer", page="/exercices/1")
        assert "sera effacée sous peu" in dpo.follow(made).words
        assert sweep(portal, NOW) == 0
    assert states(portal) == [DrillState.ENDED]
    assert sweep(portal, NOW) == 1
    assert not list(portal.folder.glob("exercices/*"))
