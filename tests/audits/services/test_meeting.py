"""People who meet on one audit, on a database that lets them: PostgreSQL."""

import threading
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from portal.audits import services
from portal.audits.models import Answer, Audit
from portal.audits.services import PostedAnswer
from portal.authz.context import Context
from portal.core.db import Database
from portal.core.errors import Refused
from portal.core.language import Language
from portal.core.stale import StaleWrite
from tests.conftest import NOW
from tests.factories.spaces import SIGNATORY, Space, actor_of, answer_all, space_of

pytestmark = pytest.mark.postgres


@dataclass
class Meeting:
    """A database of its own, where several sessions commit for good."""

    database: Database
    space: Space

    def open(self, user) -> Context:
        """A person's own session."""
        return Context(self.database.session(write=True), actor_of(user, self.space.vendor), NOW)


@pytest.fixture
def meeting(own_postgres, migrated_postgres):
    database = Database.at(own_postgres(migrated_postgres))
    with database.session(write=True) as session:
        space = space_of(session)
        answer_all(Context(session, actor_of(space.admin, space.vendor), NOW), space.audit)
        session.commit()
    yield Meeting(database, space)
    database.engine.dispose()


def waiting(work):
    """Start what must wait for somebody else; returns a function that waits for its end."""
    outcome = []

    def run():
        try:
            outcome.append(work())
        except Refused as refusal:
            outcome.append(refusal)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(0.5)
    assert thread.is_alive(), "it did not wait"

    def end():
        thread.join(20)
        return outcome[0]

    return end


def test_what_is_sent_holds_the_answer_that_was_being_saved(meeting):
    slow, quick = meeting.open(meeting.space.respondent), meeting.open(meeting.space.admin)
    audit = quick.session.get_one(Audit, meeting.space.audit.id)
    sheet = services.open_answers_to_write(slow, audit.id)
    services.save_posted_answer(slow, sheet, PostedAnswer("b.delai", "7", base=1))

    def send():
        content = services.submit_answers(quick, audit, language=Language.FR, signatory=SIGNATORY).content
        quick.session.commit()
        return content

    end = waiting(send)
    slow.session.commit()
    assert end()["answers"]["b.delai"]["value"] == "7"
    slow.session.close(), quick.session.close()


def test_nothing_is_answered_once_it_was_sent_even_if_one_began_before(meeting):
    slow, quick = meeting.open(meeting.space.respondent), meeting.open(meeting.space.admin)
    audit = slow.session.get_one(Audit, meeting.space.audit.id)
    slow.session.commit()
    services.submit_answers(quick, quick.session.get_one(Audit, audit.id), language=Language.FR, signatory=SIGNATORY)
    end = waiting(lambda: services.save_answer(slow, audit, "b.delai", posted="7", comment="", base=1))
    quick.session.commit()
    assert "ne changent plus" in str(end().sentence)
    slow.session.rollback()
    assert slow.session.scalar(select(Answer.value).where(Answer.question_key == "b.delai")) == {"v": "30"}
    slow.session.close(), quick.session.close()


def test_two_who_save_the_same_answer_at_once_lose_nothing(meeting):
    first, second = meeting.open(meeting.space.respondent), meeting.open(meeting.space.admin)
    services.save_posted_answer(
        first, services.open_answers_to_write(first, meeting.space.audit.id), PostedAnswer("b.delai", "7", base=1)
    )
    audit = second.session.get_one(Audit, meeting.space.audit.id)
    second.session.commit()
    end = waiting(lambda: services.save_answer(second, audit, "b.delai", posted="8", comment="", base=1))
    first.session.commit()
    clash = end()
    assert isinstance(clash, StaleWrite)
    assert (clash.theirs.value, clash.theirs.by) == ("7", meeting.space.respondent.name)
    first.session.close(), second.session.close()
