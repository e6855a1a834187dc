"""What the night found is kept and said; nothing makes it say « verified » of what was not."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.jobs.models import Job
from portal.journal import anchor_starts, nightly_checks, tasks
from portal.journal.models import JournalCheck, JournalEntry, JournalHead, JournalTreeNode
from portal.journal.nightly_checks import CheckState
from tests.conftest import NOW

AT_NIGHT = datetime(2026, 11, 24, 1, 30, tzinfo=NOW.tzinfo)


def verify(copy, at=NOW):
    """What the job of a night does."""
    with copy.database.reading() as session:
        record = tasks.verify(Context(session, SYSTEM, at), job_id=0)
    with copy.database.transaction() as session:
        record(Context(session, SYSTEM, at))


def standing(copy, at=NOW):
    with copy.database.reading() as session:
        return nightly_checks.standing(session, at)


def test_what_was_verified_is_said_up_to_where_and_for_two_days(copy):
    assert standing(copy).state is CheckState.NEVER
    verify(copy)
    copy.write(2)
    found = standing(copy, NOW + timedelta(days=2))
    assert (found.state, found.check.entries, found.check.at) == (CheckState.SOUND, 10, NOW)
    assert standing(copy, NOW + timedelta(days=2, seconds=1)).state is CheckState.OLD
    assert copy.verified().findings == ()


def test_what_did_not_hold_is_kept_by_name_and_in_words(copy):
    copy.does(update(JournalEntry).where(JournalEntry.id == 5).values(actor_name="Autre"))
    verify(copy)
    found = standing(copy, NOW + timedelta(days=9))
    assert found.state is CheckState.FAILED, "a failure does not age"
    assert found.kinds[0] == "changed"
    assert "n° 5 a été modifiée" in str(found.sentences[0]).replace("\xa0", " ")


def an_empty_result(copy):
    copy.does(update(JournalCheck).values(entries=0, last_hash="0" * 64))


def findings_taken_away(copy):
    copy.does(update(JournalCheck).values(findings=[]))


def a_result_written_by_hand(copy):
    with copy.database.reading() as session:
        last = session.execute(select(JournalEntry.id, JournalEntry.hash).order_by(JournalEntry.id.desc())).first()
    copy.does(
        insert(JournalCheck).values(at=NOW, entries=last.id, last_hash=last.hash, findings=[], mac="ab" * 32)
    )  # fmt: skip


def a_later_date(copy):
    copy.does(update(JournalCheck).values(at=NOW + timedelta(days=300)))


@pytest.mark.parametrize("lie", [an_empty_result, findings_taken_away, a_result_written_by_hand, a_later_date])
def test_a_result_that_the_portal_did_not_write_says_nothing(copy, lie):
    copy.does(update(JournalEntry).where(JournalEntry.id == 5).values(actor_name="Autre"))
    verify(copy)
    lie(copy)
    assert standing(copy).state is CheckState.UNKNOWN
    assert "check altered" in copy.found()


def test_a_sound_result_of_an_empty_journal_says_nothing_of_one_that_has_entries(copy):
    copy.does(delete(JournalEntry), delete(JournalHead), delete(JournalTreeNode))
    copy.anchor.unlink()
    verify(copy)
    assert standing(copy).check.entries == 0
    copy.write(1)
    assert standing(copy).state is CheckState.UNKNOWN


def test_a_result_of_fewer_entries_than_the_one_before_is_not_green(copy):
    verify(copy)
    copy.does(delete(JournalEntry).where(JournalEntry.id > 8))
    copy.anchor.unlink()
    assert standing(copy).state is CheckState.UNKNOWN
    verify(copy)
    found = standing(copy)
    assert found.state is CheckState.FAILED
    assert "checked end gone" in found.kinds


def test_a_result_that_came_back_with_the_database_is_not_green(copy):
    verify(copy)
    copy.write(3)
    copy.does(delete(JournalEntry).where(JournalEntry.id > 11))
    assert standing(copy).state is CheckState.UNKNOWN, "the anchor goes further"
    with copy.database.reading() as session:
        anchor_starts.accept(copy.database, Context(session, SYSTEM, NOW), "restauration")
    found = standing(copy)
    assert (found.state, found.check.entries) == (CheckState.SOUND, 12), "accepting verifies"
    copy.does(delete(JournalCheck).where(JournalCheck.entries == 12))
    assert standing(copy).state is CheckState.UNKNOWN, "what was found before says nothing after"


def test_without_its_anchor_nothing_is_green(copy):
    verify(copy)
    copy.anchor.unlink()
    assert standing(copy).state is CheckState.UNKNOWN


def test_a_verification_is_promised_once_a_night(copy):
    for at in (NOW, AT_NIGHT, AT_NIGHT + timedelta(hours=1), AT_NIGHT + timedelta(days=1)):
        with copy.database.transaction() as session:
            nightly_checks.queue_check(Context(session, SYSTEM, at))
    with copy.database.reading() as session:
        count = select(func.count()).select_from(Job).where(Job.kind == "journal.verify")
        assert session.scalar(count) == 2
